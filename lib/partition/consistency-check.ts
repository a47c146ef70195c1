/**
 * What must be true of the rows of a partition; for `store verify`. The rows are visited in the
 * order of the tables; counts and totals are compared at the end.
 */
import { stateNow, stateOfRow } from '../interaction/body.js';
import { PackedEventRow } from '../interaction/event-row.js';
import { homeOf } from '../interaction/identifier.js';
import { isAvailable } from '../interaction/record-changes.js';
import { InteractionState, type StateRecord } from '../interaction/state-record.js';
import { noBytes } from '../pack/sections.js';
import { Table, type Reader } from '../store/contract.js';
import { readU64 } from '../store/keys.js';
import {
  DeadlineKind,
  steadyDeadlineKey,
  deadlineKey,
  idOfOrderKey,
  indexOfOrderKey,
  orderKeyOf,
  readDeadlineKey,
  readMoveKey,
} from './rows/keys.js';
import { decodeIndex, IndexKind, IndexState, isIndexKey } from './rows/index-row.js';
import { lock, offer as offered, parties, PartyKind } from '../interaction/state-sections.js';
import { partyKey, readPartyKey, sessionPartyKey } from './rows/party-key.js';
import { faultOfWorkbinKey, isInItsWorkbin, isWorkbinKey } from './workbin-check.js';
import { decodeHighest, readHighest, Registry } from './rows/registry.js';
import { countOf, readSequenceMark } from './ledger/sequences.js';
import { decodeErasure } from './rows/erased.js';
import { decodeGone, decodeTaken, decodeTransit } from './rows/hand-offs.js';
import { decodePosition } from './rows/positions.js';
import {
  faultOfQueueRow,
  isQueueListKey,
  readPackedQueueList,
  type QueueListHead,
} from './rows/queue-list.js';
import { faultOfViewRow, isViewKey } from './rows/view-rows.js';
import { checkRetryRow, resultsInRow } from './rows/retry-row.js';
import { timelineAt, type History } from '../timeline.js';
import { faultOfAside } from './aside-check.js';
import { ColumnCheck, isColumnKey } from './column-check.js';
import { unpackLocation } from './moves/locations.js';
import { faultOfParties, faultOfSegment } from './party-check.js';
import { CountedTotals } from './counted-totals.js';
import { ViewIndexCheck } from './views/index-check.js';
import type { Whereabouts } from './whereabouts.js';

/** What is wrong with a row of table `object` that is not of the list of queues, if anything. */
export type FaultOfObject = (partition: number, key: string, row: Uint8Array) => string | undefined;

export class ConsistencyCheck {
  readonly #store: Reader;
  readonly #partition: number;
  readonly #partitions: number;
  readonly #counted = new CountedTotals();
  readonly #away = new Set<string>();
  readonly #locations = new Map<string, number>();
  readonly #moving = new Set<string>();
  readonly #viewIndexes: ViewIndexCheck;
  /** By queue, the index of its own order; and the queue of every index. */
  readonly #ownOrders = new Map<number, number>();
  readonly #queuesOfOrders = new Map<number, number>();
  readonly #sequenceMark: number;
  readonly #queueList: Pick<QueueListHead, 'version' | 'highest'>;
  readonly #faultOfObject: FaultOfObject;
  readonly #history: History | undefined;
  readonly #columns: ColumnCheck | undefined;
  #nextSequence: number | undefined;
  /** As the last row of results says. */
  #results: { readonly bytes: number; readonly count: number } | undefined;

  /**
   * @param history of the store; undefined: it has none, as in memory
   * @param faultOfObject looks at rows that a partition only keeps; undefined: nobody does
   */
  constructor(
    store: Reader,
    partition: number,
    partitions: number,
    history?: History,
    faultOfObject: FaultOfObject = () => undefined,
  ) {
    this.#history = history;
    this.#faultOfObject = faultOfObject;
    this.#queueList = unlessDamaged(() => readPackedQueueList(store, false)) ?? noQueueList;
    this.#store = store;
    this.#partition = partition;
    this.#partitions = partitions;
    this.#sequenceMark = unlessDamaged(() => readSequenceMark(store)) ?? Infinity;
    this.#columns = unlessDamaged(() => new ColumnCheck(store));
    const rows = unlessDamaged(() => store.range(Table.registry, {})) ?? [];
    const definitions = rows
      .filter(([one]) => isIndexKey(one))
      .flatMap(([key, row]) => unlessDamaged(() => decodeIndex(key, row)) ?? []);
    for (const { kind, queue, number } of definitions) {
      if (kind === IndexKind.ownOrder) this.#ownOrders.set(queue, number);
      this.#queuesOfOrders.set(number, queue);
    }
    this.#viewIndexes = new ViewIndexCheck(store, definitions);
  }

  /** Interactions that live in this partition, counted. */
  get interactions(): number {
    return this.#counted.interactions;
  }

  get whereabouts(): Whereabouts {
    return {
      partition: this.#partition,
      away: this.#away,
      locations: this.#locations,
      moving: this.#moving,
    };
  }

  /** Looks at one row; returns what is wrong with it. */
  readonly visit = (table: Table, key: string, value: Uint8Array): string | undefined => {
    switch (table) {
      case Table.meta:
        if (value.length === (metaBytes[key] ?? value.length)) return undefined;
        return `it has ${value.length} bytes and not ${metaBytes[key]}`;
      case Table.interaction:
        return this.#interaction(key, value);
      case Table.state:
        return this.#has(Table.interaction, key) ? undefined : 'a state without an interaction';
      case Table.registry:
        return this.#registry(key, value);
      case Table.object:
        if (isViewKey(key)) return faultOfViewRow(key, value);
        return isQueueListKey(key)
          ? faultOfQueueRow(key, value, this.#partitions, this.#queueList)
          : this.#faultOfObject(this.#partition, key, value);
      case Table.order:
        return this.#order(key);
      case Table.deadline:
        return this.#deadline(key);
      case Table.outbox:
        return this.#outbox(key, value);
      case Table.party:
        return this.#party(key);
      case Table.retry:
        return this.#retry(value);
      case Table.position:
        return this.#position(value);
      case Table.erased:
        decodeErasure(value);
        return undefined;
      case Table.aside:
        return faultOfAside(this.#store, key, value);
      case Table.totals:
        return this.#counted.compare(key, value);
      case Table.location: {
        const { at } = unpackLocation(value);
        if (at !== undefined) this.#locations.set(key, at);
        return undefined;
      }
      case Table.transit:
        return this.#transit(key, value);
      case Table.gone:
        return this.#move(key, decodeGone(value));
      case Table.taken:
        decodeTaken(value);
        return this.#move(key, undefined);
      default:
        return undefined;
    }
  };

  /** What is missing from the rows; to be called after all of them. */
  finish(): string[] {
    return [...this.#counted.missing(), ...(this.#columns?.finish() ?? [])];
  }

  #record(id: string): StateRecord | undefined {
    const row = this.#store.get(Table.interaction, id);
    if (row === undefined) return undefined;
    return stateNow(row, this.#store.get(Table.state, id));
  }

  #has(table: Table, key: string): boolean {
    return this.#store.get(table, key) !== undefined;
  }

  #interaction(id: string, value: Uint8Array): string | undefined {
    const record = stateNow(value, this.#store.get(Table.state, id));
    this.#counted.count(record);
    if (homeOf(id, this.#partitions) !== this.#partition) this.#away.add(id);
    const fault = this.#numbers(record) ?? this.#columns?.interaction(id, record, value);
    if (fault !== undefined) return fault;
    if (isAvailable(record) && !this.#isListed(id, record)) {
      return 'it can be pulled but is not in the order of its queue';
    }
    const unlisted = isAvailable(record)
      ? this.#viewIndexes.faultOfAvailable(id, record)
      : undefined;
    if (unlisted !== undefined) return unlisted;
    const { HoldUntil } = record.times;
    const resumeKey = deadlineKey(HoldUntil ?? 0, DeadlineKind.resume, id);
    if (HoldUntil !== undefined && !this.#has(Table.deadline, resumeKey)) {
      return 'it is to resume by itself but has no deadline';
    }
    const isTaken = record.state !== InteractionState.queued;
    if (isTaken !== (record.owner !== '')) return `state ${record.state} and an owner disagree`;
    if (isTaken && !this.#has(Table.party, sessionPartyKey(record.owner, id))) {
      return 'a client has it but no row says so';
    }
    if (record.isOnline && !this.#has(Table.party, partyKey(PartyKind.online, [], id))) {
      return 'it is online but no row says so';
    }
    if (record.sections.length === 0) return record.isLocked ? lockedByNobody : undefined;
    return (record.isLocked ? this.#locked(id, record) : undefined) ?? this.#agents(id, record);
  }

  /** Agents are found by rows, and an invitation ends by one. */
  #agents(id: string, record: StateRecord): string | undefined {
    const open = offered.of(record);
    if (open !== undefined) {
      const { untilMs, number } = open;
      const key = steadyDeadlineKey(untilMs, DeadlineKind.invitation, id, number);
      if (!this.#has(Table.deadline, key)) return 'it is offered but the offer has no end';
    }
    const all = parties.of(record) ?? [];
    for (const { owner } of all) {
      const isThere = this.#has(Table.party, partyKey(PartyKind.agentAtPlace, owner, id));
      if (!isThere) return 'an agent takes part but no row says so';
    }
    if (!isInItsWorkbin(this.#store, id, record)) return 'it is in a workbin but no row says so';
    return faultOfParties(record, all, open);
  }

  #locked(id: string, record: StateRecord): string | undefined {
    const { snapshot } = lock.of(record) ?? {};
    if (snapshot === undefined) return lockedByNobody;
    if (record.state !== InteractionState.queued) return 'it is locked and does not wait';
    const isFound = this.#has(Table.party, partyKey(PartyKind.lock, [String(snapshot)], id));
    return isFound ? undefined : 'it is locked but no row says so';
  }

  #isListed(id: string, record: StateRecord): boolean {
    const index = this.#ownOrders.get(record.queue);
    return index !== undefined && this.#has(Table.order, orderKeyOf(index, id, record));
  }

  /** Numbers of an interaction that only grow. */
  #numbers({ version, assignment, submitSeq, placeSeq }: StateRecord): string | undefined {
    if (assignment < 1 || assignment > version) return 'it has more assignments than versions';
    const isPlaced = placeSeq === 0 || placeSeq >= submitSeq;
    if (submitSeq < 1 || !isPlaced) return 'it was placed before it was submitted';
    const highest = countOf(Math.max(submitSeq, placeSeq));
    if (highest > this.#sequenceMark) return 'its numbers are beyond the mark of the partition';
    return undefined;
  }

  #order(key: string): string | undefined {
    const index = indexOfOrderKey(key);
    const queue = this.#queuesOfOrders.get(index);
    if (queue === undefined) return `no queue has the index ${index}`;
    if (this.#viewIndexes.has(index)) {
      return this.#viewIndexes.faultOfEntry(index, key, (one) => this.#record(one));
    }
    const id = idOfOrderKey(key);
    const record = this.#record(id);
    if (record === undefined || !isAvailable(record)) return `${id} is listed but cannot be pulled`;
    if (record.queue !== queue) return `${id} is listed in another queue`;
    return orderKeyOf(index, id, record) === key ? undefined : `${id} is listed in another place`;
  }

  #registry(key: string, value: Uint8Array): string | undefined {
    if (isColumnKey(key)) return this.#columns?.row(key, value);
    if (!isIndexKey(key)) {
      const isKnown =
        key.length === 1 && Object.values<number>(Registry).includes(key.charCodeAt(0));
      decodeHighest(value);
      return isKnown ? undefined : 'no registry has such a row';
    }
    const { queue, number, state, kind } = decodeIndex(key, value);
    if (number > readHighest(this.#store, Registry.indexes)) return 'its number was never given';
    if (this.#queuesOfOrders.get(number) !== queue) return 'another index has its number';
    if (kind === IndexKind.views) return undefined;
    if (this.#ownOrders.get(queue) !== number) return 'its queue has another own order';
    const isLive = kind === IndexKind.ownOrder && state === IndexState.live;
    return isLive ? undefined : 'an own order is always kept up';
  }

  #deadline(key: string): string | undefined {
    const { kind, id, number } = readDeadlineKey(key);
    if (kind === DeadlineKind.invitation) {
      const open = offered.of(this.#record(id) ?? { sections: noBytes });
      return open?.number === number ? undefined : `ticket ${number} of ${id} is over`;
    }
    if (kind === DeadlineKind.aside) {
      return this.#has(Table.aside, id) ? undefined : `nothing is kept of ${id}`;
    }
    if (kind !== DeadlineKind.resume) return undefined;
    return this.#record(id)?.isHeld === true ? undefined : `${id} is to resume but is not on hold`;
  }

  #outbox(key: string, value: Uint8Array): string | undefined {
    const row = new PackedEventRow(value);
    row.check();
    const { firstSequence, timeline } = row;
    const expected = this.#nextSequence ?? firstSequence;
    this.#nextSequence = row.lastSequence + 1;
    if (firstSequence !== readU64(key, 0)) return 'its key is not its first sequence';
    if (firstSequence !== expected) return `events from ${expected} on are missing`;
    return this.#contradictionOf(timeline, firstSequence);
  }

  /** Why an event cannot be of a timeline. */
  #contradictionOf(timeline: string, sequence: number): string | undefined {
    const wanted = this.#history && timelineAt(this.#history, sequence);
    if (wanted === undefined || wanted === timeline) return undefined;
    return `event ${sequence} is of timeline ${timeline}, and not of ${wanted}`;
  }

  #transit(key: string, value: Uint8Array): string | undefined {
    const { offer } = decodeTransit(value);
    const wrong = this.#move(key, offer);
    if (wrong !== undefined) return wrong;
    stateOfRow(offer.row);
    new PackedEventRow(offer.events).check();
    return undefined;
  }

  /** @param named what the row says that its key says too */
  #move(
    key: string,
    named: { readonly id: string; readonly move: number } | undefined,
  ): string | undefined {
    const { id, move } = readMoveKey(key);
    this.#moving.add(id);
    const isSame = named === undefined || (named.id === id && named.move === move);
    return isSame ? undefined : 'its key names another hand-off than it does';
  }

  #retry(value: Uint8Array): string | undefined {
    const { bytes, count } = checkRetryRow(value);
    const before = this.#results;
    this.#results = { bytes, count };
    const inRow = resultsInRow(value);
    const isInOrder =
      before === undefined ||
      (bytes === before.bytes + value.length && count === before.count + inRow);
    return isInOrder ? undefined : 'it does not continue the row of results before it';
  }

  #position(value: Uint8Array): string | undefined {
    const { timeline, sequence } = decodePosition(value);
    const last = (this.#nextSequence ?? Infinity) - 1;
    if (this.#history === undefined) return undefined;
    if (timeline === this.#history.timeline.id && sequence > last) {
      return `a reader has come to event ${sequence}, and the last is ${last}`;
    }
    return undefined;
  }

  #party(key: string): string | undefined {
    if (isWorkbinKey(key)) return faultOfWorkbinKey(key, (id) => this.#record(id));
    const { kind, owner, id } = readPartyKey(key);
    if (kind === PartyKind.agentAtPlace) {
      const all = parties.of(this.#record(id) ?? { sections: noBytes }) ?? [];
      const isOne = all.some((party) => `${party.owner}` === `${owner}`);
      return isOne ? undefined : `agent ${owner[0]} does not take part in ${id}`;
    }
    if (kind === PartyKind.online) {
      return this.#record(id)?.isOnline === true ? undefined : `${id} is not online`;
    }
    if (kind === PartyKind.segment) {
      return faultOfSegment(this.#record(id), owner, id);
    }
    if (kind === PartyKind.lock) {
      const record = this.#record(id);
      const isIt = record?.isLocked === true && String(lock.of(record)?.snapshot) === owner[0];
      return isIt ? undefined : `snapshot ${owner[0]} has not locked ${id}`;
    }
    if (kind !== PartyKind.session) return `${id} has a party of kind ${kind}`;
    return this.#record(id)?.owner === owner[0] ? undefined : `this client does not have ${id}`;
  }
}

const lockedByNobody = 'it is locked by nobody';
const noQueueList = { version: 0, highest: 0xffff_ffff };

/** Bytes of the rows of table `meta`. */
const metaBytes: Readonly<Record<string, number | undefined>> = { time: 24, sequence: 8 };

/** What is needed before the walk; where it cannot be read, the walk comes to it and says so. */
function unlessDamaged<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
