/**
 * Locks: a snapshot has an interaction that waits, so that nobody else takes or changes it. A lock
 * is in the record and, by its snapshot, a row of table `party`. Snapshots are of one process: what
 * a former one has locked is freed, step by step, before anything is locked anew.
 */
import { lockDetails, type Cause } from '../../interaction/event.js';
import { transitions } from '../../interaction/lifecycle.js';
import type { StateRecord } from '../../interaction/state-record.js';
import { lock, PartyKind, type Lock } from '../../interaction/state-sections.js';
import { prefixEnd } from '../../store/keys.js';
import { Table } from '../../store/contract.js';
import type { Chore, May } from '../chore.js';
import { Refusal, type SessionInfo } from '../request.js';
import { locksFrom, locksTo, partyPrefix, readPartyKey } from '../rows/party-key.js';
import type { Turn } from '../turn.js';
import { causeOfServer, serverCause } from './cause.js';
import { readRecord } from './interactions.js';
import type { Ledger } from './ledger.js';
import { putLock, removeLock } from './lock-rows.js';

/** Rows of one step. */
export const unlockStep = 128;
const busyRetryMs = 50;
const restarted = causeOfServer('ServerRestarted');

/** What of locks outlives the instance of a partition. */
export interface LastingLocks {
  /** What a former process has locked is free. */
  isFreed: boolean;
  /** Whose a snapshot is: its session key. Only of those that have locked something here. */
  readonly owners: Map<number, string>;
}

export const newLastingLocks = (): LastingLocks => ({ isFreed: false, owners: new Map() });

export class Locks implements Chore {
  readonly #ledger: Ledger;
  readonly #lasting: LastingLocks;

  constructor(ledger: Ledger, lasting: LastingLocks) {
    this.#ledger = ledger;
    this.#lasting = lasting;
  }

  get dueMs(): number {
    return this.#lasting.isFreed ? Number.POSITIVE_INFINITY : 0;
  }

  /** Frees some of what a former process has locked. */
  work(turn: Turn, may: May): void {
    if (this.#lasting.isFreed || !may.write) return;
    const isMore = this.#free(turn, { from: locksFrom, to: locksTo }, restarted);
    this.#lasting.isFreed = !isMore;
  }

  /** Whether a client has a locked interaction by one of its snapshots. */
  isHolder({ sessionKey }: SessionInfo, record: StateRecord): boolean {
    return this.#lasting.owners.get(lock.of(record)!.snapshot) === sessionKey;
  }

  /** @throws {Refusal} InteractionLocked, unless the client has locked it */
  check(session: SessionInfo, record: StateRecord, id: string): void {
    if (record.isLocked && !this.isHolder(session, record)) throw lockedBy(record, id);
  }

  /**
   * Before anything is locked.
   * @throws {Refusal} Busy
   */
  checkReady(): void {
    if (this.#lasting.isFreed) return;
    throw new Refusal('Busy', 'locks of before the start are being freed', busyRetryMs);
  }

  /** Locks what waits, for a client. */
  lock(
    turn: Turn,
    id: string,
    record: StateRecord,
    { holder, sessionKey, cause }: { holder: Lock; sessionKey: string; cause: Cause },
  ): void {
    this.#lasting.owners.set(holder.snapshot, sessionKey);
    const change = this.#ledger.open(turn, id, record, transitions.lock, cause);
    putLock(turn, id, record, holder);
    this.#ledger.close(change, undefined, lockDetails(holder.snapshot));
  }

  /** Frees one that is locked. */
  unlock(turn: Turn, id: string, record: StateRecord, cause: Cause): void {
    const change = this.#ledger.open(turn, id, record, transitions.unlock, cause);
    this.#ledger.close(change, undefined, lockDetails(removeLock(turn, id, record)));
  }

  /** Frees some of what a snapshot has locked here. @returns whether there is more */
  release(turn: Turn, snapshot: number): boolean {
    const from = partyPrefix(PartyKind.lock, [String(snapshot)]);
    const isMore = this.#free(turn, { from, to: prefixEnd(from) }, serverCause);
    if (!isMore) this.#lasting.owners.delete(snapshot);
    return isMore;
  }

  #free(turn: Turn, range: { from: string; to: string | undefined }, cause: Cause): boolean {
    const rows = turn.range(Table.party, { ...range, limit: unlockStep });
    for (const [key] of rows) {
      const { id } = readPartyKey(key);
      this.unlock(turn, id, readRecord(turn, id)!, cause);
    }
    return rows.length === unlockStep;
  }
}

/** The refusal of who has not locked it; it says who has. */
export function lockedBy(record: StateRecord, id: string): Refusal {
  const { snapshot, client } = lock.of(record)!;
  return new Refusal('InteractionLocked', `${client} has locked ${id}, by snapshot ${snapshot}`);
}
