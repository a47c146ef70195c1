/**
 * The only writer of an interaction: of its state, order, totals, owner, deadline, rows and
 * events. A change is opened, which takes the interaction out of where it is; a function of
 * `interaction/record-changes.ts` changes the record; closing counts the version, puts it back
 * everywhere, writes its row and tells the events. What is done and checked is in the row of
 * the transition (`interaction/lifecycle.ts`).
 *
 * One change is open at a time, and it is always the same object: this is the path of every
 * request. What is wrong here is wrong in memory and perhaps on disk, so each check stays on,
 * and stops the actor.
 */
import { assert } from '../../assert.js';
import { identityOf, type Body } from '../../interaction/body.js';
import {
  EventNumber,
  heldDetails,
  interactionEvent,
  placedDetails,
  type Cause,
  type InteractionEvent,
  type Party,
} from '../../interaction/event.js';
import type { PackedPairs } from '../../pack/pairs.js';
import type { Transition } from '../../interaction/lifecycle.js';
import { assertPlaced, assertWhole } from '../../interaction/record-checks.js';
import { InteractionState, type StateRecord } from '../../interaction/state-record.js';
import { isAbandonment, noteAbandoned, noteAnswered } from '../../interaction/visit.js';
import { offer, type Party as Participant } from '../../interaction/state-sections.js';
import { isSameWorkbin, workbinDetails, workbinIn } from '../../interaction/workbin.js';
import type { Turn } from '../turn.js';
import { serverCause } from './cause.js';
import { Change, type ChangeListener } from './change.js';
import { assertAsBefore } from './checks.js';
import type { Columns } from './columns.js';
import { beginListing, endListing } from './listing.js';
import { SegmentCounts } from './segments.js';
import { endLock, tellUnlocked } from './lock-rows.js';
import { readBody } from './interactions.js';
import { agentOf, removeAllParties, removeGiver, removeInvitation } from './parties.js';
import { othersGone, partyOf } from './party-events.js';
import type { Queues } from './queues.js';
import type { Sequences } from './sequences.js';
import { fileIn, takeOutOf } from './workbins.js';
import {
  deleteHoldDeadline,
  deleteOwner,
  noteOnlineRow,
  putHoldDeadline,
  putOwner,
  removeRows,
  writeRow,
  writeState,
} from './writers.js';

export { Change, type ChangeListener } from './change.js';

export class Ledger {
  readonly #queues: Queues;
  readonly #sequences: Sequences;
  readonly #change = new Change();
  /** What routers have by segments of views. */
  readonly segments = new SegmentCounts();
  /** Told of every change. Undefined: nobody listens, and nothing is copied for it. */
  onChanged: ChangeListener | undefined;
  /** Events tell what the interaction is. */
  tellsIdentity = false;
  /** Told when a session comes to have an interaction. */
  onTaken: (turn: Turn, record: StateRecord) => void = () => {};
  /** Told when there is an online interaction more. */
  onOnline: (turn: Turn) => void = () => {};
  /** Told of what has ended, as long as its rows are there; undefined: nobody wants to hear it. */
  onStopped: ((change: Change) => void) | undefined;
  /** Told of a change of what is in a workbin, or was, as long as its rows are there. */
  onWorkbin: ((change: Change) => void) | undefined;
  /** Kept up with attached data; undefined: there are none. */
  columns: Columns | undefined;
  /** Told when an agent has an interaction no more; the change of it is open. */
  onPartyGone: (change: Change, party: Participant) => void = () => {};

  constructor(queues: Queues, sequences: Sequences) {
    this.#queues = queues;
    this.#sequences = sequences;
  }

  /**
   * Begins a change: takes the interaction out of order, totals, owner and deadline, as far as the
   * transition changes them. Nothing may be refused from here on.
   * @param record as it is now; of one that comes into being or arrives, as it is to be
   * @param cause who does it and why, for the events
   * @returns the one change of this ledger
   * @throws {AssertionError} when the table does not know the transition from there
   */
  open(
    turn: Turn,
    id: string,
    record: StateRecord,
    transition: Transition,
    cause: Cause = serverCause,
  ): Change {
    const change = this.#change;
    assert(!change.isOpen, 'a change is begun within another one');
    change.isOpen = true;
    turn.touches++;
    change.turn = turn;
    change.id = id;
    change.record = record;
    change.transition = transition;
    change.cause = cause;
    if (transition.isBirth) {
      record.submitSeq = this.#sequences.next();
      // Its first queue has it by its submit; what an agent creates was not placed there.
      record.placeSeq = record.state === InteractionState.queued ? record.submitSeq : 0;
    }
    change.version = record.version;
    change.assignment = record.assignment;
    change.placeSeq = record.placeSeq;
    change.isOnline = transition.isFromPresent && record.isOnline;
    if (transition.isFromPresent) this.#takeOut(change);
    return change;
  }

  /** And notes how it was. */
  #takeOut(change: Change): void {
    const { turn, id, record, transition } = change;
    assert(
      (transition.fromMask >>> record.state) & 1,
      'a transition from a state that has none such',
    );
    assertWhole(record);
    assertPlaced(record);
    assert(transition.hold !== 'ends' || record.isHeld, 'the end of a hold that is not');
    assert(transition.lock !== 'ends' || record.isLocked, 'the end of a lock that is not');
    change.state = record.state;
    change.queue = record.queue;
    change.owner = record.owner;
    change.assignedTo = record.assignedTo;
    if (transition.isToPresent) {
      change.priority = record.priority;
      change.isHeld = record.isHeld;
      change.isLocked = record.isLocked;
      change.tenantId = record.tenantId;
    }
    if (transition.tellsHold) noteHold(change);
    beginListing(this.#queues, change);
    if (this.onChanged !== undefined) change.before = copyOf(record);
    if (this.tellsIdentity) change.identity = identityOf(readBody(turn, id));
    if (record.sections.length > 0) {
      const inside = workbinIn(record);
      if (inside !== undefined) change.fromWorkbin = takeOutOf(inside, change);
      this.#leaveParties(change);
    }
    if (!transition.keepsPlace) this.#queues.leave(turn, id, record, transition.countsLeft);
    if (record.isLocked && transition.endsLock) endLock(change);
    if (transition.changesOwner && record.owner !== '') deleteOwner(turn, id, record);
    if (transition.changesHold) deleteHoldDeadline(turn, id, record);
  }

  /** Ends the invitation, and with another owner the parties, in the write set of the change. */
  #leaveParties(change: Change): void {
    const { turn, id, record, transition } = change;
    if (transition.endsInvitation) removeInvitation(turn, id, record);
    if (!transition.changesOwner || record.sections.length === 0) return;
    const { keepsParties } = transition;
    assert(keepsParties || offer.of(record) === undefined, 'an invitation ends in passing');
    const remove = keepsParties ? removeGiver : removeAllParties;
    const gone = remove(turn, id, record);
    for (const party of gone) this.onPartyGone(change, party);
    if (gone.length > 1 || !isOwners(gone[0], change)) {
      change.others = gone.filter((party) => !isOwners(party, change));
    }
  }

  /**
   * Ends a change: counts the version, puts the interaction back into order, totals, owner and
   * deadline, writes its rows and tells its events.
   * @param body its new body; undefined: it stays as it is
   * @param details of the event that is told of this change itself; a change of properties that
   *   goes with a placement is told only with details
   * @throws {AssertionError} when the record is not as the transition makes it
   */
  close(change: Change, body?: Body, details?: PackedPairs): void {
    const { turn, id, record, transition } = change;
    assert(change === this.#change && change.isOpen, 'a change is ended that is not under way');
    assert(record.version === change.version, 'a version is counted by another than the ledger');
    assert(
      record.assignment === change.assignment,
      'an assignment is counted by another than the ledger',
    );
    assert(
      record.placeSeq === change.placeSeq,
      'an interaction is placed by another than the ledger',
    );
    if (transition.growsVersion) record.version++;
    if (transition.growsAssignment) record.assignment++;
    if (transition.isToPresent) this.#place(record, transition);
    if (transition.mayReturn && change.state === InteractionState.handled) noteAnswered(record);
    if ((transition.isToPresent && record.isOnline) !== change.isOnline) this.#noteOnline(change);
    if (change.state === InteractionState.routed && record.sections.length > 0) {
      if (!transition.isToPresent || record.state !== change.state) {
        this.segments.release(turn, id, record);
      }
    }
    assertWhole(record);
    assert(
      !transition.isLeaving || transition.isBirth || record.owner === '',
      'an interaction leaves its partition with its owner',
    );
    if (transition.isToPresent) this.#putIn(change, body);
    else if (transition.isFromPresent) {
      if (transition.countsStop) {
        this.#countStop(change);
        this.onStopped?.(change);
      }
      if (change.fromWorkbin !== undefined) this.onWorkbin?.(change);
      if (record.sections.length > 0) this.columns?.gone(turn, id, record);
      removeRows(turn, id);
    }
    endListing(this.#queues, change);
    if (transition.isLeaving) change.taken = [];
    if (change.identity !== undefined && body !== undefined) change.identity = identityOf(body);
    this.#tell(change, details);
    if (change.identity !== undefined) change.identity = undefined;
    if (change.fromWorkbin !== undefined || change.toWorkbin !== undefined) {
      if (transition.isToPresent) this.onWorkbin?.(change);
      change.fromWorkbin = undefined;
      change.toWorkbin = undefined;
    }
    if (change.party !== undefined || change.operation !== 0 || change.others.length > 0) {
      Object.assign(change, { party: undefined, operation: 0, others: noOthers });
    }
    change.isOpen = false;
    if (this.onChanged === undefined) return;
    const after = transition.isToPresent ? record : undefined;
    this.onChanged(turn, id, change.before, after, transition);
    change.before = undefined;
  }

  /**
   * Numbers its placing. What comes back to the queue that it was in keeps its number, and with it
   * its place: after a hold, from an owner that is lost, with its queue from another partition.
   * What was never placed, since an agent created it, is so with the first time that it waits in a
   * queue; a workbin is none.
   */
  #place(record: StateRecord, { placesAnew, isBirth, isFromPresent }: Transition): void {
    if (!isFromPresent && !isBirth) {
      this.#sequences.saw(record.submitSeq);
      this.#sequences.saw(record.placeSeq);
    }
    const isFirst =
      record.placeSeq === 0 &&
      record.state === InteractionState.queued &&
      workbinIn(record) === undefined;
    if (placesAnew || isFirst) record.placeSeq = this.#sequences.next();
  }

  /** Tells what has come with an interaction that arrives. */
  tell({ turn }: Change, brought: readonly InteractionEvent[]): void {
    for (const event of brought) turn.events.push(event);
  }

  /** Its customer has come or left, or it has itself; counts who leaves before an agent has it. */
  #noteOnline({ turn, id, record, state, isOnline, transition }: Change): void {
    noteOnlineRow(turn, id, !isOnline);
    if (!isOnline) return this.onOnline(turn);
    if (!transition.isToPresent || !isAbandonment(record, state)) return;
    noteAbandoned(record);
    this.#queues.abandoned(turn, record);
  }

  #countStop({ turn, record, cause, state }: Change): void {
    const reason = cause.reasonSystemName ?? defaultReason;
    this.#queues.stopped(turn, record, reason);
    // Of a customer who left before, that was counted, or was not to be.
    const isFirst = reason === abandonedReason && record.times.AbandonedAt === undefined;
    if (isFirst && isAbandonment(record, state)) this.#queues.abandoned(turn, record);
  }

  /** Nothing is under way, as it has to be between requests and at the end of a turn. */
  checkClosed(): void {
    assert(!this.#change.isOpen, 'a change is begun and not ended');
  }

  #putIn(change: Change, body: Body | undefined): void {
    const { turn, id, record, transition } = change;
    assert(
      (transition.toMask >>> record.state) & 1,
      'a transition to a state that it does not lead to',
    );
    assertPlaced(record);
    if (transition.isFromPresent) assertAsBefore(change);
    const queues = this.#queues;
    if (!transition.keepsPlace) queues.enter(turn, id, record, transition.countsIn);
    if (record.sections.length > 0) {
      change.toWorkbin = workbinIn(record);
      if (change.toWorkbin !== undefined) fileIn(change.toWorkbin, change);
    }
    if (transition.changesOwner && record.owner !== '') {
      this.onTaken(turn, record);
      putOwner(turn, id, record);
    }
    if (transition.changesHold) putHoldDeadline(turn, id, record);
    if (body === undefined) return writeState(turn, id, record);
    this.columns?.fill(turn, id, record, body.userData, transition.isFromPresent);
    writeRow(turn, id, record, body, transition.isBirth);
  }

  /** Of an event about a workbin; undefined: it stays in it, or never was in one. */
  #detailsOf({ fromWorkbin, toWorkbin }: Change, event: EventNumber): PackedPairs | undefined {
    const inside = event === EventNumber.PlacedInWorkbin ? toWorkbin : fromWorkbin;
    if (inside === undefined || isSameWorkbin(fromWorkbin, toWorkbin)) return undefined;
    return workbinDetails(inside, this.#queues.nameOf(inside.type));
  }

  /** In the order of the table; one that does not apply is left out. */
  #tell(change: Change, details: PackedPairs | undefined): void {
    const { turn, id, record, cause, transition, identity } = change;
    const events = transition.isLeaving ? change.taken : turn.events;
    const queue = this.#queues.nameOf(record.queue);
    if (change.unlocked !== 0) tellUnlocked(change, events, queue);
    for (const event of transition.events) {
      let told = details;
      let party: Party | undefined;
      switch (event) {
        case EventNumber.PropertiesChanged:
          if (details === undefined) continue;
          break;
        case EventNumber.PartyRemoved:
          if (change.owner === '') continue;
          told = undefined;
          party = change.party ?? goneOf(change);
          break;
        case EventNumber.PartyAdded:
          if (change.party === undefined) told = undefined;
          party = change.party ?? partyOf(record.state, record.assignedTo, transition.party);
          break;
        case EventNumber.TakenFromQueue:
          told = undefined;
          party = partyOf(record.state, '', 0);
          break;
        case EventNumber.TakenFromWorkbin:
        case EventNumber.PlacedInWorkbin:
          told = this.#detailsOf(change, event);
          if (told === undefined) continue;
          break;
        case EventNumber.PlacedInQueue:
          told = placedDetails(
            transition.isFromPresent ? this.#queues.nameOf(change.queue) : queue,
          );
          break;
        case EventNumber.Held:
          if (transition.tellsHold && !isHeldAnew(change)) continue;
          told = heldDetails(record);
          break;
        case EventNumber.Resumed:
          if (transition.tellsHold && (record.isHeld || !change.isHeld)) continue;
          told = undefined;
          break;
        default:
      }
      events.push(interactionEvent(event, id, record, queue, cause, party, told, identity));
      if (event === EventNumber.PartyRemoved && change.others.length > 0) {
        events.push(...othersGone(change, event, queue));
      }
    }
  }
}

function noteHold(change: Change): void {
  const { isHeld, times } = change.record;
  change.isHeld = isHeld;
  change.heldAt = times.HeldAt;
  change.holdUntil = times.HoldUntil;
}

const isHeldAnew = ({ record, isHeld, heldAt, holdUntil }: Change): boolean =>
  record.isHeld &&
  (!isHeld || record.times.HeldAt !== heldAt || record.times.HoldUntil !== holdUntil);

const defaultReason = 'Normal';
const abandonedReason = 'Abandoned';

const noOthers: readonly Participant[] = [];

/** Whether this is the party of who had it before the change. */
const isOwners = (party: Participant | undefined, { assignedTo }: Change): boolean =>
  party === undefined || agentOf(party) === assignedTo;

const goneOf = ({ state, assignedTo, operation, transition }: Change): Party =>
  partyOf(state, assignedTo, operation === 0 ? transition.party : operation);

const copyOf = (record: StateRecord): StateRecord => ({ ...record, times: { ...record.times } });
