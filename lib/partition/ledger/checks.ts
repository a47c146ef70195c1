/** What the ledger checks of a record after a change; see `ledger.ts`. */
import { assert } from '../../assert.js';
import type { Change } from './change.js';

/** What the transition does not change is as it was, and what it changes is as it says. */
export function assertAsBefore(change: Change): void {
  const { record, transition, owner, queue, priority, isHeld, state, tenantId } = change;
  const { hold } = transition;
  assert(!transition.staysInState || record.state === state, 'a state is changed in passing');
  assert(transition.changesOwner || record.owner === owner, 'an owner is changed in passing');
  assert(transition.changesQueue || record.queue === queue, 'a queue is changed in passing');
  const isAssigned = record.owner !== owner || record.queue !== queue || record.state !== state;
  assert(
    !isAssigned || record.assignment !== change.assignment,
    'an owner, queue or state is changed and not counted',
  );
  assert(
    !transition.keepsPlace || record.priority === priority,
    'a place in the order is changed in passing',
  );
  assert(record.tenantId === tenantId, 'a tenant is changed');
  const isStillLocked = change.isLocked && !transition.endsLock;
  const isLocked = transition.lock === undefined ? isStillLocked : transition.lock === 'begins';
  assert(record.isLocked === isLocked, 'a lock is changed in passing');
  if (hold === undefined) assert(record.isHeld === isHeld, 'a hold is changed in passing');
  else if (hold === 'begins') assert(record.isHeld, 'a hold that has not begun');
  else if (hold === 'ends') assert(!record.isHeld, 'a hold that has not ended');
}
