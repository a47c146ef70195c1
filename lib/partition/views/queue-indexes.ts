/**
 * The indexes that the views of one queue have, kept up with every change of what can be pulled.
 *
 * Of an index whose condition names time an entry may be there a moment longer, or come a moment
 * later, than its condition says: until the deadline of that moment was worked on. So an entry of
 * it is taken out whether its condition holds or not, and is never said to be new. What an index
 * proposes is judged again when it is taken.
 */
import { assert } from '../../assert.js';
import type { Value, Vocabulary } from '../../condition/index.js';
import type { StateRecord } from '../../interaction/state-record.js';
import { Subject } from '../../search/index.js';
import { Table } from '../../store/contract.js';
import { prefixEnd } from '../../store/keys.js';
import { isFault, readJson } from '../../text/index.js';
import { readViewIndex, type IndexShape, type ViewIndex } from '../../views/index.js';
import type { Change } from '../ledger/change.js';
import { deleteEntry, putEntry, type Listed, type Listings } from '../ledger/listing.js';
import type { Queues } from '../ledger/queues.js';
import { IndexKind, IndexState, type IndexDefinition } from '../rows/index-row.js';
import { DeadlineKind, deadlineKey } from '../rows/keys.js';
import type { Turn } from '../turn.js';

const readAhead = 32;

/** An index of a queue, and its row. */
export interface QueueIndex {
  readonly definition: IndexDefinition;
  readonly index: ViewIndex;
  readonly counts: IndexCounts;
}

/** What was counted since the start, for who looks. */
export interface IndexCounts {
  /** Entries that were written. */
  written: number;
}

export class QueueIndexes implements Listings {
  /** Those that are kept up: live, or being built. */
  readonly all: readonly QueueIndex[];
  readonly #subject: Subject;
  /** The turn of the change under way. */
  #turn!: Turn;
  readonly #rowOf = (id: string): Uint8Array => this.#turn.get(Table.interaction, id)!;

  constructor(all: readonly QueueIndex[], queues: Queues) {
    this.all = all;
    this.#subject = new Subject((number) => queues.nameOf(number));
  }

  leaves(change: Change): void {
    const { turn, id, record } = change;
    const subject = this.#look(turn, id, record);
    const entries: string[] = [];
    const deadlines: string[] = [];
    const { all } = this;
    for (let at = 0; at < all.length; at++) {
      const { index, definition } = all[at]!;
      if (!index.isTimed && !index.has(subject, turn.wallMs)) continue;
      const key = index.keyOf(subject);
      if (key === undefined) continue;
      entries.push(key);
      if (index.isTimed) {
        const deadline = deadlineOf(index, definition.number, subject, turn.wallMs);
        if (deadline !== undefined) deadlines.push(deadline);
      }
    }
    change.listed = { entries, deadlines };
  }

  comes({ turn, id, record, listed }: Change): void {
    const subject = this.#look(turn, id, record);
    const { all } = this;
    for (let at = 0; at < all.length; at++) this.#list(all[at]!, turn, subject, listed);
  }

  /** Lists one that is there, as it is now: by an index that is being built, or at its moment. */
  listAgain(one: QueueIndex, turn: Turn, id: string, record: StateRecord): void {
    this.#list(one, turn, this.#look(turn, id, record), undefined, true);
  }

  /**
   * @param mayBeThere an entry of it may be there already, also where time has no part in it
   */
  #list(
    { index, definition, counts }: QueueIndex,
    turn: Turn,
    subject: Subject,
    listed: Listed | undefined,
    mayBeThere = false,
  ): void {
    const { isTimed } = index;
    const isIn = index.has(subject, turn.wallMs);
    if (!isIn && !isTimed) return;
    const key = index.keyOf(subject);
    if (key === undefined) return;
    if (isTimed) {
      const deadline = deadlineOf(index, definition.number, subject, turn.wallMs);
      if (deadline !== undefined) {
        removeFrom(listed?.deadlines, deadline);
        turn.putDeadline(deadline);
      }
    }
    if (!isIn) {
      if (mayBeThere) deleteEntry(turn, key);
      return;
    }
    const isLive = definition.state === IndexState.live;
    const wasThere = removeFrom(listed?.entries, key);
    // One that is being built may not have come to it, and has perhaps passed where it is now.
    if (wasThere && !isTimed && isLive) return;
    putEntry(turn, key, isLive && !isTimed && !mayBeThere);
    counts.written++;
  }

  #look(turn: Turn, id: string, record: StateRecord): Subject {
    this.#turn = turn;
    this.#subject.lookAt(id, record, this.#rowOf);
    return this.#subject;
  }
}

function deadlineOf(
  index: ViewIndex,
  number: number,
  subject: Subject,
  nowMs: number,
): string | undefined {
  const atMs = index.nextChangeMs(subject, nowMs);
  if (!Number.isFinite(atMs) || atMs > Number.MAX_SAFE_INTEGER) return undefined;
  return deadlineKey(atMs, DeadlineKind.view, subject.id, number);
}

/** Whether it was there. */
function removeFrom(keys: string[] | undefined, key: string): boolean {
  const at = keys === undefined ? -1 : keys.indexOf(key);
  if (at >= 0) keys!.splice(at, 1);
  return at >= 0;
}

/** The indexes out of their rows; one whose texts cannot be read any more is left out. */
export function indexesOf(
  definitions: readonly IndexDefinition[],
  vocabulary: Vocabulary<Subject>,
  countsOf: (number: number) => IndexCounts = () => ({ written: 0 }),
): QueueIndex[] {
  return definitions.flatMap((definition) => {
    const { kind, state, number, shape } = definition;
    if (kind !== IndexKind.views || state === IndexState.dropping) return [];
    const index = readViewIndex(number, shapeOf(shape!), vocabulary);
    return index === undefined ? [] : [{ definition, index, counts: countsOf(number) }];
  });
}

type Parts = [readonly string[], string, string, readonly number[]];

/** The inverse of `nameOfShape`. */
export function shapeOf(name: string): IndexShape {
  const read = readJson(name);
  assert(!isFault(read), 'the shape of an index is JSON that we wrote');
  const [columns, condition, order, numbers] = read as unknown as Parts;
  return { columns, condition, order, numbers };
}

/** What an index has of some values in its columns, in order: identifiers, with their places. */
export function* entriesOf(
  index: ViewIndex,
  turn: Turn,
  values: readonly Value[],
): Generator<{ readonly id: string; readonly place: string }> {
  const prefix = index.prefixOf(values);
  const to = prefixEnd(prefix);
  for (let from = prefix, keys: string[] = []; from === prefix || keys.length === readAhead;) {
    keys = turn.range(Table.order, { from, to, limit: readAhead }).map(([key]) => key);
    for (const key of keys) yield { id: index.idOf(key), place: key.slice(prefix.length) };
    from = `${keys.at(-1)}\0`;
  }
}
