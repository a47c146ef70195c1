/** Locks of snapshots: asked of the partitions where the interactions live. */
import { IxionError } from '../errors.js';
import type { LockOrder, LockOutcome } from '../mail/partition.js';
import { askPartition, type Asking } from './ask.js';
import type { Found } from './gathering.js';
import type { Snapshot } from './snapshot.js';

/** Interactions that are locked in one write set. */
const step = 64;
/** Partitions that an interaction is looked for in. */
const tries = 4;

/** Who asks and why. */
export interface Locking {
  /** Number of the session. */
  readonly asker: number;
  readonly reasonSystemName?: string | undefined;
  readonly reasonDescription?: string | undefined;
  readonly extension?: Uint8Array | undefined;
}

/**
 * Locks what a snapshot has found. Those that cannot be locked are left out.
 * @param isGone asked between steps: true gives up the rest
 * @returns those that are locked, in order
 * @throws {IxionError} (as a rejection) what partitions say
 */
export async function lockAll(
  asking: Asking,
  snapshot: Snapshot,
  found: readonly Found[],
  by: Locking,
  isGone: () => boolean,
): Promise<readonly Found[]> {
  const locked = new Set<Found>();
  const partitions = [...new Set(found.map(({ partition }) => partition))];
  await Promise.all(
    partitions.map(async (partition) => {
      const here = found.filter((one) => one.partition === partition);
      for (let at = 0; at < here.length && !isGone(); at += step) {
        const part = here.slice(at, at + step);
        const outcomes = await askLock(asking, snapshot, partition, part, true, by);
        for (const [index, outcome] of outcomes.entries()) {
          if (outcome === true) locked.add(part[index]!);
        }
      }
    }),
  );
  return found.filter((one) => locked.has(one));
}

/**
 * Locks or frees one interaction of a snapshot.
 * @throws {IxionError} (as a rejection) NotInSnapshot, InteractionLocked, NotLocked,
 *   NotInRequiredState, UnknownInteraction, and what partitions say
 */
export async function lockOne(
  asking: Asking,
  snapshot: Snapshot,
  id: string,
  isLocking: boolean,
  by: Locking,
): Promise<void> {
  const entry = snapshot.entries.find((one) => one.id === id);
  if (entry === undefined) {
    throw new IxionError('NotInSnapshot', `snapshot ${snapshot.number} does not have ${id}`);
  }
  let { partition } = entry;
  for (let round = 0; round < tries; round++) {
    const [outcome] = await askLock(asking, snapshot, partition, [entry], isLocking, by);
    if (outcome === true || outcome === undefined) return;
    if (typeof outcome !== 'number') throw new IxionError(outcome.error, outcome.detail);
    partition = outcome;
  }
  throw new IxionError('Busy', 'the interaction is on the move', { retryAfterMs: 100 });
}

/** Frees all that a snapshot has locked, however long it takes; not once the server stops. */
export async function releaseLocks(asking: Asking, snapshot: Snapshot): Promise<void> {
  const message = { type: 'release-locks', snapshot: snapshot.number } as const;
  await Promise.all(
    [...snapshot.lockedIn].map(async (partition) => {
      while (await askPartition<boolean>(asking, partition, message, 0, Infinity));
      snapshot.lockedIn.delete(partition);
    }),
  );
}

function askLock(
  asking: Asking,
  snapshot: Snapshot,
  partition: number,
  part: readonly Found[],
  isLocking: boolean,
  { asker, ...why }: Locking,
): Promise<LockOutcome[]> {
  const order: LockOrder = {
    snapshot: snapshot.number,
    isLocking,
    ids: part.map(({ id }) => id),
    assignments: snapshot.of.isChecked ? part.map(({ assignment }) => assignment) : undefined,
    ...why,
  };
  const bytes = part.length * 96 + (why.extension?.length ?? 0);
  // From then on something may be locked there, whatever becomes of the answer.
  if (isLocking) snapshot.lockedIn.add(partition);
  return askPartition(asking, partition, { type: 'lock', order, asker }, bytes);
}
