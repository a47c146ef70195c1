/**
 * Logins as rows of partition 0: table `object`, key as in `login-key.ts`, value JSON. What
 * changes in a while is written as one write set, with its events; while one is on its way, the
 * next gathers.
 */
import type { ActorRef } from '../actor/index.js';
import { inNextRound, type Clock } from '../clock.js';
import { untilRebuilt } from '../control/until-rebuilt.js';
import type { LoginRecord } from '../desk/index.js';
import { IxionError } from '../errors.js';
import type { AgentEvent } from '../interaction/agent-event.js';
import { limits } from '../limits.js';
import type { PartitionMessage } from '../mail/partition.js';
import { fromRow, toRow } from '../objects/rows.js';
import { packRows, unpackRows } from '../partition/rows/objects.js';
import { prefixEnd } from '../store/keys.js';
import { loginKey, loginPrefix } from './login-key.js';

const deadlineMs = 30_000;
/** For how long a client waits for partition 0. */
const patienceMs = 10_000;
/** Rows that are read at once after a start. */
const rowsPerRead = 500;

interface Writing {
  readonly key: string;
  /** Undefined: the row goes. */
  readonly value: Uint8Array | undefined;
  readonly events: readonly AgentEvent[];
  resolve(): void;
  reject(error: IxionError): void;
}

export interface LoginRowsOptions {
  readonly clock: Clock;
  /** Partition 0. */
  readonly first: ActorRef<PartitionMessage>;
  /** It is over: what was not written stays so. */
  isOver(): boolean;
}

export class LoginRows {
  readonly #options: LoginRowsOptions;
  #waiting: Writing[] = [];
  #isWriting = false;
  /** What is to be done while nothing is on its way. */
  readonly #between: (() => Promise<void>)[] = [];
  /** Write sets since the start, and changes in them. */
  writeSets = 0;
  changes = 0;
  /** Most changes of one write set. */
  greatest = 0;

  constructor(options: LoginRowsOptions) {
    this.#options = options;
  }

  /** Changes that are not on disk yet. */
  get waiting(): number {
    return this.#waiting.length + (this.#isWriting ? 1 : 0);
  }

  /** All logins that are on disk. */
  async *read(): AsyncGenerator<readonly LoginRecord[]> {
    const { first, clock, isOver } = this.#options;
    let from = loginPrefix;
    for (;;) {
      const message = {
        type: 'read-objects',
        from,
        to: prefixEnd(loginPrefix),
        limit: rowsPerRead,
      };
      const packed = await untilRebuilt(
        () => first.ask<Uint8Array>(message as PartitionMessage, { deadlineMs }),
        { clock, patienceMs: Infinity, isOver },
      );
      const rows = unpackRows(packed);
      yield rows.map(([, value]) => fromRow(value!) as LoginRecord);
      const last = rows.at(-1);
      if (last === undefined || rows.length < rowsPerRead) return;
      from = `${last[0]}\0`;
    }
  }

  /**
   * Writes a login, or deletes it, and tells of it; resolves once that is on disk. Of one agent
   * there may be one such change at a time.
   * @throws {IxionError} (as a rejection) Unavailable or StoreFull: nothing was changed;
   *   UnknownOutcome: it cannot be said
   */
  write(
    agentId: string,
    record: LoginRecord | undefined,
    events: readonly AgentEvent[],
  ): Promise<void> {
    const value = record === undefined ? undefined : toRow(record);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ key: loginKey(agentId), value, events, resolve, reject });
      if (!this.#isWriting) this.#begin();
    });
  }

  /**
   * Does `work` while no change is on its way, and all before it are in the desk; the next ones
   * wait for it. Rejects as `work` does.
   */
  between<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#between.push(() => work().then(resolve, reject));
      if (!this.#isWriting) this.#begin();
    });
  }

  /** When this turn of the event loop has said all that it has to say. */
  #begin(): void {
    this.#isWriting = true;
    inNextRound(this.#options.clock, () => void this.#writeSome());
  }

  async #writeSome(): Promise<void> {
    // Who waited for the last write has had a round of the event loop to work by it.
    for (let work = this.#between.shift(); work !== undefined; work = this.#between.shift()) {
      await work();
    }
    if (this.#waiting.length === 0) {
      this.#isWriting = false;
      return;
    }
    const some = this.#waiting.splice(0, limits.agentRequestsPerTurn);
    const failure = await this.#put(some);
    this.#isWriting = false;
    for (const { resolve, reject } of some) {
      if (failure === undefined) resolve();
      else reject(failure);
    }
    if (this.#waiting.length + this.#between.length > 0) this.#begin();
  }

  async #put(some: readonly Writing[]): Promise<IxionError | undefined> {
    const { clock, first, isOver } = this.#options;
    const changes = packRows(some.map(({ key, value }) => [key, value] as const));
    const event = some.flatMap(({ events }) => events);
    const message = { type: 'write-objects', changes, event } as const;
    let isAgain = false;
    try {
      const isMade = await untilRebuilt(
        async () => {
          // It may have been done though nobody said so.
          if (isAgain && (await this.#isThere(some[0]!))) return true;
          isAgain = true;
          return first.ask<boolean>(message, { deadlineMs, bytes: changes.length });
        },
        { clock, patienceMs, isOver },
      );
      if (!isMade) return new IxionError('StoreFull', 'the change could not be written');
      this.writeSets++;
      this.changes += some.length;
      this.greatest = Math.max(this.greatest, some.length);
      return undefined;
    } catch (error) {
      if (!(error instanceof IxionError)) throw error;
      return new IxionError('UnknownOutcome', 'partition 0 does not say whether it was written');
    }
  }

  /** Whether a row is as it was to become: no two of an agent are the same. */
  async #isThere({ key, value }: Writing): Promise<boolean> {
    const message = { type: 'read-objects', from: key, to: `${key}\0`, limit: 1 } as const;
    const [row] = unpackRows(await this.#options.first.ask<Uint8Array>(message, { deadlineMs }));
    const found = row?.[1];
    if (value === undefined || found === undefined) return found === value;
    return found.length === value.length && found.every((byte, at) => byte === value[at]);
  }
}
