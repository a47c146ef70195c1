/** What the desk asks of a partition for a supervisor, as tests ask it. */
import type { SuperviseAnswer, SuperviseOrder } from '../../lib/interaction/supervision.js';
import type { SessionInfo } from '../../lib/partition/request.js';
import { restore } from '../../lib/partition/requests/restore.js';
import { supervise } from '../../lib/partition/requests/supervise.js';
import { doneAsDesk } from './ask-as-desk.js';
import type { Watch } from './ledger-watch.js';
import { offerIn, orderFor } from './offers.js';
import { idAtHome, op, queueIn, Rig } from './support.js';

/** An order with what a test seldom cares for; given to an agent if one is named. */
export const superviseOrder = (
  act: SuperviseOrder['act'],
  interactionId: string,
  to?: SessionInfo,
  more: Partial<SuperviseOrder> = {},
): SuperviseOrder => ({
  act,
  interactionId,
  isPreview: false,
  operation: 1,
  assignee: to && {
    agentId: to.clientName,
    placeId: `desk of ${to.clientName}`,
    medium: 'email',
    session: to.number,
    handlingMs: 5_000,
  },
  reasonSystemName: 'Test',
  ...more,
});

/** Asks it of a partition; throws what is refused. */
export async function superviseIn(
  rig: Rig,
  partition: number,
  order: SuperviseOrder,
  asker: SessionInfo,
  taker?: SessionInfo,
): Promise<SuperviseAnswer> {
  return doneAsDesk(rig, partition, (core, turn) => supervise(core, turn, order, asker, taker));
}

/** A supervisor gives something to agents, and takes it back, out of every state. */
export async function supervised(
  watch: Watch,
  ...[router, agent, second]: SessionInfo[]
): Promise<void> {
  const rig = await Rig.start({ sessions: [router!, agent!, second!] });
  watch.on(rig, 0);
  const give = (to: SessionInfo): Promise<unknown> =>
    superviseIn(rig, 0, superviseOrder('assign', 'work', to), router!, to);
  const back = (): Promise<unknown> =>
    superviseIn(rig, 0, superviseOrder('pull-back', 'work'), router!);
  await rig.ask(router!, op.submit(queueIn(0), { InteractionId: 'work' }));
  await give(agent!);
  await give(second!);
  await back();
  await offerIn(rig, 0, orderFor('work', agent!), router!);
  await give(second!);
  await back();
  await rig.ask(router!, op.stop('work'));
  await restored(watch, router!);
}

/** What is stopped at home and away from it is restored there. */
async function restored(watch: Watch, router: SessionInfo): Promise<void> {
  const rig = await Rig.start({ partitions: 2, sessions: [router] });
  const id = idAtHome(0, 2, 'kept.');
  for (const at of [0, 1]) {
    watch.on(rig, at);
    rig.world.partition(at).core.keptMs = 60_000;
  }
  await rig.ask(router, op.submit(queueIn(0), { InteractionId: id }));
  await superviseIn(rig, 0, superviseOrder('stop', id), router);
  await restoreIn(rig, 0, id, router);
  await rig.ask(router, op.place(id, queueIn(1)));
  await rig.quiet();
  await superviseIn(rig, 1, superviseOrder('stop', id), router);
  await restoreIn(rig, 0, id, router);
  await rig.quiet();
}

/** Asks the home of an interaction to restore it; throws what is refused. */
export async function restoreIn(
  rig: Rig,
  home: number,
  interactionId: string,
  asker: SessionInfo,
): Promise<SuperviseAnswer> {
  const order = { interactionId, isPreview: false, reasonSystemName: 'Test' };
  return doneAsDesk(rig, home, (core, turn) => restore(core, turn, order, asker));
}
