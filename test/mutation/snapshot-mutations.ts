/** Snapshots, locks and what agents leave in workbins, broken. */
import { changed, type Mutation } from './mutations.js';

export const snapshotMutations: readonly Mutation[] = [
  changed(
    'what a snapshot has locked stays locked when it ends',
    'lib/snapshots/locking.js',
    '[...snapshot.lockedIn].map(',
    '[].map(',
    'snapshots/lock.test.js',
    'simulation/snapshots.test.js',
  ),
  changed(
    'a lock keeps nobody away',
    'lib/partition/ledger/locks.js',
    'if (record.isLocked && !this.isHolder(',
    'if (record.isLocked && this.isHolder(',
    'snapshots/lock.test.js',
  ),
  changed(
    'what agents leave goes back to its queue, whatever its medium says',
    'lib/agents/take-backs.js',
    'isFiled ? wanted : undefined',
    'isFiled ? undefined : undefined',
    'workbins/left.test.js',
  ),
];
