/** A change of an interaction, as the ledger has it under way; see `ledger.ts`. */
import type { Cause, InteractionEvent, Party } from '../../interaction/event.js';
import { transitions, type Transition } from '../../interaction/lifecycle.js';
import { InteractionState, type StateRecord } from '../../interaction/state-record.js';
import type { Party as Participant, Workbin } from '../../interaction/state-sections.js';
import type { PackedPairs } from '../../pack/pairs.js';
import type { Turn } from '../turn.js';
import { serverCause } from './cause.js';
import type { Listed } from './listing.js';
import type { Filed } from './workbins.js';

/**
 * Told of a change when it is closed; `before` and `after` are undefined outside this partition.
 */
export type ChangeListener = (
  turn: Turn,
  id: string,
  before: StateRecord | undefined,
  after: StateRecord | undefined,
  transition: Transition,
) => void;

/** A change that is under way, and how the interaction was before it. */
export class Change {
  isOpen = false;
  turn!: Turn;
  id = '';
  record!: StateRecord;
  transition: Transition = transitions.note;
  cause: Cause = serverCause;
  /** Events of one that leaves for another partition, which go with it. */
  taken: InteractionEvent[] = [];
  state: InteractionState = InteractionState.queued;
  version = 0;
  assignment = 0;
  placeSeq = 0;
  queue = 0;
  priority = 0;
  isHeld = false;
  /** It was in this partition, and its customer there. */
  isOnline = false;
  isLocked = false;
  /** The snapshot whose lock has ended with it; 0: none. */
  unlocked = 0;
  /** Of a change that may begin or end a hold. */
  heldAt: number | undefined = undefined;
  holdUntil: number | undefined = undefined;
  owner = '';
  assignedTo = '';
  /** Of the event of its party, where it is not who has the interaction, or for another reason. */
  party: Party | undefined = undefined;
  operation = 0;
  /** Who else took part and does no more. */
  others: readonly Participant[] = [];
  tenantId = 0;
  /** What the interaction is, where events tell it; undefined: they do not. */
  identity: PackedPairs | undefined = undefined;
  /** The workbin that it was in, and the one it is in; undefined: none. */
  fromWorkbin: Filed | undefined = undefined;
  toWorkbin: Workbin | undefined = undefined;
  /** By what the indexes of views have it; undefined: none has. */
  listed: Listed | undefined = undefined;
  /** A copy of the whole record, where somebody listens. */
  before: StateRecord | undefined = undefined;
}
