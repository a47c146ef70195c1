/**
 * The views of a partition: found by their names, read once. What is not asked for is not read, so
 * that a start costs nothing for them.
 */
import { ConditionFault } from '../../condition/index.js';
import type { ParameterValues, Vocabulary } from '../../condition/index.js';
import { unpackKeyValues } from '../../interaction/attached-data.js';
import type { Subject } from '../../search/index.js';
import { planOf, readView, viewFieldsOf, type View, type ViewPlan } from '../../views/index.js';
import type { Reader } from '../../store/contract.js';
import type { Queues } from '../ledger/queues.js';
import { Refusal } from '../request.js';
import {
  putViewRow,
  putViewsVersion,
  readViewRow,
  viewNamesAfter,
  type ViewChange,
} from '../rows/view-rows.js';
import type { Turn } from '../turn.js';

/** A view, perhaps with values for its parameters, and how it is answered. */
export interface Selected {
  readonly view: View;
  readonly plan: ViewPlan;
}

/** A view, and the number of its queue. Pulls that wait for it wait for this object. */
export interface PlacedView extends Selected {
  readonly queue: number;
  /**
   * Where the next look at the rows of the queue begins: behind this key of its order, since
   * nothing was found before it; empty: at the first.
   */
  lookedTo: string;
  /** How often it was asked what it selects, and interactions that were looked at for that. */
  checks: number;
  looked: number;
}

/** A change of views, as it travels. */
export interface ViewChanges {
  readonly changes: readonly ViewChange[];
  /**
   * All views with names from the first one, or behind `after`, up to `upTo`, are in `changes`:
   * others go. Undefined: only what is named changes.
   */
  readonly all?: { readonly after: string | undefined; readonly upTo: string | undefined };
  /** The version that the partition has with it; undefined: more follows. */
  readonly version: number | undefined;
}

/** Bytes that a change takes in a write set, about. */
export const bytesOfViews = ({ changes }: ViewChanges): number =>
  changes.reduce((sum, [name, json]) => sum + 2 * name.length + 3 * (json?.length ?? 0) + 32, 64);

/**
 * A view as a pull means it.
 * @param packed its PullParameters; undefined: it has none
 * @throws {Refusal} UnknownConditionName, ConditionTypeMismatch, InvalidCondition
 * @throws {IxionError} MalformedBody and its like
 */
export function selectedBy(placed: PlacedView, packed: Uint8Array | undefined): Selected {
  if (packed === undefined) return placed;
  const view = placed.view.with(unpackKeyValues(packed) as ParameterValues);
  if (view instanceof ConditionFault) {
    throw new Refusal(view.error, `view "${placed.view.name}": ${view.detail}`);
  }
  return { view, plan: planOf(view) };
}

/** A view that was read. */
export const placed = (view: View, queue: number): PlacedView => ({
  view,
  queue,
  plan: planOf(view),
  lookedTo: '',
  checks: 0,
  looked: 0,
});

const queueOf = (json: string): string => viewFieldsOf(json).queue;

export class ViewTable {
  readonly #queues: Queues;
  readonly #read = new Map<string, PlacedView | ConditionFault>();
  readonly #vocabulary: () => Vocabulary<Subject>;
  /** Told of a view that is not what it was, or not there any more. */
  onGone: (turn: Turn, view: PlacedView) => void = () => {};
  /** Told of queues whose views have changed. */
  onChanged: (turn: Turn, queues: readonly string[]) => void = () => {};

  /** @param vocabulary what conditions may name now */
  constructor(queues: Queues, vocabulary: () => Vocabulary<Subject>) {
    this.#queues = queues;
    this.#vocabulary = vocabulary;
  }

  /**
   * The view of a name.
   * @throws {Refusal} UnknownView; InvalidCondition and its like where its texts cannot be read
   */
  named(turn: Turn, name: string): PlacedView {
    const found = this.found(turn, name);
    if (found instanceof ConditionFault) {
      throw new Refusal(found.error, `view "${name}": ${found.detail}`);
    }
    if (found.view.isEnabled) return found;
    throw new Refusal('UnknownView', `the view "${name}" is not enabled`);
  }

  /**
   * The same, enabled or not, or what is wrong with its texts.
   * @throws {Refusal} UnknownView, UnknownQueue
   */
  found(turn: Turn, name: string): PlacedView | ConditionFault {
    return this.#read.get(name) ?? this.#load(turn, name);
  }

  #load(turn: Turn, name: string): PlacedView | ConditionFault {
    const json = readViewRow(turn, name);
    if (json === undefined) {
      throw new Refusal('UnknownView', `no queue or view is called "${name}"`);
    }
    const fields = viewFieldsOf(json);
    const queue = this.#queues.ordinary(fields.queue).number;
    const view = readView(name, fields, this.#vocabulary());
    const found = view instanceof ConditionFault ? view : placed(view, queue);
    this.#read.set(name, found);
    return found;
  }

  /** A view whose texts can be read, enabled or not; undefined: there is none of this name. */
  readable(reader: Reader, name: string): View | undefined {
    const known = this.#read.get(name);
    if (known !== undefined) return known instanceof ConditionFault ? undefined : known.view;
    const json = readViewRow(reader, name);
    if (json === undefined) return undefined;
    const view = readView(name, viewFieldsOf(json), this.#vocabulary());
    return view instanceof ConditionFault ? undefined : view;
  }

  /** Takes a change over; who waits for what has changed is told. */
  change(turn: Turn, { changes, all, version }: ViewChanges): void {
    if (all !== undefined) {
      const kept = new Set(changes.map(([name]) => name));
      for (const name of this.#between(turn, all.after, all.upTo)) {
        if (!kept.has(name)) this.#change(turn, [name, undefined]);
      }
    }
    for (const change of changes) this.#change(turn, change);
    if (version !== undefined) putViewsVersion(turn, version);
  }

  /** Other queues count: a view may be of another number, or of none. */
  queuesChanged(turn: Turn): void {
    for (const [name, found] of this.#read) {
      const isSame =
        !(found instanceof ConditionFault) &&
        this.#queues.find(found.view.queue)?.number === found.queue;
      if (!isSame) this.#forget(turn, name);
    }
  }

  /** Conditions may name something else now: all are read again. */
  vocabularyChanged(turn: Turn): void {
    for (const name of this.#read.keys()) this.#forget(turn, name);
  }

  #change(turn: Turn, change: ViewChange): void {
    const [name, json] = change;
    if (readViewRow(turn, name) === json) return;
    const queues = putViewRow(turn, change, queueOf);
    this.#forget(turn, name);
    this.onChanged(turn, queues);
  }

  *#between(turn: Turn, after: string | undefined, upTo: string | undefined): Generator<string> {
    const end = upTo === undefined ? undefined : Buffer.from(upTo);
    for (let last = after; ;) {
      const names = viewNamesAfter(turn, last);
      for (const name of names) {
        if (end !== undefined && Buffer.compare(Buffer.from(name), end) > 0) return;
        yield name;
      }
      last = names.at(-1);
      if (last === undefined) return;
    }
  }

  #forget(turn: Turn, name: string): void {
    const found = this.#read.get(name);
    if (found === undefined) return;
    this.#read.delete(name);
    if (!(found instanceof ConditionFault)) this.onGone(turn, found);
  }
}
