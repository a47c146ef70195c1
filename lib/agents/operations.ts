/**
 * Numbers of what supervisors do to many at once: one row of partition 0 (table `object`, key
 * `operation`, value JSON) has the last one given, so that none is given twice.
 */
import type { ActorRef } from '../actor/index.js';
import type { Clock } from '../clock.js';
import { untilRebuilt } from '../control/until-rebuilt.js';
import { IxionError } from '../errors.js';
import type { PartitionMessage } from '../mail/partition.js';
import { toRow } from '../objects/rows.js';
import { packRows, unpackRows } from '../partition/rows/objects.js';
import { operationIn, operationKey } from './login-key.js';
import { Turns } from './turns.js';

const deadlineMs = 10_000;

export interface OperationsOptions {
  readonly clock: Clock;
  /** Partition 0. */
  readonly first: ActorRef<PartitionMessage>;
  isOver(): boolean;
}

export class Operations {
  readonly #options: OperationsOptions;
  readonly #turns = new Turns();
  /** Undefined: it has not been read. */
  #last: number | undefined;

  constructor(options: OperationsOptions) {
    this.#options = options;
  }

  /**
   * A new number, on disk.
   * @throws {IxionError} StoreFull, Unavailable and its like
   */
  next(): Promise<number> {
    return this.#turns.run(operationKey, async () => {
      this.#last ??= await this.#read();
      // Where the answer is lost the number may be on disk: another one follows.
      const number = (this.#last += 1);
      const changes = packRows([[operationKey, toRow({ number })]]);
      const isMade = await this.#ask<boolean>({ type: 'write-objects', changes });
      if (!isMade) throw new IxionError('StoreFull', 'the number of the act could not be written');
      return number;
    });
  }

  async #read(): Promise<number> {
    const to = `${operationKey}\0`;
    const message = { type: 'read-objects', from: operationKey, to, limit: 1 } as const;
    const [row] = unpackRows(await this.#ask<Uint8Array>(message));
    return row === undefined ? 0 : (operationIn(row[1]!) ?? 0);
  }

  #ask<Answer>(message: PartitionMessage): Promise<Answer> {
    const { clock, first, isOver } = this.#options;
    return untilRebuilt(() => first.ask<Answer>(message, { deadlineMs }), {
      clock,
      patienceMs: deadlineMs,
      isOver,
    });
  }
}
