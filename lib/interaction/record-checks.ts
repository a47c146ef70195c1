/** What is true of the record of an interaction, before and after each transition. */
import { assert } from '../assert.js';
import { InteractionState, type StateRecord } from './state-record.js';
import { workbinIn } from './workbin.js';

/** What is true of every record, whatever was done to it. */
export function assertWhole(record: StateRecord): void {
  const { state, owner, version, assignment, submitSeq, times, isHeld, isLocked } = record;
  assert(
    (owner !== '') === (state !== InteractionState.queued),
    'an interaction has an owner and waits, or has none and does not wait',
  );
  assert(times.HoldUntil === undefined || isHeld, 'a hold has an end and is none');
  assert(!isLocked || state === InteractionState.queued, 'what does not wait is locked');
  assert(version >= 1, 'an interaction without a version');
  assert(assignment >= 1 && assignment <= version, 'more assignments than versions');
  assert(submitSeq > 0, 'an interaction without a number of its submit');
}

/**
 * Whoever waits in a partition was placed there; what is on its way will be. What an agent has made
 * and put into a workbin was not placed in a queue by that.
 */
export function assertPlaced(record: StateRecord): void {
  const { state, submitSeq, placeSeq } = record;
  const isNeverPlaced =
    placeSeq === 0 && (state !== InteractionState.queued || workbinIn(record) !== undefined);
  assert(
    placeSeq >= submitSeq || isNeverPlaced,
    'an interaction waits and was not placed after its submit',
  );
}
