/**
 * What a queue lists its interactions in besides its own order: indexes for views. The ledger tells
 * it of every change of what can be pulled; a queue without any costs a look at a field.
 */
import { isAvailable } from '../../interaction/record-changes.js';
import { Table } from '../../store/contract.js';
import type { Turn } from '../turn.js';
import type { Change } from './change.js';
import type { Queues } from './queues.js';

/** The lists of one queue. */
export interface Listings {
  /** An interaction that can be pulled is changed: notes in the change what it is listed by. */
  leaves(change: Change): void;
  /** It can be pulled now, and its rows are written: lists it, and takes out of what was noted. */
  comes(change: Change): void;
}

/** Keys by which an interaction was listed before a change, as far as they do not stay. */
export interface Listed {
  readonly entries: string[];
  readonly deadlines: string[];
}

const noValue = new Uint8Array(0);

/**
 * Puts an entry of an index.
 * @param isNew there is none, as the caller knows; never where time is part of its condition
 */
export function putEntry(turn: Turn, key: string, isNew: boolean): void {
  turn.put(Table.order, key, noValue, isNew);
}

/** Takes an entry out, if it is there. */
export function deleteEntry(turn: Turn, key: string): void {
  turn.delete(Table.order, key);
}

/** Before a change: what can be pulled may be listed. */
export function beginListing(queues: Queues, change: Change): void {
  if (isAvailable(change.record)) queues.listingsOf(change.record.queue)?.leaves(change);
}

/** After it. */
export function endListing(queues: Queues, change: Change): void {
  const { transition, record, turn, listed } = change;
  if (transition.isToPresent && isAvailable(record)) {
    queues.listingsOf(record.queue)?.comes(change);
  }
  if (listed === undefined) return;
  for (const key of listed.entries) turn.delete(Table.order, key);
  for (const key of listed.deadlines) turn.delete(Table.deadline, key);
  change.listed = undefined;
}
