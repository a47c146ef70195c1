/**
 * Online interactions whose submitter is gone: nobody would tell when their customers leave. When
 * no media server has been registered under the name for a time, they have left, as if it had said
 * so. Interactions that are online have a row each, by which they are found; others cost nothing.
 */
import { transitions } from '../../interaction/lifecycle.js';
import { setOnline } from '../../interaction/record-changes.js';
import type { StateRecord } from '../../interaction/state-record.js';
import { PartyKind } from '../../interaction/state-sections.js';
import { Table } from '../../store/contract.js';
import { prefixEnd } from '../../store/keys.js';
import type { Chore, May } from '../chore.js';
import { causeOfServer } from '../ledger/cause.js';
import { readRecord, submitterOf } from '../ledger/interactions.js';
import type { SessionInfo } from '../request.js';
import { partyPrefix, readPartyKey } from '../rows/party-key.js';
import type { Turn } from '../turn.js';
import { changeDetails } from './change.js';
import type { RequestCore } from './core.js';

/** Between two looks at what is online: while somebody is gone, and else. */
const lookMs = 10_000;
const calmLookMs = 60_000;
const rowsPerStep = 256;
const onlineFrom = partyPrefix(PartyKind.online, []);
const onlineTo = prefixEnd(onlineFrom)!;

/** Online interactions of submitters that are gone and may come back. */
export interface Orphans {
  readonly interactions: number;
  /** When the oldest was received, milliseconds since 1970 UTC; undefined: there is none. */
  readonly oldestAt: number | undefined;
}

const noOrphans: Orphans = { interactions: 0, oldestAt: undefined };
const gone = causeOfServer('SubmitterGone');

export class GoneSubmitters implements Chore {
  readonly #core: RequestCore;
  /** Numbers of the sessions of media servers, by the name under which they submit. */
  readonly #present = new Map<string, Set<number>>();
  /** Since when names are gone, by the clock of the partition, as far as that was seen. */
  readonly #since = new Map<string, number>();
  /** 0: nobody is given up. */
  #goneMs = 0;
  /** Infinite: nothing is online, as far as the last look knows. */
  dueMs: number;
  /** The look under way. */
  #from = onlineFrom;
  #beganMs = 0;
  #rows = 0;
  #seen = new Set<string>();
  #waiting = { interactions: 0, oldestAt: undefined as number | undefined };
  orphans = noOrphans;

  constructor(core: RequestCore, nowMs: number) {
    this.#core = core;
    this.dueMs = nowMs + lookMs;
  }

  /** How long a submitter may be gone; 0: for ever. */
  takes(goneMs: number, nowMs: number): void {
    this.#goneMs = goneMs;
    this.dueMs = Math.min(this.dueMs, nowMs + Math.min(goneMs, lookMs));
  }

  opened({ clientType, clientName, submitter, number }: SessionInfo): void {
    if (clientType !== 'MediaServer') return;
    const name = submitter?.name ?? clientName;
    const numbers = this.#present.get(name) ?? new Set();
    this.#present.set(name, numbers.add(number));
    this.#since.delete(name);
  }

  closed({ clientType, clientName, submitter, number }: SessionInfo, nowMs: number): void {
    if (clientType !== 'MediaServer') return;
    const name = submitter?.name ?? clientName;
    const numbers = this.#present.get(name);
    if (numbers?.delete(number) !== true || numbers.size > 0) return;
    this.#present.delete(name);
    this.#since.set(name, nowMs);
    if (this.dueMs !== Infinity) this.dueMs = Math.min(this.dueMs, nowMs + this.#goneMs);
  }

  /** An interaction is online from now on. */
  online(turn: Turn): void {
    const isLooked = this.dueMs !== Infinity || this.#goneMs === 0;
    if (!isLooked) this.dueMs = turn.nowMs + Math.min(lookMs, this.#goneMs);
  }

  /** A step of a look. */
  work(turn: Turn, may: May): void {
    if (!may.write || turn.nowMs < this.dueMs) return;
    if (this.#goneMs === 0) return void (this.dueMs = Infinity);
    if (this.#from === onlineFrom) this.#beganMs = turn.nowMs;
    const range = { from: this.#from, to: onlineTo, limit: rowsPerStep };
    const rows = turn.range(Table.party, range);
    for (const [key] of rows) this.#lookAt(turn, readPartyKey(key).id);
    this.#rows += rows.length;
    if (rows.length === rowsPerStep) this.#from = `${rows.at(-1)![0]}\0`;
    else this.#end(turn);
  }

  #lookAt(turn: Turn, id: string): void {
    const record = readRecord(turn, id);
    if (record?.isOnline !== true) return;
    const name = submitterOf(turn, id);
    if (this.#present.has(name)) return;
    this.#seen.add(name);
    const since = this.#since.get(name) ?? turn.nowMs;
    this.#since.set(name, since);
    if (turn.nowMs - since >= this.#goneMs) return this.#left(turn, id, record);
    this.#waiting.interactions++;
    const atMs = record.times.ReceivedAt ?? turn.wallMs;
    this.#waiting.oldestAt = Math.min(this.#waiting.oldestAt ?? atMs, atMs);
  }

  #left(turn: Turn, id: string, record: StateRecord): void {
    this.#core.invitations.customerLeft(turn, id, record);
    const change = this.#core.ledger.open(turn, id, record, transitions.change, gone);
    setOnline(record, false, turn.wallMs);
    const details = changeDetails({ InteractionId: id, IsOnline: false });
    this.#core.ledger.close(change, undefined, details);
  }

  #end({ nowMs }: Turn): void {
    this.orphans = this.#waiting.interactions === 0 ? noOrphans : this.#waiting;
    let dueMs = nowMs + (this.#seen.size > 0 ? Math.min(lookMs, this.#goneMs) : calmLookMs);
    for (const [name, since] of this.#since) {
      // Who went while it was looked is looked for the next time.
      if (this.#seen.has(name) || since >= this.#beganMs) {
        const endMs = since + this.#goneMs;
        if (endMs > nowMs) dueMs = Math.min(dueMs, endMs);
      } else this.#since.delete(name);
    }
    this.dueMs = this.#rows === 0 ? Infinity : dueMs;
    [this.#from, this.#rows, this.#seen] = [onlineFrom, 0, new Set()];
    this.#waiting = { interactions: 0, oldestAt: undefined };
  }
}
