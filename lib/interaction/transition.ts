/** What a row of the table of transitions says, and its shape for who takes it. */
import { assert } from '../assert.js';
import { EventNumber } from './event.js';
import { InteractionState } from './state-record.js';

/** Where an interaction is in its life: a state that it has in a partition, or none of them. */
export const Stage = {
  ...InteractionState,
  /** Before it is submitted. */
  unborn: 4,
  /** On its way to another partition: it is in none. */
  moving: 5,
  /** It no longer exists. */
  ended: 6,
} as const;
export type Stage = (typeof Stage)[keyof typeof Stage];

/** Whether a partition has it. */
export const isPresent = (stage: Stage): boolean => stage < Stage.unborn;

/**
 * Counts of a queue that a transition raises; `left` in the queue it comes from,
 * others in its new one.
 */
export type Counted = 'submitted' | 'entered' | 'left' | 'stopped';

/** A row of the table, as it is written. */
export interface TransitionRow {
  /** Where it may begin. */
  readonly from: readonly Stage[];
  /** Where it may end; absent: where it began. */
  readonly to?: readonly Stage[];
  /**
   * What becomes of its owner. It has one in the states `routed` and `handled`; absent: it stays.
   * `given`: as it says when it comes.
   */
  readonly owner?: 'new' | 'none' | 'given';
  /** What becomes of a hold; absent: it stays as it is. */
  readonly hold?: 'given' | 'begins' | 'ends' | 'goes';
  /**
   * What becomes of a lock; absent: a change of owner, state or queue ends it, others leave it.
   */
  readonly lock?: 'begins' | 'ends';
  /** It keeps its place in the order of its queue. */
  readonly keepsPlace?: true;
  /** Its queue may become another one. */
  readonly changesQueue?: true;
  /** It is placed in its queue anew, and gets a number for that (PlaceInQueueSeq). */
  readonly placesAnew?: true;
  /** The version does not grow. */
  readonly keepsVersion?: true;
  readonly counts?: readonly Counted[];
  /** What is told of it, in this order. */
  readonly events?: readonly EventNumber[];
  /** What the events about its party say. */
  readonly party?: number;
  /** With another owner, all others who take part stay. */
  readonly keepsParties?: true;
  /** The open invitation of an agent ends by it. */
  readonly endsInvitation?: true;
  /** Who does it: the request, or what happens. */
  readonly by: string;
  /** Its word in the diagram; absent: clients see nothing of it, or the same as of another one. */
  readonly label?: string;
}

/** A transition. All have one shape; masks have a bit for each stage. */
export class Transition {
  readonly name: string;
  readonly from: readonly Stage[];
  readonly to: readonly Stage[] | undefined;
  readonly fromMask: number;
  readonly toMask: number;
  /** Where it is before and after: in a partition or not. */
  readonly isFromPresent: boolean;
  readonly isToPresent: boolean;
  /** It did not exist before. */
  readonly isBirth: boolean;
  /** It is on its way to another partition afterwards; its events are told there. */
  readonly isLeaving: boolean;
  readonly staysInState: boolean;
  readonly changesOwner: boolean;
  readonly owner: TransitionRow['owner'] | undefined;
  readonly changesHold: boolean;
  /** It may begin or end a hold, which is told if it does. */
  readonly tellsHold: boolean;
  readonly hold: TransitionRow['hold'] | undefined;
  readonly lock: TransitionRow['lock'] | undefined;
  /** A lock ends with it, which is told. */
  readonly endsLock: boolean;
  readonly keepsPlace: boolean;
  readonly changesQueue: boolean;
  readonly placesAnew: boolean;
  /** It may go back to its place from the hands of an agent. */
  readonly mayReturn: boolean;
  readonly growsVersion: boolean;
  /** Its owner, state or queue may become another: that is counted besides. */
  readonly growsAssignment: boolean;
  readonly counts: readonly Counted[];
  readonly countsLeft: boolean;
  readonly countsStop: boolean;
  /** What it counts in the queue that it comes to. */
  readonly countsIn: 'submitted' | 'entered' | undefined;
  readonly events: readonly EventNumber[];
  readonly party: number;
  readonly endsInvitation: boolean;
  readonly keepsParties: boolean;
  readonly by: string;
  readonly label: string | undefined;

  constructor(name: string, row: TransitionRow) {
    const { from, to, owner, hold } = row;
    this.name = name;
    this.from = from;
    this.to = to;
    this.fromMask = maskOf(from);
    this.toMask = maskOf(to ?? from);
    this.isFromPresent = isPresent(from[0]!);
    this.isToPresent = isPresent((to ?? from)[0]!);
    this.isBirth = from[0] === Stage.unborn;
    this.isLeaving = to?.[0] === Stage.moving;
    this.staysInState = to === undefined;
    this.owner = owner;
    this.changesOwner = owner !== undefined;
    this.hold = hold;
    this.changesHold = hold !== undefined;
    const isHoldItself = hold === 'begins' || hold === 'ends';
    this.tellsHold = !isHoldItself && row.events?.includes(EventNumber.Held) === true;
    this.keepsPlace = row.keepsPlace === true;
    this.changesQueue = row.changesQueue === true;
    this.placesAnew = row.placesAnew === true;
    this.growsVersion = row.keepsVersion !== true;
    this.growsAssignment =
      this.growsVersion && (this.changesOwner || this.changesQueue || !this.staysInState);
    this.lock = row.lock;
    this.endsLock = this.isFromPresent && (this.growsAssignment || !this.isToPresent);
    this.counts = row.counts ?? [];
    this.countsLeft = this.counts.includes('left');
    this.countsStop = this.counts.includes('stopped');
    this.countsIn = this.counts.find((one) => one === 'submitted' || one === 'entered');
    this.events = row.events ?? [];
    this.party = row.party ?? 0;
    this.endsInvitation = row.endsInvitation === true;
    this.keepsParties = row.keepsParties === true;
    this.by = row.by;
    this.label = row.label;
    this.mayReturn = from.includes(Stage.handled) && to?.[0] === Stage.queued && !this.placesAnew;
    const stages = to === undefined ? [from] : [from, to];
    const isOnePlace = stages.every((one) => one.every((s) => isPresent(s) === isPresent(one[0]!)));
    assert(isOnePlace, 'a transition begins, and ends, inside a partition or outside');
  }
}

const maskOf = (stages: readonly Stage[]): number =>
  stages.reduce((mask: number, stage) => mask | (1 << stage), 0);
