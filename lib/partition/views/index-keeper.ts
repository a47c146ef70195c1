/**
 * Keeps the indexes that the views of a partition need: begins those that are missing, builds them,
 * and drops those that no view needs any more. All of it in small steps beside the work of the
 * partition, and what is to do is in rows: a kill at any moment costs the step under way.
 *
 *   missing   -> building   a view needs it, and its queue has fewer than `limits.indexesPerQueue`
 *   building  -> live       all that waits was gone over, in the order of the queue; the row of the
 *                           index says up to where. What changes meanwhile is listed by the change.
 *   any       -> dropping   no view needs it; then its entries go, some at a time, then its row
 */
import type { Vocabulary } from '../../condition/index.js';
import { isAvailable } from '../../interaction/record-changes.js';
import { limits } from '../../limits.js';
import type { Subject } from '../../search/index.js';
import { prefixEnd, u32Key } from '../../store/keys.js';
import { Table, type Store } from '../../store/contract.js';
import type { LastChore, May } from '../chore.js';
import { readRecord } from '../ledger/interactions.js';
import { deleteEntry } from '../ledger/listing.js';
import type { Queues } from '../ledger/queues.js';
import {
  deleteIndex,
  IndexKind,
  indexesAfter,
  IndexState,
  newViewsIndex,
  putIndex,
  readIndexes,
  type IndexDefinition,
} from '../rows/index-row.js';
import { idOfOrderKey } from '../rows/keys.js';
import { turnBytes, type Turn } from '../turn.js';
import { queuesWithViews } from '../rows/view-rows.js';
import { planQueue, type PlannedViews } from './planning.js';
import { indexesOf, QueueIndexes, type IndexCounts, type QueueIndex } from './queue-indexes.js';
import type { ViewTable } from './view-table.js';

/** Interactions that are gone over, or entries that go, in one step; and the time between steps. */
const stepRows = 128;
const stepMs = 8;
/** Until the first step: a start has more urgent things to do. */
const beginMs = 500;
/** Until what may not be done now is tried again. */
const idleMs = 1_000;
/** Definitions that are read in one step. */
const definitionsPerStep = 256;
/** Queues whose views are looked at in one step. */
const queuesPerStep = 32;
const heavyTurnBytes = turnBytes / 2;

/** What is needed of a partition. */
export interface KeeperCore {
  readonly store: Store;
  readonly queues: Queues;
  readonly views: ViewTable;
  readonly partition: number;
}

/** An index that is being built, or dropped. */
interface Unfinished {
  definition: IndexDefinition;
  /** Of one that is being built: interactions that were gone over since the start. */
  rows: number;
}

/** An index, as it is told. */
export interface KnownIndex {
  readonly definition: IndexDefinition;
  /** Of one that is being built: interactions that were gone over since the start. */
  readonly rows: number;
  /** Entries that were written since the start. */
  readonly written: number;
}

export class IndexKeeper implements LastChore {
  /** What was counted since the start, by the number of the index. */
  readonly #counts = new Map<number, IndexCounts>();
  readonly #core: KeeperCore;
  readonly #vocabulary: () => Vocabulary<Subject>;
  /** Names of queues whose views are to be looked at. */
  readonly #toPlan = new Set<string>();
  #planning: Generator<void, PlannedViews> | undefined;
  #planned = '';
  readonly #unfinished = new Map<number, Unfinished>();
  /** The look for what an earlier life has left unfinished; undefined: it is done. */
  #looking: Generator<void, void> | undefined;
  #turn!: Turn;
  #hasOtherVocabulary = false;
  #dueMs: number;
  /** Told that something may have come into the views of a queue. */
  onListed: (queue: number) => void = () => {};

  constructor(core: KeeperCore, vocabulary: () => Vocabulary<Subject>, nowMs: number) {
    this.#core = core;
    this.#vocabulary = vocabulary;
    this.#dueMs = nowMs + beginMs;
    this.#looking = this.#look();
    core.queues.makeListings = (_, definitions) => this.#listingsOf(definitions);
  }

  get dueMs(): number {
    return this.#dueMs;
  }

  wantsOtherTurn(turn: Turn): boolean {
    return turn.nowMs >= this.#dueMs && turn.weigh() >= heavyTurnBytes;
  }

  /** Views of these queues are not what they were, or the queues are not. */
  changed(queues: Iterable<string>, nowMs: number): void {
    for (const name of queues) {
      this.#toPlan.add(name);
      if (this.#planned === name) this.#planning = undefined;
    }
    if (this.#toPlan.size > 0) this.#dueMs = Math.min(this.#dueMs, nowMs);
  }

  /** Other queues count; these are new, or live elsewhere than before. */
  queuesChanged(names: Iterable<string>, nowMs: number): void {
    this.changed(names, nowMs);
    // One that is gone may have left an index behind, which is to be dropped.
    this.#looking ??= this.#look();
    this.#dueMs = Math.min(this.#dueMs, nowMs + stepMs);
  }

  /** The live index of a shape. */
  live(queue: number, shape: string): QueueIndex | undefined {
    const listings = this.#core.queues.listingsOf(queue) as QueueIndexes | undefined;
    return listings?.all.find(
      ({ definition }) => definition.shape === shape && definition.state === IndexState.live,
    );
  }

  /** Indexes of a queue, with what was gone over of those that are being built. */
  of(turn: Turn, queue: number): KnownIndex[] {
    return readIndexes(turn, queue)
      .filter(({ kind }) => kind === IndexKind.views)
      .map((definition) => ({
        definition,
        rows: this.#unfinished.get(definition.number)?.rows ?? 0,
        written: this.#counts.get(definition.number)?.written ?? 0,
      }));
  }

  work(turn: Turn, may: May): void {
    if (turn.nowMs < this.#dueMs) return;
    this.#dueMs = turn.nowMs + stepMs;
    if (!may.spare) this.#dueMs = turn.nowMs + idleMs;
    if (!may.spare || turn.weigh() >= heavyTurnBytes) return;
    this.#turn = turn;
    if (this.#hasOtherVocabulary) this.#readAgain(turn);
    if (this.#looking !== undefined) {
      if (this.#looking.next().done === true) this.#looking = undefined;
    } else if (this.#planning !== undefined || this.#toPlan.size > 0) this.#plan(turn);
    else if (this.#unfinished.size > 0) this.#step(turn);
    else this.#dueMs = Number.POSITIVE_INFINITY;
  }

  /** The moment of an index has come for an interaction: it may be in it now, or no more. */
  flip(turn: Turn, id: string, number: number): void {
    const record = readRecord(turn, id);
    if (record === undefined || !isAvailable(record)) return;
    const listings = this.#core.queues.listingsOf(record.queue) as QueueIndexes | undefined;
    const one = listings?.all.find(({ definition }) => definition.number === number);
    if (one === undefined) return;
    listings!.listAgain(one, turn, id, record);
    this.onListed(record.queue);
  }

  /** Conditions may name something else: all is looked at again, soon. */
  vocabularyChanged(): void {
    this.#hasOtherVocabulary = true;
    if (this.#looking === undefined) this.#dueMs = 0;
  }

  #readAgain(turn: Turn): void {
    this.#hasOtherVocabulary = false;
    this.#planning = undefined;
    this.#looking = this.#look();
    this.#core.views.vocabularyChanged(turn);
    this.#core.queues.relistAll();
  }

  #listingsOf(definitions: readonly IndexDefinition[]): QueueIndexes | undefined {
    const all = indexesOf(definitions, this.#vocabulary(), (number) => this.#countsOf(number));
    return all.length === 0 ? undefined : new QueueIndexes(all, this.#core.queues);
  }

  #countsOf(number: number): IndexCounts {
    let counts = this.#counts.get(number);
    if (counts === undefined) this.#counts.set(number, (counts = { written: 0 }));
    return counts;
  }

  /** Finds what is to be gone on with, and queues whose views may have changed before the start. */
  *#look(): Generator<void, void> {
    const { queues } = this.#core;
    for (let after: IndexDefinition | undefined; ;) {
      const found = indexesAfter(this.#turn, after, definitionsPerStep);
      for (const definition of found) {
        if (definition.kind !== IndexKind.views) continue;
        this.#take(definition);
        this.#toPlan.add(queues.nameOf(definition.queue));
      }
      after = found.at(-1);
      if (after === undefined) break;
      yield;
    }
    for (let after: string | undefined; ;) {
      const names = queuesWithViews(this.#turn, after, queuesPerStep);
      for (const name of names) this.#toPlan.add(name);
      after = names.at(-1);
      if (after === undefined) return;
      yield;
    }
  }

  #take(definition: IndexDefinition): void {
    if (definition.state === IndexState.live) this.#unfinished.delete(definition.number);
    else {
      const { rows = 0 } = this.#unfinished.get(definition.number) ?? {};
      this.#unfinished.set(definition.number, { definition, rows });
    }
  }

  #plan(turn: Turn): void {
    for (let planned = 0; planned < queuesPerStep; planned++) {
      if (this.#planning === undefined) {
        if (this.#toPlan.size === 0) return;
        [this.#planned = ''] = this.#toPlan;
        this.#toPlan.delete(this.#planned);
        this.#planning = planQueue(() => this.#turn, this.#core.views, this.#planned);
      }
      const { done, value } = this.#planning.next();
      if (done !== true) return;
      this.#planning = undefined;
      const { queues, partition } = this.#core;
      const queue = queues.find(this.#planned);
      if (queue === undefined) continue;
      this.#apply(turn, queue.number, queue.partition === partition ? value : new Map());
    }
  }

  #apply(turn: Turn, queue: number, wanted: PlannedViews): void {
    const has = new Set<string>();
    const definitions = readIndexes(turn, queue).filter(({ kind }) => kind === IndexKind.views);
    const readable = new Set(
      indexesOf(definitions, this.#vocabulary()).map(({ definition }) => definition.number),
    );
    let hasChanged = false;
    for (const definition of definitions) {
      const { state, shape, number } = definition;
      if (state === IndexState.dropping) continue;
      if (wanted.has(shape!) && readable.has(number)) has.add(shape!);
      else {
        this.#put(turn, { ...definition, state: IndexState.dropping, cursor: '' });
        hasChanged = true;
      }
    }
    const missing = [...wanted].filter(([shape]) => !has.has(shape));
    missing.sort(([, left], [, right]) => right - left);
    for (const [shape] of missing.slice(0, Math.max(0, limits.indexesPerQueue - has.size))) {
      this.#take(newViewsIndex(turn, queue, shape));
      hasChanged = true;
    }
    if (hasChanged) this.#core.queues.relist(queue);
  }

  #put(turn: Turn, definition: IndexDefinition): void {
    putIndex(turn, definition);
    this.#take(definition);
  }

  /** The one that was begun last waits until those before it are done. */
  #step(turn: Turn): void {
    const [one] = this.#unfinished.values();
    if (one!.definition.state === IndexState.building) this.#build(turn, one!);
    else this.#drop(turn, one!.definition);
  }

  #build(turn: Turn, unfinished: Unfinished): void {
    const { queues } = this.#core;
    const { definition } = unfinished;
    const { queue, number } = definition;
    const listings = queues.listingsOf(queue) as QueueIndexes | undefined;
    const one = listings?.all.find((each) => each.definition.number === number);
    if (one === undefined) return void this.#unfinished.delete(number);
    const keys = queues.keysAfter(turn, queue, definition.cursor, stepRows);
    let cursor = definition.cursor;
    let seen = 0;
    for (const key of keys) {
      if (turn.weigh() >= heavyTurnBytes) break;
      const id = idOfOrderKey(key);
      listings!.listAgain(one, turn, id, readRecord(turn, id)!);
      cursor = key;
      seen++;
    }
    unfinished.rows += seen;
    if (seen === keys.length && keys.length < stepRows) {
      this.#put(turn, { ...definition, state: IndexState.live, cursor: '' });
      queues.relist(queue);
      this.onListed(queue);
    } else {
      unfinished.definition = { ...definition, cursor };
      putIndex(turn, unfinished.definition);
    }
  }

  #drop(turn: Turn, definition: IndexDefinition): void {
    const from = u32Key(definition.number);
    const entries = turn.range(Table.order, { from, to: prefixEnd(from), limit: stepRows });
    for (const [key] of entries) deleteEntry(turn, key);
    if (entries.length === stepRows) return;
    deleteIndex(turn, definition);
    this.#counts.delete(definition.number);
    this.#unfinished.delete(definition.number);
    // There is room for another one.
    this.#toPlan.add(this.#core.queues.nameOf(definition.queue));
  }
}
