/**
 * Who is told of which workbins: clients and their rights. The partitions tell them; here is known
 * whom, so that a right that is gone ends it.
 */
import type { ActorRef } from '../actor/index.js';
import type { Clock } from '../clock.js';
import { untilRebuilt } from '../control/until-rebuilt.js';
import { IxionError } from '../errors.js';
import type { Watcher, WorkbinName } from '../interaction/workbin-news.js';
import { limits } from '../limits.js';
import type { PartitionMessage } from '../mail/partition.js';

const deadlineMs = 10_000;
/** For how long a partition that is being rebuilt is waited for. */
const patienceMs = 30_000;

const keyOf = ({ type, ownerKind, owner }: WorkbinName): string =>
  `${type}\0${ownerKind}\0${owner}`;

export class Subscriptions {
  readonly #partitions: readonly ActorRef<PartitionMessage>[];
  readonly #clock: Clock;
  /** By session. */
  readonly #bySession = new Map<number, Map<string, WorkbinName>>();
  /** How many clients are told of a workbin. */
  readonly #counts = new Map<string, number>();

  constructor(partitions: readonly ActorRef<PartitionMessage>[], clock: Clock) {
    this.#partitions = partitions;
    this.#clock = clock;
  }

  /** Sessions that are told of something. */
  get sessions(): readonly number[] {
    return [...this.#bySession.keys()];
  }

  /** What a session is told of. */
  of(session: number): readonly WorkbinName[] {
    return [...(this.#bySession.get(session)?.values() ?? [])];
  }

  has(session: number, workbin: WorkbinName): boolean {
    return this.#bySession.get(session)?.has(keyOf(workbin)) === true;
  }

  /**
   * Tells a client of a workbin; resolves when every partition does.
   * @throws {IxionError} TooManySubscriptions, and what a partition says: then none does
   */
  async begin(workbin: WorkbinName, watcher: Watcher): Promise<void> {
    const { session } = watcher;
    if (!this.has(session, workbin)) this.#note(workbin, session);
    try {
      await this.#ask({ type: 'watch-workbin', workbin, watcher });
    } catch (error) {
      await this.end(workbin, session).catch(() => undefined);
      throw error;
    }
  }

  /** And no more; resolves when no partition does. */
  async end(workbin: WorkbinName, session: number): Promise<void> {
    const key = keyOf(workbin);
    const own = this.#bySession.get(session);
    if (own?.delete(key) === true) this.#uncount(key);
    if (own?.size === 0) this.#bySession.delete(session);
    await this.#ask({ type: 'unwatch-workbin', workbin, session });
  }

  /** A client is gone, which the partitions hear by themselves. */
  gone(session: number): void {
    for (const key of this.#bySession.get(session)?.keys() ?? []) this.#uncount(key);
    this.#bySession.delete(session);
  }

  #note(workbin: WorkbinName, session: number): void {
    const key = keyOf(workbin);
    const own = this.#bySession.get(session) ?? new Map<string, WorkbinName>();
    const count = this.#counts.get(key) ?? 0;
    if (own.size >= limits.workbinsWatchedPerClient) {
      const most = limits.workbinsWatchedPerClient;
      throw new IxionError('TooManySubscriptions', `a client is told of ${most} workbins at most`);
    }
    if (count >= limits.watchersPerWorkbin) {
      const most = limits.watchersPerWorkbin;
      throw new IxionError('TooManySubscriptions', `${most} clients are told of this workbin`);
    }
    this.#bySession.set(session, own.set(key, workbin));
    this.#counts.set(key, count + 1);
  }

  #uncount(key: string): void {
    const left = this.#counts.get(key)! - 1;
    if (left === 0) this.#counts.delete(key);
    else this.#counts.set(key, left);
  }

  async #ask(message: PartitionMessage): Promise<void> {
    const patience = { clock: this.#clock, patienceMs };
    const ask = (ref: ActorRef<PartitionMessage>): Promise<unknown> =>
      untilRebuilt(() => ref.ask(message, { deadlineMs }), patience);
    await Promise.all(this.#partitions.map(ask));
  }
}
