/**
 * What the transitions of `lifecycle.ts` do to the record of an interaction. Pure: the ledger opens
 * the change before and closes it afterwards, and counts the version.
 */
import { InteractionState, type StateRecord } from './state-record.js';

/** Whether a pull may take it. */
export const isAvailable = ({ state, isHeld, isLocked }: StateRecord): boolean =>
  state === InteractionState.queued && !isHeld && !isLocked;

/** Somebody has taken it: an agent, or a router. */
export function assign(
  record: StateRecord,
  state: typeof InteractionState.routed | typeof InteractionState.handled,
  sessionKey: string,
  clientName: string,
  atMs: number,
): void {
  record.state = state;
  record.owner = sessionKey;
  record.assignedTo = clientName;
  record.times.AssignedAt = atMs;
  if (state === InteractionState.handled) record.times.DeliveredAt ??= atMs;
  else record.times.SubmittedToRouterAt = atMs;
}

/** Nobody has it any more, and it waits in its queue. */
export function putBack(record: StateRecord, atMs: number): void {
  record.state = InteractionState.queued;
  record.owner = '';
  record.assignedTo = '';
  record.times.PlacedInQueueAt = atMs;
}

/**
 * CompletedAt tells when it came to one of the completed queues. From one of them to
 * another it stays, and so it does when work goes on; the next completion sets it anew.
 */
export function moveToQueue(
  record: StateRecord,
  queue: number,
  atMs: number,
  isCompleted: boolean,
  wasCompleted: boolean,
): void {
  record.queue = queue;
  record.times.MovedToQueueAt = atMs;
  if (!isCompleted) return;
  if (wasCompleted) record.times.CompletedAt ??= atMs;
  else record.times.CompletedAt = atMs;
}

/** It is on hold, until a moment if one is given. */
export function putOnHold(record: StateRecord, atMs: number, untilMs: number | undefined): void {
  record.isHeld = true;
  record.times.HeldAt = atMs;
  record.times.HoldUntil = untilMs;
}

/**
 * What a request says of a hold: true, from now on, until a moment if one is given; false, off
 * hold; undefined, as it is.
 */
export function setHold(record: StateRecord, { hold, holdUntil }: WantedHold, atMs: number): void {
  if (hold === true) putOnHold(record, atMs, holdUntil);
  else if (hold === false) takeOffHold(record);
}

/** See `setHold`. */
export interface WantedHold {
  readonly hold?: boolean | undefined;
  /** Milliseconds since 1970 UTC. */
  readonly holdUntil?: number | undefined;
}

export function takeOffHold(record: StateRecord): void {
  record.isHeld = false;
  record.times.HeldAt = undefined;
  record.times.HoldUntil = undefined;
}

/** Its customer is there, or has gone. */
export function setOnline(record: StateRecord, isOnline: boolean, atMs: number): void {
  if (record.isOnline && !isOnline) record.times.AbandonedAt = atMs;
  if (isOnline) record.times.AbandonedAt = undefined;
  record.isOnline = isOnline;
}
