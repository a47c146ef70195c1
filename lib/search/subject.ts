/**
 * An interaction as conditions and orders look at it. One object is used for many rows, one after
 * the other; what a condition does not ask for is not unpacked.
 */
import {
  bodyOfRow,
  stateNow,
  unpackProperties,
  type Body,
  type BodyProperties,
} from '../interaction/body.js';
import { unpackKeyValues } from '../interaction/attached-data.js';
import type { StateRecord } from '../interaction/state-record.js';

export class Subject {
  readonly #queueNameOf: (number: number) => string;
  id = '';
  record!: StateRecord;
  #row!: Uint8Array;
  #body: Body | undefined;
  #properties: BodyProperties | undefined;

  /** @param queueNameOf the name of the queue of a number */
  constructor(queueNameOf: (number: number) => string) {
    this.#queueNameOf = queueNameOf;
  }

  /** Looks at another one: its row, and its row `state` if it has one. */
  take(id: string, row: Uint8Array, state: Uint8Array | undefined): void {
    this.id = id;
    this.record = stateNow(row, state);
    this.#row = row;
    this.#body = undefined;
    this.#properties = undefined;
  }

  get queue(): string {
    return this.#queueNameOf(this.record.queue);
  }

  get body(): Body {
    return (this.#body ??= bodyOfRow(this.#row));
  }

  get properties(): BodyProperties {
    return (this.#properties ??= unpackProperties(this.body));
  }

  /** The names in InQueues, as a text. */
  get inQueues(): string | undefined {
    const packed = this.properties.InQueues;
    return packed && Object.keys(unpackKeyValues(packed)).join(',');
  }
}
