/** What agents do with what they have, by the SDK: give it away, share it, wrap it up. */
import t, { type Test } from 'tap';
import {
  PartyOperation,
  VisibilityMode,
  type Agent,
  type Client,
  type ConnectOptions,
} from '../../lib/client/index.js';
import { IxionError } from '../../lib/errors.js';
import { apply, person, setOption, startAgents } from '../agents/support.js';
import { applications, tokenOf } from '../security/secured-server.js';
import { addressOf, connectReal, startRelay } from './real-server.js';

const server = await startAgents(t, { applications });
await setOption(server, 'ixion/reject-delay', 0);
const as = (clientName: string): Pick<ConnectOptions, 'clientName' | 'credentials'> => ({
  clientName,
  credentials: tokenOf(clientName),
});
const mail = await connectReal(t, addressOf(server), as('media'));
const look = await connectReal(t, addressOf(server), {
  ...as('reporting'),
  clientType: 'ReportingEngine',
});

const errorOf = async (work: Promise<unknown>): Promise<IxionError> => {
  const error: unknown = await work.catch((reason: unknown) => reason);
  if (error instanceof IxionError) return error;
  throw new Error(`no refusal: ${String(error)}`);
};

interface Worker {
  readonly client: Client;
  readonly agent: Agent;
  readonly id: string;
  readonly place: string;
}

/** Another agent each time, ready for voice. */
async function worker(
  t: Test,
  address = addressOf(server),
  options: Partial<ConnectOptions> = {},
): Promise<Worker> {
  const type = { clientType: 'AgentApplication' } as const;
  const client = await connectReal(t, address, { ...as('agent'), ...type, ...options });
  const { id, place } = person();
  return { client, agent: await client.login({ agentId: id, media: { voice: true } }), id, place };
}

/** An interaction that an agent has in hand. */
async function inHand({ client }: Worker): Promise<string> {
  const call = { queue: 'in', mediaType: 'voice', interactionType: 'Inbound', isOnline: true };
  const { interactionId } = await mail.submit(call);
  await client.pullById(interactionId);
  return interactionId;
}

async function next<T>(iterator: AsyncIterator<T>): Promise<T> {
  const { value, done } = await iterator.next();
  if (done === true) throw new Error('nothing follows');
  return value;
}

t.test('a transfer is answered when the other agent has answered', async (t) => {
  const [ann, bea] = [await worker(t), await worker(t)];
  const id = await inHand(ann);
  const terms = { agentId: bea.id, medium: 'voice', hold: true };
  const given = ann.agent.transfer(id, terms, { reason: { systemName: 'Expert' } });
  const offered = await next(bea.agent.invitations());
  t.match(offered, { operation: PartyOperation.transfer, by: ann.id, reason: 'Expert' });
  t.match(await mail.getProperties(id), { AssignedTo: ann.id, IsHeld: 0 });
  await offered.accept();
  await given;
  t.match(await mail.getProperties(id), { AssignedTo: bea.id, IsHeld: 1 });

  const refused = errorOf(bea.agent.transfer(id, { placeId: ann.place }));
  await (await next(ann.agent.invitations())).reject('Busy');
  t.match(await refused, { errorName: 'InvitationFailed', request: 'RequestTransfer' });
  t.match(await mail.getProperties(id), { AssignedTo: bea.id }, 'nothing has changed');
  const unasked = await errorOf(ann.agent.transfer(id, { agentId: bea.id }));
  t.equal(unasked.errorName, 'InteractionOffered', 'it has it already');
  const nobody = await errorOf(bea.agent.transfer(id, { agentId: 'nobody' }));
  t.equal(nobody.errorName, 'AgentNotLoggedIn');

  await bea.agent.transfer(id, { queue: 'in', hold: false, added: { Skill: 'tax' } });
  const waiting = await mail.getProperties(id);
  t.match(waiting, { InteractionState: 0, IsHeld: 0, UserData: { Skill: 'tax' } });
  await ann.client.pullById(id);
  await ann.agent.transfer(id, { queue: '__BACK__' });
  const { PlaceInQueueSeq, InteractionState } = await mail.getProperties(id);
  t.strictSame([InteractionState, PlaceInQueueSeq], [0, waiting.PlaceInQueueSeq], 'in its place');
  await mail.stop(id);
});

t.test('a transfer lasts as long as its invitation, and ends with its link', async (t) => {
  const relay = await startRelay(t, server);
  const ann = await worker(t, relay.address, { requestTimeoutMs: 1_500 });
  const bea = await worker(t);
  const id = await inHand(ann);
  const given = errorOf(ann.agent.transfer(id, { agentId: bea.id }));
  const invitations = bea.agent.invitations();
  const offered = await next(invitations);
  let isOver = false;
  void given.then(() => (isOver = true));
  // It was made later, and has more time than other calls.
  const later = ann.client.pull({ queue: 'in', waitMs: 60_000 }, { timeoutMs: 1_600 });
  t.match(await errorOf(later), { errorName: 'DeadlineExceeded' });
  t.notOk(isOver);
  relay.cut();
  t.match(await given, { errorName: 'ConnectionLost', request: 'RequestTransfer' });
  await ann.client.ping({ timeoutMs: 10_000 });
  t.strictSame(ann.agent.heldInteractions, [id], 'it is back with what it had');
  await offered.reject();
  const last = errorOf(ann.agent.conference(id, { agentId: bea.id }));
  await next(invitations);
  await ann.client.close();
  t.match(await last, { errorName: 'ClientClosed' }, 'a client that closes does not wait for it');
  await mail.stop(id);
});

t.test('a conference: who joins, who listens, who leaves', async (t) => {
  const [ann, bea] = [await worker(t), await worker(t)];
  const id = await inHand(ann);
  const [parties, invitations] = [ann.agent.parties(), bea.agent.invitations()];
  const joined = ann.agent.conference(id, { agentId: bea.id });
  const offered = await next(invitations);
  t.match(offered, { operation: PartyOperation.conference, visibilityMode: 1 });
  await offered.accept();
  await joined;
  t.match(await next(parties), {
    change: 'joined',
    interactionId: id,
    partyType: 2,
    partyId: bea.id,
    operation: PartyOperation.conference,
    visibilityMode: VisibilityMode.conference,
  });
  await bea.agent.leave(id, { reason: { systemName: 'Done' } });
  const left = { change: 'left', partyId: bea.id, operation: PartyOperation.leave, reason: 'Done' };
  t.match(await next(parties), left);
  t.equal((await errorOf(bea.agent.leave(id))).errorName, 'NotInRequiredState');

  const listens = ann.agent.conference(id, { placeId: bea.place, mode: 'monitor' });
  const second = await next(invitations);
  t.equal(second.visibilityMode, VisibilityMode.monitor);
  await second.accept();
  await listens;
  const taken = bea.agent.taken();
  await ann.agent.leave(id);
  t.match(await mail.getProperties(id), { InteractionState: 0 });
  t.match(await next(taken), { interactionId: id }, 'nobody has it, so nobody listens');
  await mail.stop(id);
});

t.test('a supervisor takes part, gives work and takes it', async (t) => {
  const [ann, boss] = [await worker(t), await worker(t, undefined, as('supervisor'))];
  const id = await inHand(ann);
  const parties = ann.agent.parties();
  const intrusion = await boss.agent.intrude(id, { mode: 'coach' });
  const offered = await next(boss.agent.invitations());
  const { ticketId } = intrusion;
  const coach = { ticketId, visibilityMode: VisibilityMode.coach };
  t.match(offered, { interactionId: id, operation: PartyOperation.intrude, ...coach });
  await offered.accept();
  t.match(await next(parties), { change: 'joined', partyId: boss.id, visibilityMode: 3 });
  await ann.client.stop(id);

  const [assigned, taken] = [ann.agent.assigned(), ann.agent.taken()];
  const other = await inHand(boss);
  const options = { reason: { systemName: 'Expert' }, extension: { Ticket: 'A7' } };
  const assign = { act: 'assign', agentId: ann.id, interactionIds: [other] } as const;
  await boss.client.supervise(assign, options);
  t.match(await next(assigned), {
    interactionId: other,
    agentId: ann.id,
    placeId: ann.place,
    interaction: { AssignedTo: ann.id, InteractionState: 3 },
    by: 'supervisor',
    reason: 'Expert',
    extension: { Ticket: 'A7' },
  });
  const back = { act: 'pull-back', interactionIds: [other] } as const;
  await boss.client.supervise(back, { reason: { systemName: 'Sorry' } });
  t.match(await next(taken), { interactionId: other, reason: 'Sorry' });
  const ends = [parties.next(), assigned.next()];
  await ann.agent.logout();
  const end = { value: undefined, done: true };
  t.strictSame(await Promise.all(ends), [end, end], 'they end with the login');
  await mail.stop(other);
});

t.test('wrap-ups are told, get a code, and end', async (t) => {
  const codes = 'dispositionCodes: [{name: Sold}, {name: Lost}]\n';
  const process = '{name: p, dispositionCodes: [Sold], dispositionRequired: true}';
  const voice = '{name: voice, online: true, wrapUp: until-done}';
  await apply(server, `media: [${voice}]\n${codes}businessProcesses: [${process}]\n`);
  const ann = await worker(t);
  const id = await inHand(ann);
  await ann.client.stop(id);
  const statuses = ann.agent.status();
  let status = await next(statuses);
  while (status.wrapUps.length === 0) status = await next(statuses);
  const wrapUp = { interactionId: id, medium: 'voice', queue: 'in', mode: 'until-done' };
  t.match(status.wrapUps, [{ ...wrapUp, needsCode: true, until: undefined, code: undefined }]);
  t.equal((await errorOf(ann.agent.endWrapUp(id))).errorName, 'MissingAttribute');
  t.equal((await errorOf(ann.agent.endWrapUp(id, 'Lost'))).errorName, 'UnknownDispositionCode');
  t.equal((await errorOf(ann.agent.endWrapUp('none', 'Sold'))).errorName, 'NotInRequiredState');
  await ann.agent.giveDisposition(id, 'Sold');
  t.match((await look.listAgents(ann.id))[0], {
    wrapUps: [{ ...wrapUp, code: 'Sold' }],
    media: [{ current: 1, inHand: 0, offered: 0, inWrapUp: 1 }],
  });
  await ann.agent.endWrapUp(id);
  while (status.wrapUps.length > 0) status = await next(statuses);
  t.strictSame((await look.listAgents(ann.id))[0]?.wrapUps, []);
  await apply(server, 'media: [{name: voice, online: true, wrapUp: none}]\n');
});

t.test('a reason that is no object is refused, where they are checked', async (t) => {
  const { agent } = await worker(t);
  await setOption(server, 'ixion/check-not-ready-reasons', true);
  const nap = { reason: { systemName: 'Nap' } };
  while (
    await agent.notReady('voice', nap).then(
      () => true,
      () => false,
    )
  );
  t.equal((await errorOf(agent.notReady('voice', nap))).errorName, 'UnknownReason');
  await agent.ready();
  await agent.notReady('voice', { afterCurrent: true, reason: { systemName: 'Lunch' } });
  await setOption(server, 'ixion/check-not-ready-reasons', false);
});

t.test('wrong arguments are refused before anything is sent', async (t) => {
  const { agent } = await worker(t);
  type Loose = Record<string, (...given: unknown[]) => Promise<unknown>>;
  const loose = agent as unknown as Loose;
  for (const [call, given, position] of [
    ['transfer', ['a'], 'to'],
    ['transfer', ['a', null], 'to'],
    ['transfer', [5, { agentId: 'ann' }], 'id'],
    ['transfer', ['a', { agentId: 'ann', mode: 'coach' }], 'to.mode'],
    ['transfer', ['a', { queue: 7 }], 'to.queue'],
    ['transfer', ['a', { queue: 'in', agentId: 'ann' }], 'to.agentId'],
    ['conference', ['a', { agentId: 'ann', mode: 'spy' }], 'to.mode'],
    ['intrude', ['a', {}], 'terms.mode'],
    ['intrude', ['a', { mode: 1 }], 'terms.mode'],
    ['leave', [], 'id'],
    ['endWrapUp', ['a', 5], 'code'],
    ['giveDisposition', ['a'], 'code'],
  ] as const) {
    const error = await errorOf(loose[call]!(...given));
    t.match(error, { position }, `${call} ${JSON.stringify(given)}`);
  }
  const half = await errorOf(agent.transfer('a', { agentId: 'b', medium: 'x\ud800' }));
  t.match(half, { position: 'to.medium', request: 'RequestTransfer' });
});
