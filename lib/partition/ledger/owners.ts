/**
 * What clients have taken, and giving it back when a client does not come back.
 *
 * Taking puts a row into table `party`; losing the row means nobody has it. A session that
 * is lost has `reconnect-timeout` to register again; then what it owns returns to its place. After
 * a start no session is known: all rows have that time, and are then looked through in small steps;
 * sessions that came meanwhile, also those lost again, have their own time.
 */
import { transitions } from '../../interaction/lifecycle.js';
import { putBack } from '../../interaction/record-changes.js';
import type { StateRecord } from '../../interaction/state-record.js';
import { prefixEnd } from '../../store/keys.js';
import { readRecord } from './interactions.js';
import { isOfAgent } from './parties.js';
import type { Chore, May } from '../chore.js';
import type { PartitionTime } from './partition-time.js';
import type { Ledger } from './ledger.js';
import {
  idOfSessionPartyKey,
  sessionOfPartyKey,
  sessionPartiesFrom,
  sessionPartiesTo,
  sessionPartyPrefix,
} from '../rows/party-key.js';
import type { SessionInfo } from '../request.js';
import type { Turn } from '../turn.js';
import { Table, type RangeOptions, type Reader } from '../../store/contract.js';

const stepSize = 256;

/** The rows of a session. */
function rangeOf(sessionKey: string, limit: number): RangeOptions {
  const from = sessionPartyPrefix(sessionKey);
  return { from, to: prefixEnd(from), limit };
}

export class Owners implements Chore {
  readonly #store: Reader;
  readonly #ledger: Ledger;
  readonly #reconnectTimeoutMs: number;
  /** Sessions that are connected, by session key. */
  readonly #open = new Map<string, number>();
  /** When what a lost session owns returns. All have the same time, so the first is due first. */
  readonly #returns = new Map<string, number>();
  /** Those that are due at once. */
  readonly #released: Set<string>;
  /** The same until what they owned is back durably; outlives this instance. */
  readonly #releasing: Set<string>;
  /** Next row of the look after a start; undefined: it is done. */
  #startScan: string | undefined = sessionPartiesFrom;
  readonly #startScanAtMs: number;
  /** Ends the invitation of an interaction whose owner is lost. Whether it is back by that. */
  onLost: (turn: Turn, id: string, record: StateRecord) => boolean = () => false;

  /** `releasing`: session keys whose interactions a former instance had to give back at once. */
  constructor(
    store: Reader,
    ledger: Ledger,
    time: PartitionTime,
    reconnectTimeoutMs: number,
    releasing: Set<string>,
  ) {
    this.#store = store;
    this.#ledger = ledger;
    this.#reconnectTimeoutMs = reconnectTimeoutMs;
    this.#releasing = releasing;
    this.#released = new Set(releasing);
    this.#startScanAtMs = time.nowMs() + reconnectTimeoutMs;
  }

  /** When `work` has something to do, by the clock of the partition. */
  get dueMs(): number {
    if (this.#released.size > 0) return 0;
    const scanMs = this.#startScan === undefined ? Number.POSITIVE_INFINITY : this.#startScanAtMs;
    for (const atMs of this.#returns.values()) return Math.min(scanMs, atMs);
    return scanMs;
  }

  sessionOpened(session: SessionInfo): void {
    this.#open.set(session.sessionKey, session.number);
    this.#forget(session.sessionKey);
    this.#releasing.delete(session.sessionKey);
  }

  /**
   * `release`: what it owns returns at once, else after the time to reconnect. What is much
   * returns step by step (`work`), and so does all of it without `mayWrite`.
   */
  sessionClosed(turn: Turn, session: SessionInfo, release: boolean, mayWrite: boolean): void {
    const { sessionKey } = session;
    if (this.#open.get(sessionKey) !== session.number) return;
    this.#open.delete(sessionKey);
    const range = rangeOf(sessionKey, 1);
    // Clients come and go: only those that leave something behind cost anything later.
    if (turn.range(Table.party, range).length === 0) return;
    this.#forget(sessionKey);
    if (!release) return this.#returnLater(turn, sessionKey);
    this.#released.add(sessionKey);
    this.#releasing.add(sessionKey);
    if (mayWrite) this.giveBack(turn, sessionKey);
  }

  /**
   * A session comes to have an interaction. A request of a client that has left meanwhile may come
   * late from another partition: then the time to reconnect begins with it.
   * What an agent has does not hang on its clients: the desk says when it goes back.
   */
  taken(turn: Turn, record: StateRecord): void {
    const { owner } = record;
    if (!this.#isKnown(owner) && !isOfAgent(record)) this.#returnLater(turn, owner);
  }

  /** Whether something of an ended session is still to go back at once, or not yet durably back. */
  isReleasing(sessionKey: string): boolean {
    return this.#releasing.has(sessionKey);
  }

  /** What these sessions owned is back, durably. */
  backForGood(sessionKeys: readonly string[]): void {
    for (const key of sessionKeys) if (!this.#released.has(key)) this.#releasing.delete(key);
  }

  /** The number of a session that is connected. */
  sessionOf(sessionKey: string): number | undefined {
    return this.#open.get(sessionKey);
  }

  /** Whether its client is there, or a time is set after which what it has goes back. */
  isKept(sessionKey: string): boolean {
    return this.#startScan !== undefined || this.#isKnown(sessionKey);
  }

  /** Identifiers that a session key owns here. */
  of(sessionKey: string, limit: number): string[] {
    const range = rangeOf(sessionKey, limit);
    return this.#store.range(Table.party, range).map(([key]) => idOfSessionPartyKey(key));
  }

  /** Returns some of what is due. */
  work(turn: Turn, may: May): void {
    if (!may.write) return;
    const sessionKey = this.#due(turn);
    if (sessionKey !== undefined) return this.giveBack(turn, sessionKey);
    if (this.#startScan === undefined || turn.nowMs < this.#startScanAtMs) return;
    this.#scanAfterStart(turn, this.#startScan);
  }

  /** Returns some of what a session owns. */
  giveBack(turn: Turn, sessionKey: string): void {
    const range = rangeOf(sessionKey, stepSize);
    const rows = turn.range(Table.party, range);
    for (const [key] of rows) this.#returnToPlace(turn, key);
    if (rows.length === stepSize) return;
    this.#forget(sessionKey);
    turn.givenBack.push(sessionKey);
  }

  /** A lost session whose time is over. */
  #due({ nowMs }: Turn): string | undefined {
    for (const sessionKey of this.#released) return sessionKey;
    for (const [sessionKey, atMs] of this.#returns) return atMs > nowMs ? undefined : sessionKey;
    return undefined;
  }

  #isKnown(sessionKey: string): boolean {
    return (
      this.#open.has(sessionKey) || this.#returns.has(sessionKey) || this.#released.has(sessionKey)
    );
  }

  /** The session is not among those that return; added again, it is the last. */
  #returnLater({ nowMs }: Turn, sessionKey: string): void {
    this.#returns.set(sessionKey, nowMs + this.#reconnectTimeoutMs);
  }

  #forget(sessionKey: string): void {
    this.#returns.delete(sessionKey);
    this.#released.delete(sessionKey);
  }

  #scanAfterStart(turn: Turn, from: string): void {
    const rows = turn.range(Table.party, { from, to: sessionPartiesTo, limit: stepSize });
    this.#startScan = rows.length < stepSize ? undefined : `${rows.at(-1)![0]}\0`;
    for (const [key] of rows) {
      if (this.#isKnown(sessionOfPartyKey(key))) continue;
      const record = readRecord(turn, idOfSessionPartyKey(key));
      if (record === undefined || !isOfAgent(record)) this.#returnToPlace(turn, key);
    }
  }

  /** The party is gone, the interaction is back where it was taken from. */
  #returnToPlace(turn: Turn, key: string): void {
    const id = idOfSessionPartyKey(key);
    const record = readRecord(turn, id);
    if (record === undefined || record.owner !== sessionOfPartyKey(key)) {
      return turn.delete(Table.party, key);
    }
    if (record.sections.length > 0 && this.onLost(turn, id, record)) return;
    const change = this.#ledger.open(turn, id, record, transitions.giveBack);
    putBack(record, turn.wallMs);
    this.#ledger.close(change);
  }
}
