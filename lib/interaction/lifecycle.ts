/**
 * What can become of an interaction: the table of its transitions. The ledger of a partition takes
 * each of them by its row and no other way (`lib/partition/ledger/ledger.ts`), and PROTOCOL.md has
 * its diagram from here. A state or an operation to come is a row of it.
 */
import { assert } from '../assert.js';
import { EventNumber, PartyOperation } from './event.js';
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
interface TransitionRow {
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
  readonly hold: TransitionRow['hold'] | undefined;
  readonly keepsPlace: boolean;
  readonly changesQueue: boolean;
  readonly placesAnew: boolean;
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
    this.keepsPlace = row.keepsPlace === true;
    this.changesQueue = row.changesQueue === true;
    this.placesAnew = row.placesAnew === true;
    this.growsVersion = row.keepsVersion !== true;
    this.growsAssignment =
      this.growsVersion && (this.changesOwner || this.changesQueue || !this.staysInState);
    this.counts = row.counts ?? [];
    this.countsLeft = this.counts.includes('left');
    this.countsStop = this.counts.includes('stopped');
    this.countsIn = this.counts.find((one) => one === 'submitted' || one === 'entered');
    this.events = row.events ?? [];
    this.party = row.party ?? 0;
    this.by = row.by;
    this.label = row.label;
    const stages = to === undefined ? [from] : [from, to];
    const isOnePlace = stages.every((one) => one.every((s) => isPresent(s) === isPresent(one[0]!)));
    assert(isOnePlace, 'a transition begins, and ends, inside a partition or outside');
  }
}

const maskOf = (stages: readonly Stage[]): number =>
  stages.reduce((mask: number, stage) => mask | (1 << stage), 0);

const { queued, routed, handled, unborn, moving, ended } = Stage;
const anywhere = [queued, routed, handled];

/** The table. */
const rows = {
  submit: {
    from: [unborn],
    to: [queued],
    owner: 'none',
    hold: 'given',
    changesQueue: true,
    keepsVersion: true,
    counts: ['submitted'],
    events: [EventNumber.InteractionSubmitted],
    by: 'RequestSubmit, RequestImportInteraction',
    label: 'submit',
  },
  create: {
    from: [unborn],
    to: [handled],
    owner: 'new',
    hold: 'given',
    changesQueue: true,
    keepsVersion: true,
    counts: ['submitted'],
    events: [EventNumber.InteractionSubmitted, EventNumber.PartyAdded],
    party: PartyOperation.create,
    by: 'the same of an agent application',
    label: 'submit by an agent',
  },
  submitElsewhere: {
    from: [unborn],
    to: [moving],
    keepsVersion: true,
    events: [EventNumber.InteractionSubmitted],
    by: 'RequestSubmit to a queue of another partition',
  },
  createElsewhere: {
    from: [unborn],
    to: [moving],
    keepsVersion: true,
    events: [EventNumber.InteractionSubmitted, EventNumber.PartyAdded],
    party: PartyOperation.create,
    by: 'the same of an agent application',
  },
  arriveSubmitted: {
    from: [moving],
    to: [queued, handled],
    owner: 'given',
    hold: 'given',
    changesQueue: true,
    keepsVersion: true,
    counts: ['submitted'],
    by: 'the end of such a submit',
  },
  pull: {
    from: [queued],
    to: [handled],
    owner: 'new',
    events: [EventNumber.TakenFromQueue, EventNumber.PartyAdded],
    party: PartyOperation.pull,
    by: 'RequestPull of an agent application',
    label: 'pull by an agent',
  },
  route: {
    from: [queued],
    to: [routed],
    owner: 'new',
    events: [EventNumber.TakenFromQueue, EventNumber.PartyAdded],
    party: PartyOperation.pull,
    by: 'RequestPull of a routing engine',
    label: 'pull by a router',
  },
  place: {
    from: anywhere,
    to: [queued],
    owner: 'none',
    changesQueue: true,
    placesAnew: true,
    counts: ['left', 'entered'],
    events: [EventNumber.PropertiesChanged, EventNumber.PartyRemoved, EventNumber.PlacedInQueue],
    party: PartyOperation.placeInQueue,
    by: 'RequestPlaceInQueue',
    label: 'place',
  },
  placeElsewhere: {
    from: anywhere,
    to: [moving],
    owner: 'none',
    hold: 'goes',
    changesQueue: true,
    counts: ['left'],
    events: [EventNumber.PropertiesChanged, EventNumber.PartyRemoved, EventNumber.PlacedInQueue],
    party: PartyOperation.placeInQueue,
    by: 'RequestPlaceInQueue to a queue of another partition',
  },
  arrivePlaced: {
    from: [moving],
    to: [queued],
    owner: 'none',
    hold: 'given',
    changesQueue: true,
    placesAnew: true,
    keepsVersion: true,
    counts: ['entered'],
    by: 'the end of such a move',
  },
  followQueue: {
    from: [queued],
    to: [moving],
    hold: 'goes',
    keepsVersion: true,
    by: 'its queue has moved to another partition',
  },
  arriveWithQueue: {
    from: [moving],
    to: [queued],
    owner: 'none',
    hold: 'given',
    changesQueue: true,
    keepsVersion: true,
    by: 'the end of such a move',
  },
  giveBack: {
    from: [routed, handled],
    to: [queued],
    owner: 'none',
    events: [EventNumber.PartyRemoved, EventNumber.PlacedInQueue],
    party: PartyOperation.disconnect,
    by: 'its owner is lost',
    label: 'given back',
  },
  hold: {
    from: anywhere,
    hold: 'begins',
    events: [EventNumber.Held],
    by: 'RequestHold',
    label: 'hold',
  },
  resume: {
    from: anywhere,
    hold: 'ends',
    events: [EventNumber.Resumed],
    by: 'RequestResume',
    label: 'resume',
  },
  holdEnds: {
    from: anywhere,
    hold: 'ends',
    events: [EventNumber.Resumed],
    by: 'HoldUntil has come',
    label: 'hold ends',
  },
  change: {
    from: anywhere,
    keepsPlace: true,
    events: [EventNumber.PropertiesChanged],
    by: 'RequestChangeProperties',
    label: 'change',
  },
  reorder: {
    from: anywhere,
    events: [EventNumber.PropertiesChanged],
    by: 'RequestChangeProperties with another Priority',
    label: 'change',
  },
  /** What is noted of it that clients do not see: answers of keyed requests. */
  note: {
    from: anywhere,
    keepsPlace: true,
    keepsVersion: true,
    by: 'its home has noted the answers that it carried',
  },
  stop: {
    from: anywhere,
    to: [ended],
    owner: 'none',
    hold: 'goes',
    counts: ['stopped'],
    events: [EventNumber.PartyRemoved, EventNumber.ProcessingStopped],
    party: PartyOperation.stop,
    by: 'RequestStopProcessing',
    label: 'stop',
  },
} as const satisfies Readonly<Record<string, TransitionRow>>;

/** Every transition, by name. */
export const transitions = Object.fromEntries(
  Object.entries(rows).map(([name, row]) => [name, new Transition(name, row)]),
) as { readonly [Name in keyof typeof rows]: Transition };
