/** Watches what a ledger does, and compares each change with the table and the one before it. */
import {
  isPresent,
  transitions,
  type Stage,
  type Transition,
} from '../../lib/interaction/lifecycle.js';
import type { StateRecord } from '../../lib/interaction/state-record.js';
import { workbinIn } from '../../lib/interaction/workbin.js';
import type { Rig } from './support.js';

const all: readonly Transition[] = Object.values(transitions);

/** Names of transitions that were seen, with what was wrong. */
export class Watch {
  readonly seen = new Set<string>();
  readonly faults: string[] = [];
  /** By partition and identifier, of the rig under way, as the last change left it. */
  #known = new Map<string, StateRecord>();

  on(rig: Rig, partition: number): void {
    if (partition === 0) this.#known = new Map();
    rig.world.partition(partition).core.ledger.onChanged = (_, changed, before, after, taken) => {
      const key = `${partition} ${changed}`;
      const known = this.#known.get(key);
      this.seen.add(taken.name);
      const from = stageOf(before, taken.from);
      const to = stageOf(after, taken.to ?? taken.from);
      const isKnown = all.some((one) => one.name === taken.name && leads(one, from, to));
      if (!isKnown) this.faults.push(`${taken.name} from ${from} to ${to}`);
      const grown = (after?.version ?? 0) - (before?.version ?? 0);
      const isCounted = grown === (taken.growsVersion ? 1 : 0);
      if (before && after && !isCounted) this.faults.push(`${taken.name}: version +${grown}`);
      if (before && after) this.#assigned(before, after, taken);
      if (!isSame(known, before)) this.faults.push(`${taken.name}: not as it was left`);
      if (after === undefined) this.#known.delete(key);
      else this.#known.set(key, structuredClone(after));
    };
  }

  /** An assignment is counted whenever owner, state or queue became another, and never else. */
  #assigned(before: StateRecord, after: StateRecord, { name, placesAnew }: Transition): void {
    const isFiled = name === transitions.placeInWorkbin.name;
    const isAnother = placeOf(before) !== placeOf(after) || placesAnew || isFiled;
    const grown = after.assignment - before.assignment;
    if (grown !== (isAnother ? 1 : 0)) this.faults.push(`${name}: assignment +${grown}`);
    const isWaiting = after.state === 0 && workbinIn(after) === undefined;
    const isPlaced = placesAnew || (before.placeSeq === 0 && isWaiting);
    const isKept = after.placeSeq === before.placeSeq;
    if (isKept === isPlaced) this.faults.push(`${name}: ${before.placeSeq} to ${after.placeSeq}`);
  }
}

const placeOf = ({ owner, state, queue }: StateRecord): string => `${owner} ${state} ${queue}`;

const stageOf = (record: StateRecord | undefined, others: readonly Stage[]): Stage =>
  record === undefined ? others.find((stage) => !isPresent(stage))! : record.state;

const leads = ({ from, to }: Transition, begin: Stage, end: Stage): boolean =>
  from.includes(begin) && (to === undefined ? begin === end : to.includes(end));

/** `hasRow` and results are of the row, not of the interaction. */
const isSame = (left: StateRecord | undefined, right: StateRecord | undefined): boolean =>
  JSON.stringify(left, withoutRow) === JSON.stringify(right, withoutRow);
const withoutRow = (key: string, value: unknown): unknown =>
  key === 'hasRow' || key === 'results' ? undefined : value;
