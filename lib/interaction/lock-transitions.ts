/** Rows of the table of transitions: locks of snapshots. */
import { EventNumber } from './event.js';
import { Stage } from './transition.js';

const { queued } = Stage;

export const lockRows = {
  lock: {
    from: [queued],
    lock: 'begins',
    events: [EventNumber.Locked],
    by: 'RequestLockInteraction, RequestTakeSnapshot with Lock',
    label: 'lock',
  },
  unlock: {
    from: [queued],
    lock: 'ends',
    events: [EventNumber.Unlocked],
    by: 'RequestUnlockInteraction, or the end of the snapshot',
    label: 'unlock',
  },
} as const;
