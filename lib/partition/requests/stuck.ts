/**
 * Interactions that are stuck: taken, and nobody is there who would go on with them, nor a time
 * after which they go back. By construction there is none, since each is at every moment in exactly
 * one of queue, hold, hands, offer and transit; so the figure is 0, and another one tells of a
 * fault. Requests do not count for it: all that is taken is looked through now and then, in small
 * steps.
 */
import { InteractionState, type StateRecord } from '../../interaction/state-record.js';
import { offer, parties, PartyKind } from '../../interaction/state-sections.js';
import { Table } from '../../store/contract.js';
import type { Chore, May } from '../chore.js';
import { readRecord } from '../ledger/interactions.js';
import type { Owners } from '../ledger/owners.js';
import { isOfAgent } from '../ledger/parties.js';
import type { HandOff } from '../moves/hand-off.js';
import { DeadlineKind, readMoveKey, steadyDeadlineKey } from '../rows/keys.js';
import { workbinsRange } from '../rows/workbin-key.js';
import { readPartyKey } from '../rows/party-key.js';
import type { Turn } from '../turn.js';
import type { Invitations } from './invitations.js';

/** Between two looks, and between two steps of one. */
const lookMs = 10_000;
const stepMs = 50;
const rowsPerStep = 256;
/** Identifiers that are told. */
const toldMax = 100;

export interface StuckParts {
  readonly owners: Owners;
  readonly invitations: Invitations;
  readonly handOff: HandOff;
}

/** What the last whole look has found. */
export interface Stuck {
  readonly interactions: number;
  /** The first hundred of them. */
  readonly ids: readonly string[];
}

const none: Stuck = { interactions: 0, ids: [] };

const { from: partiesEnd } = workbinsRange();

export class StuckLook implements Chore {
  readonly #parts: StuckParts;
  /** Infinite: nothing is taken, as far as the last look knows. */
  dueMs: number;
  /** Where the look under way goes on. */
  #table: typeof Table.party | typeof Table.transit = Table.party;
  #from = '';
  #rows = 0;
  #found = new Set<string>();
  stuck = none;
  /** Whole looks. */
  looks = 0;

  constructor(parts: StuckParts, nowMs: number) {
    this.#parts = parts;
    this.dueMs = nowMs + lookMs;
  }

  /** Something is taken, or on its way. */
  taken(turn: Turn): void {
    if (this.dueMs === Number.POSITIVE_INFINITY) this.dueMs = turn.nowMs + lookMs;
  }

  /** A step of a look; it is never urgent. */
  work(turn: Turn, may: May): void {
    if (!may.spare || turn.nowMs < this.dueMs) return;
    // What is in workbins stands behind all who take part.
    const to = this.#table === Table.party ? partiesEnd : undefined;
    const rows = turn.range(this.#table, { from: this.#from, to, limit: rowsPerStep });
    for (const [key] of rows) {
      const id = this.#table === Table.party ? this.#ofParty(turn, key) : this.#ofTransit(key);
      if (id !== undefined) this.#found.add(id);
    }
    this.#rows += rows.length;
    this.dueMs = turn.nowMs + stepMs;
    if (rows.length === rowsPerStep) this.#from = `${rows.at(-1)![0]}\0`;
    else if (this.#table === Table.party) [this.#table, this.#from] = [Table.transit, ''];
    else this.#end(turn);
  }

  #end({ nowMs }: Turn): void {
    const ids = [...this.#found];
    this.stuck = ids.length === 0 ? none : { interactions: ids.length, ids: ids.slice(0, toldMax) };
    this.looks++;
    this.dueMs = this.#rows === 0 ? Number.POSITIVE_INFINITY : nowMs + lookMs;
    [this.#table, this.#from, this.#rows] = [Table.party, '', 0];
    this.#found.clear();
  }

  /** The interaction that a row is about, if it is stuck. */
  #ofParty(turn: Turn, key: string): string | undefined {
    const { kind, owner, id } = readPartyKey(key);
    const record = readRecord(turn, id);
    if (record === undefined) return id;
    if (kind === PartyKind.online) return record.isOnline ? undefined : id;
    const isLive =
      kind === PartyKind.session
        ? record.owner === owner[0] && this.#goesOn(turn, id, record)
        : takesPart(record, owner);
    return isLive ? undefined : id;
  }

  /** Whether somebody has it who is there, or a time brings it back. */
  #goesOn(turn: Turn, id: string, record: StateRecord): boolean {
    const { owners, invitations } = this.#parts;
    const open = offer.of(record);
    if (open !== undefined) {
      const { untilMs, number } = open;
      const endKey = steadyDeadlineKey(untilMs, DeadlineKind.invitation, id, number);
      const isKnown = invitations.isLooking || invitations.opened(id, number) !== undefined;
      if (!isKnown || turn.get(Table.deadline, endKey) === undefined) return false;
    }
    if (record.state === InteractionState.queued) return false;
    // The desk answers for what agents have.
    return isOfAgent(record) || owners.isKept(record.owner);
  }

  #ofTransit(key: string): string | undefined {
    const { id } = readMoveKey(key);
    return this.#parts.handOff.submitterInTransit(id) === undefined ? id : undefined;
  }
}

const takesPart = (record: StateRecord, owner: readonly string[]): boolean =>
  (parties.of(record) ?? []).some((party) => `${party.owner}` === `${owner}`);
