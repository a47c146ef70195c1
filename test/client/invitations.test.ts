/** Offers by the SDK: a router delivers, an agent's program reads, thinks and answers. */
import t, { type Test } from 'tap';
import type { Agent, Client, DeliveryTarget, Invitation } from '../../lib/client/index.js';
import { IxionError } from '../../lib/errors.js';
import { person, setOption, startAgents } from '../agents/support.js';
import { eventually } from '../net/harness.js';
import { addressOf, connectReal, startRelay } from './real-server.js';

const server = await startAgents(t);
await setOption(server, 'ixion/reject-delay', 20);

const errorOf = async (work: Promise<unknown>): Promise<IxionError> => {
  const error: unknown = await work.catch((reason: unknown) => reason);
  if (error instanceof IxionError) return error;
  throw new Error(`no refusal: ${String(error)}`);
};

/** A router, a media server, and an agent that is ready for voice. */
async function cast(t: Test, agentAddress = addressOf(server), routerAddress = agentAddress) {
  const mail = await connectReal(t, addressOf(server), { clientName: 'mail' });
  const routing = { clientName: 'urs', clientType: 'RoutingEngine' } as const;
  const router = await connectReal(t, routerAddress, routing);
  const desktop = await connectReal(t, agentAddress, { clientType: 'AgentApplication' });
  const { id, place } = person();
  const agent = await desktop.login({ agentId: id, media: { voice: true } });
  return { mail, router, desktop, agent, id, place };
}

async function submit(mail: Client): Promise<string> {
  const call = { queue: 'in', mediaType: 'voice', interactionType: 'Inbound', isOnline: true };
  const { interactionId } = await mail.submit({ ...call, userData: { Lang: 'de' } });
  return interactionId;
}

const next = async (invitations: AsyncIterator<Invitation>): Promise<Invitation> => {
  const { value, done } = await invitations.next();
  if (done === true) throw new Error('no invitation');
  return value as Invitation;
};

const aborted = (signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason)));

const freeFor = (agent: Agent, medium: string): number =>
  agent.current?.media.find(({ name }) => name === medium)?.free ?? 0;

t.test('offered, accepted, finished', async (t) => {
  const { mail, router, desktop, agent, id, place } = await cast(t);
  const invitations = agent.invitations();
  const interactionId = await submit(mail);
  const [pulled] = await router.pull({ queue: 'in' });
  t.equal(pulled?.InteractionId, interactionId);
  const extension = { operation: 'route' };
  const reason = { systemName: 'Skilled' };
  const to = { agentId: id, placeId: place, medium: 'voice' };
  const delivery = await router.deliver(interactionId, to, { extension, reason });
  t.match(delivery, { interactionId, ticketId: 1 });
  const invitation = await next(invitations);
  t.match(invitation, {
    interactionId,
    ticketId: 1,
    agentId: id,
    placeId: place,
    interaction: { InteractionId: interactionId, InteractionState: 2, UserData: { Lang: 'de' } },
    operation: 4,
    visibilityMode: 1,
    by: 'urs',
    reason: 'Skilled',
    extension,
    state: 'open',
    revoked: undefined,
  });
  t.ok(invitation.expiresAt > Date.now() + 20_000);
  await invitation.accept();
  t.equal(invitation.state, 'accepted');
  t.strictSame(await delivery.outcome, {
    outcome: 'accepted',
    agentId: id,
    reason: undefined,
    description: undefined,
  });
  t.match(await errorOf(invitation.accept()), {
    errorName: 'WrongTicket',
    message: /was accepted/,
  });
  t.notOk(invitation.signal.aborted);
  await eventually(() => freeFor(agent, 'voice') === 0);
  await desktop.stop(interactionId);
  // Its place is free again once the desk knows, and the place is enough to say who.
  await eventually(() => freeFor(agent, 'voice') > 0);
  const second = await submit(mail);
  const more = await router.deliver(second, { placeId: place });
  t.match(await next(invitations), { interactionId: second });
  await mail.stop(second);
  t.match(await more.outcome, { outcome: 'taken-back' });
  await agent.logout();
});

t.test('refused: the router is told why, and the agent rests from it', async (t) => {
  const { mail, router, agent, id } = await cast(t);
  const interactionId = await submit(mail);
  const { outcome } = await router.deliver(interactionId, { agentId: id });
  const invitation = await next(agent.invitations());
  await invitation.reject('TooHard', { reason: { description: 'not my language' } });
  t.equal(invitation.state, 'rejected');
  t.match(await outcome, {
    outcome: 'rejected',
    agentId: id,
    reason: 'TooHard',
    description: 'not my language',
  });
  const rests = await errorOf(router.deliver(interactionId, { agentId: id }));
  t.match(rests, { errorName: 'AgentRests', request: 'RequestDeliver' });
  t.ok(rests.retryAfterMs! > 1_000);
  t.match(await errorOf(invitation.reject()), {
    errorName: 'WrongTicket',
    request: 'RequestReject',
  });
  await mail.stop(interactionId);
});

t.test('an invitation that is revoked while a program thinks tells it', async (t) => {
  const { mail, router, agent, id } = await cast(t);
  const invitations = agent.invitations();
  const late = await submit(mail);
  const to = { agentId: id, deliveringTimeoutMs: 1_000, handlingTimeoutMs: 60_000 };
  const { outcome } = await router.deliver(late, to);
  const thinking = await next(invitations);
  t.match(await aborted(thinking.signal), { errorName: 'WrongTicket', message: /Expired/ });
  t.match(thinking, { state: 'revoked', revoked: { reason: 'Expired' } });
  t.match(await outcome, { outcome: 'expired', reason: 'Expired' });
  t.match(await errorOf(thinking.accept()), { errorName: 'WrongTicket', request: 'RequestAccept' });
  await mail.stop(late);
  await agent.ready('voice');

  const stopped = await submit(mail);
  await router.deliver(stopped, { agentId: id });
  const other = await next(invitations);
  await mail.stop(stopped);
  while (other.state === 'open') await new Promise((resolve) => setTimeout(resolve, 2));
  t.match(other.revoked, { reason: 'Stopped' });
  t.ok(other.signal.aborted, 'also for who asks afterwards');
});

t.test('each is read once; what is over is read by nobody', async (t) => {
  const { mail, router, agent, id } = await cast(t);
  const over = await submit(mail);
  const first = await router.deliver(over, { agentId: id });
  await mail.stop(over);
  await first.outcome;
  const interactionId = await submit(mail);
  await router.deliver(interactionId, { agentId: id });
  const [one, two] = [agent.invitations(), agent.invitations()];
  t.match(await next(one), { interactionId });
  const waiting = two.next();
  t.strictSame(await two.return!(), { value: undefined, done: true });
  t.strictSame(await waiting, { value: undefined, done: true }, 'who leaves waits no more');
  t.strictSame(await two.next(), { value: undefined, done: true });
  const third = one.next();
  await agent.logout();
  t.strictSame(await third, { value: undefined, done: true }, 'the end with the logout');
  t.strictSame(await agent.invitations().next(), { value: undefined, done: true });
  await mail.stop(interactionId);
});

t.test('the end: a logout by somebody else, a close, a client that is ended', async (t) => {
  const { mail, router, desktop, agent, id } = await cast(t);
  const interactionId = await submit(mail);
  const delivery = await router.deliver(interactionId, { agentId: id });
  const invitations = agent.invitations();
  const open = await next(invitations);
  const last = invitations.next();
  await desktop.close();
  t.strictSame(await last, { value: undefined, done: true });
  t.match(open, { state: 'revoked', revoked: { reason: 'AgentLoggedOut' } });
  t.match(await delivery.outcome, { outcome: 'taken-back' });

  const second = await cast(t);
  const end = errorOf(second.agent.invitations().next());
  const boss = await connectReal(t, addressOf(server), { clientType: 'ReportingEngine' });
  const mine = (await boss.listClients('tester')).filter(({ type }) => type === 'AgentApplication');
  for (const client of mine) await boss.disconnectClient(client);
  t.equal((await end).errorName, 'Disconnected');
  await mail.stop(interactionId);
});

t.test('lost connections: the agent is told, the router knows that it does not know', async (t) => {
  const relay = await startRelay(t, server);
  const { mail, router, agent, id } = await cast(t, relay.address, addressOf(server));
  const interactionId = await submit(mail);
  const delivery = await router.deliver(interactionId, { agentId: id });
  const invitations = agent.invitations();
  const open = await next(invitations);
  relay.cut();
  t.match(await aborted(open.signal), { message: /ConnectionLost/ });
  t.match(await delivery.outcome, { outcome: 'taken-back', reason: 'ConnectionLost' });
  await agent.ready('voice');
  await router.deliver(interactionId, { agentId: id });
  t.match(await next(invitations), { interactionId, ticketId: 2 }, 'and it is offered again');

  const routed = await startRelay(t, server);
  const far = await connectReal(t, routed.address, { clientType: 'RoutingEngine' });
  const other = await cast(t);
  const second = await submit(mail);
  const unheard = await far.deliver(second, { agentId: other.id });
  routed.cut();
  t.match(await unheard.outcome, { outcome: 'unknown', reason: 'ConnectionLost' });
  await far.ping();
  routed.loseAnswers();
  const asked = errorOf(far.deliver(interactionId, { agentId: other.id }));
  await new Promise((resolve) => setTimeout(resolve, 20));
  routed.cut();
  t.match(await asked, { errorName: 'ConnectionLost', request: 'RequestDeliver' });
  for (const each of [interactionId, second]) await mail.stop(each);
});

t.test('work that is taken from an agent', async (t) => {
  const { mail, router, agent, id } = await cast(t);
  const taken = agent.taken();
  const interactionId = await submit(mail);
  await router.deliver(interactionId, { agentId: id });
  await (await next(agent.invitations())).accept();
  await mail.stop(interactionId, { reason: { systemName: 'Abandoned' } });
  t.match(await taken.next(), {
    value: { interactionId, agentId: id, reason: 'Abandoned', interaction: { Queue: 'in' } },
  });
  await agent.logout();
  t.strictSame(await taken.next(), { value: undefined, done: true });
});

t.test('wrong arguments are refused before anything is sent', async (t) => {
  const { router, id } = await cast(t);
  for (const [to, position] of [
    [undefined, 'to'],
    [{ agent: id }, 'to.agent'],
    [{ agentId: 3 }, 'to.agentId'],
    [{ agentId: id, deliveringTimeoutMs: 10 }, 'to.deliveringTimeoutMs'],
  ] as const) {
    const error = await errorOf(router.deliver('some', to as unknown as DeliveryTarget));
    t.match(error, { request: 'RequestDeliver', position });
  }
  const nobody = await errorOf(router.deliver('some', {} as DeliveryTarget));
  t.equal(nobody.errorName, 'MissingAttribute');
  const unknown = await errorOf(router.deliver('some', { agentId: 'nobody' }));
  t.equal(unknown.errorName, 'AgentNotLoggedIn');
});

t.test('what is asked of an interaction behind an offer is done behind it', async (t) => {
  const { mail, router, agent, id } = await cast(t);
  for (let round = 0; round < 10; round++) {
    const interactionId = await submit(mail);
    const [delivery] = await Promise.all([
      router.deliver(interactionId, { agentId: id, medium: 'voice' }),
      router.stop(interactionId),
    ]);
    t.match(await delivery.outcome, { outcome: 'taken-back', reason: 'Stopped' });
  }
  await agent.logout();
});
