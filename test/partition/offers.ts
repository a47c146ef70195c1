/** Offers that the desk asks of a partition, as tests ask them. */
import type {
  AgentOutcome,
  InvitationAnswer,
  InvitationOrder,
} from '../../lib/interaction/invitation.js';
import { IxionError } from '../../lib/errors.js';
import { invite, takeFromAgent } from '../../lib/partition/requests/invite.js';
import type { SessionInfo } from '../../lib/partition/request.js';
import { offer } from '../../lib/interaction/state-sections.js';
import { readRecord } from '../../lib/partition/ledger/interactions.js';
import { askAsDesk } from './ask-as-desk.js';
import type { Watch } from './ledger-watch.js';
import { agentKeyOf } from '../../lib/interaction/agent-key.js';
import { op, queueIn, Rig, sessionOf } from './support.js';

/** An order with what a test seldom cares for. */
export const orderFor = (
  interactionId: string,
  agent: SessionInfo,
  more: Partial<InvitationOrder> = {},
): InvitationOrder => ({
  kind: 'deliver',
  interactionId,
  agentId: agent.clientName,
  placeId: `desk of ${agent.clientName}`,
  medium: 'email',
  sessions: [agent.number],
  deliveringMs: 2_000,
  handlingMs: 5_000,
  restMs: 0,
  failuresMax: 5,
  setAsideQueue: undefined,
  ...more,
});

/** Offers an interaction, in the partition where it is asked. */
export async function offerIn(
  rig: Rig,
  partition: number,
  order: InvitationOrder,
  asker: SessionInfo,
): Promise<InvitationAnswer | IxionError> {
  return askAsDesk(rig, partition, (core, turn) => invite(core, turn, order, asker));
}

/** Takes an interaction from an agent, in the partition where it is asked. */
export async function takeIn(
  rig: Rig,
  partition: number,
  interactionId: string,
  agentId: string,
  workbin?: string,
): Promise<unknown> {
  const taking = { interactionId, agentId, reason: 'AgentLoggedOut', workbin };
  return askAsDesk(rig, partition, (core, turn) => takeFromAgent(core, turn, taking));
}

/** The ticket of an invitation that was made. */
export function ticketOf(answer: InvitationAnswer | IxionError): number {
  if (answer instanceof IxionError || answer.result !== 'invited') {
    throw new Error(`not invited: ${JSON.stringify(answer)} ${String(answer)}`);
  }
  return answer.number;
}

/** Outcomes by what they are. */
export const kindsOf = (outcomes: readonly AgentOutcome[]): string[] =>
  outcomes.map(({ what }) => what);

/** The ticket of an open invitation, wherever it is; 1: there is none. */
export function ticketIn(rig: Rig, one: string): number {
  const records = [0, 1].map((partition) =>
    readRecord(rig.world.partition(partition).turnFor(0), one),
  );
  for (const record of records) if (record && offer.of(record)) return offer.of(record)!.number;
  return 1;
}

/** An interaction goes from agent to agent, until its agent forgets it. */
export async function transfers(
  watch: Watch,
  ...[router, agent, second]: SessionInfo[]
): Promise<void> {
  const rig = await Rig.start({ sessions: [router!, agent!, second!] });
  watch.on(rig, 0);
  await rig.ask(router!, op.submit(queueIn(0), { InteractionId: 'given' }));
  await offerIn(rig, 0, orderFor('given', agent!), router!);
  await rig.ask(agent!, op.accept('given', 1));
  const order = orderFor('given', second!, { kind: 'transfer' });
  await offerIn(rig, 0, order, agent!);
  await rig.ask(second!, op.reject('given', 2));
  await offerIn(rig, 0, order, agent!);
  await rig.pass(2_000);
  await offerIn(rig, 0, order, agent!);
  await rig.ask(second!, op.accept('given', 4));
  await rig.pass(20_000);
  const again = orderFor('given', agent!);
  await offerIn(rig, 0, again, router!);
  await takeIn(rig, 0, 'given', again.agentId);
  await offerIn(rig, 0, again, router!);
  await rig.ask(agent!, op.reject('given', 6));
  await offerIn(rig, 0, again, router!);
  await rig.pass(2_000);
  await offerIn(rig, 0, again, router!);
  await rig.ask(router!, op.stop('given'));
}

/** A client that speaks for an agent of its name. */
export function agentOf(name: string): SessionInfo {
  const agent = { id: name, place: `desk of ${name}`, key: agentKeyOf(name) };
  return { ...sessionOf(name, 'AgentApplication'), agent };
}

/** Agents come to what others have, and leave it; the last one in its workbin. */
export async function conferences(watch: Watch, router: SessionInfo): Promise<void> {
  const [ann, bea, cleo] = ['ann', 'bea', 'cleo'].map(agentOf) as [
    SessionInfo,
    SessionInfo,
    SessionInfo,
  ];
  const rig = await Rig.start({ sessions: [router, ann, bea, cleo] });
  watch.on(rig, 0);
  await rig.ask(router, op.submit(queueIn(0), { InteractionId: 'shared' }));
  await offerIn(rig, 0, orderFor('shared', ann), router);
  await rig.ask(ann, op.accept('shared', 1));
  await offerIn(rig, 0, orderFor('shared', bea, { kind: 'conference' }), ann);
  await rig.ask(bea, op.accept('shared', 2));
  await offerIn(rig, 0, orderFor('shared', cleo, { kind: 'intrude', mode: 2 }), cleo);
  await rig.ask(cleo, op.accept('shared', 3));
  await rig.ask(cleo, op.leave('shared'));
  await rig.ask(ann, op.leave('shared'));
  await rig.ask(bea, op.leave('shared'));
  await offerIn(rig, 0, orderFor('shared', ann), router);
  await rig.ask(ann, op.accept('shared', 4));
  await takeIn(rig, 0, 'shared', 'ann', 'drafts');
}
