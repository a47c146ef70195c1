/** What the desk asks of a partition for snapshots, as tests ask it. */
import type { SessionInfo } from '../../lib/partition/request.js';
import { lockSome, type LockOrder, type LockOutcome } from '../../lib/partition/requests/lock.js';
import { doneAsDesk } from './ask-as-desk.js';
import type { Watch } from './ledger-watch.js';
import { op, queueIn, Rig } from './support.js';

/** Locks (or frees) for a snapshot; throws what is refused as a whole. */
export async function lockIn(
  rig: Rig,
  partition: number,
  order: Pick<LockOrder, 'ids'> & Partial<LockOrder>,
  asker: SessionInfo,
): Promise<LockOutcome[]> {
  const whole: LockOrder = { snapshot: 17, isLocking: true, ...order };
  return doneAsDesk(rig, partition, (core, turn) => lockSome(core, turn, whole, asker));
}

/** Frees all that a snapshot has locked in a partition, in as many steps as it takes. */
export async function releaseIn(rig: Rig, partition: number, snapshot: number): Promise<number> {
  for (let steps = 1; ; steps += 1) {
    const isMore = await doneAsDesk(
      rig,
      partition,
      ({ locks }, turn) => locks.release(turn, snapshot),
      'makesRoom',
    );
    if (!isMore) return steps;
  }
}

/** Something is locked, freed, and locked when it is taken. */
export async function locked(watch: Watch, ...[agent, media]: SessionInfo[]): Promise<void> {
  const rig = await Rig.start({ sessions: [agent!, media!] });
  await rig.pass(0);
  watch.on(rig, 0);
  await rig.ask(media!, op.submit(queueIn(0), { InteractionId: 'locked' }));
  await lockIn(rig, 0, { ids: ['locked'] }, agent!);
  await lockIn(rig, 0, { ids: ['locked'], isLocking: false }, agent!);
  await lockIn(rig, 0, { ids: ['locked'] }, agent!);
  await rig.ask(agent!, op.pullById('locked'));
}
