/** The SDK of who routes, of telephony adapters, and of media servers with several instances. */
import t, { type Test } from 'tap';
import type { Client, ClientType, ConnectOptions } from '../../lib/client/index.js';
import { IxionError } from '../../lib/errors.js';
import { person, startAgents } from '../agents/support.js';
import { clientTypesOfRole } from '../../lib/security/permissions.js';
import type { Role } from '../../lib/security/roles.js';
import { applications, tokenOf } from '../security/secured-server.js';
import type { Received } from './fake-server.js';
import { addressOf, connectReal, startRelay } from './real-server.js';
import { connectTo, serve, until } from './support.js';

const server = await startAgents(t, { applications });

const errorOf = async (work: Promise<unknown>): Promise<IxionError> => {
  const error: unknown = await work.catch((reason: unknown) => reason);
  if (error instanceof IxionError) return error;
  throw new Error(`no refusal: ${String(error)}`);
};

/** A client of the application that is called as its role. */
const dial = (
  t: Test,
  clientName: Role,
  options: Partial<ConnectOptions> = {},
  address = addressOf(server),
) => {
  const [clientType] = clientTypesOfRole[clientName] as readonly [ClientType];
  const credentials = tokenOf(clientName);
  return connectReal(t, address, { clientName, clientType, credentials, ...options });
};
const call = { queue: 'in', mediaType: 'voice', interactionType: 'Inbound' } as const;

async function loggedIn(t: Test): Promise<{ client: Client; id: string; place: string }> {
  const client = await dial(t, 'agent');
  const { id, place } = person();
  await client.login({ agentId: id, media: { voice: true } });
  return { client, id, place };
}

t.test('a reservation keeps others away until it is over', async (t) => {
  const { id, place } = await loggedIn(t);
  const relay = await startRelay(t, server);
  const one = await dial(t, 'router', {}, relay.address);
  const two = await dial(t, 'router');
  const held = await one.reserve({ agentId: id, placeId: place, priority: 5, forMs: 60_000 });
  t.match(held, { agentId: id, placeId: place, forMs: 60_000 });
  const { interactionId } = await two.submit(call);
  const refused = await errorOf(two.deliver(interactionId, { agentId: id }));
  t.match(refused, { errorName: 'AgentReserved', retryable: true });
  t.match(await errorOf(two.reserve({ placeId: place })), { errorName: 'AgentReserved' });
  t.match(await two.listAgents(id), [{ reservedBy: 'router', outside: {} }]);
  await held.cancel();
  t.match(await errorOf(held.cancel()), { errorName: 'AgentNotReserved' });
  t.match(await two.listAgents(id), [{ reservedBy: undefined }]);
  await one.reserve({ agentId: id });
  relay.cut();
  // It has ended with its connection, which the server sees in its time.
  for (let isFree = false; !isFree;) {
    isFree = await two.reserve({ agentId: id, forMs: 1_000 }).then(
      () => true,
      () => false,
    );
  }
  t.match(await errorOf(two.reserve({ agentId: 'nobody' })), { errorName: 'AgentNotLoggedIn' });
  const nothing = await errorOf(two.reserve({} as never));
  t.match(nothing, { errorName: 'MissingAttribute', request: 'RequestReserveAgent' });
  const long = await errorOf(two.reserve({ agentId: id, forMs: 9_000_000 }));
  t.match(long, { errorName: 'WrongAttributeType', position: 'reservation.forMs' });
  await two.stop(interactionId);
});

t.test('outside load counts, is changed, and ends', async (t) => {
  const { client, id } = await loggedIn(t);
  const phone = await dial(t, 'telephony');
  const look = await dial(t, 'reporting');
  const agent = async () => (await look.listAgents(id))[0]!;
  const load = await phone.keepOutsideLoad({ agentId: id, medium: 'chat', count: 2 });
  t.match(await agent(), {
    outside: { chat: 2 },
    media: [{ name: 'voice', current: 0, free: 0 }],
  });
  await load.change(1);
  t.match(await agent(), { outside: { chat: 1 } });
  await load.end();
  t.match(await agent(), { outside: {}, media: [{ free: 1 }] });
  t.equal(await load.ended, undefined);
  t.match(await errorOf(load.change(1)), { errorName: 'ClientClosed' });
  await phone.setOutsideLoad({ agentId: id, count: 3, leaseSeconds: 600 });
  t.match(await agent(), { outside: { voice: 3 } });
  const odd = { agentId: id, count: 1, medium: 'fax' };
  t.match(await errorOf(phone.keepOutsideLoad(odd)), { errorName: 'UnknownMedium' });
  const wrong = await errorOf(phone.setOutsideLoad({ agentId: id, count: -1 }));
  t.match(wrong, { position: 'report.count' });
  const open = await phone.keepOutsideLoad({ agentId: id, count: 1 });
  await phone.close();
  t.match(await open.ended, { errorName: 'ClientClosed' }, 'it ends with its client');
  await client.close();
});

t.test('it is said again: within its lease, after a lost link, for who is back', async (t) => {
  const loads = (requests: readonly Received[]): unknown[] =>
    requests.filter(({ name }) => name === 'RequestSetOutsideLoad').map(({ body }) => body);
  let refusal: 'AgentNotLoggedIn' | 'NotPermitted' | undefined;
  const fake = await serve(t, (request, link) => {
    if (request.name !== 'RequestSetOutsideLoad' || refusal === undefined) return false;
    return (link.refuse(request, refusal), true);
  });
  const phone = await connectTo(t, fake);
  const long = await phone.keepOutsideLoad({ agentId: 'ann', count: 2, leaseSeconds: 3_600 });
  fake.links[0]!.drop();
  await until(() => loads(fake.requests).length === 2);
  const said = { AgentId: 'ann', Count: 2, LeaseSeconds: 3_600 };
  t.match(loads(fake.requests), [said, said], 'at once after a lost link');
  await long.end();
  t.match(loads(fake.requests).at(-1), { Count: 0 });

  const short = await phone.keepOutsideLoad({ agentId: 'bea', count: 1, leaseSeconds: 1 });
  const before = fake.requests.length;
  await until(() => fake.requests.length >= before + 2);
  t.match(fake.requests.at(-1)!.body, { AgentId: 'bea', Count: 1 }, 'before its lease is over');
  refusal = 'AgentNotLoggedIn';
  await until(() => short.problem !== undefined);
  t.equal(short.problem?.errorName, refusal);
  refusal = undefined;
  await until(() => short.problem === undefined);
  refusal = 'NotPermitted';
  t.match(await short.ended, { errorName: 'NotPermitted' }, 'what does not mend itself ends it');
  await short.end();
  t.match(fake.requests.at(-1)!.body, { Count: 1 }, 'and nothing more is said');
});

t.test('submitters under one name are told of the end of what they submitted', async (t) => {
  const chat = { submittedBy: 'chat' };
  const one = await dial(t, 'media', chat);
  const two = await dial(t, 'media', chat);
  const other = await dial(t, 'media');
  const [first, second, none] = [one.stopped(), two.stopped(), other.stopped()];
  const { interactionId } = await one.submit(call);
  t.match(await one.getProperties(interactionId), { SubmittedBy: 'chat' });
  const why = { systemName: 'Abandoned', description: 'hung up' };
  await other.stop(interactionId, { reason: why, extension: { Leg: 2 } });
  const told = { interactionId, submittedBy: 'chat', by: 'media', byType: 3, tenantId: 1 };
  for (const stops of [first, second]) {
    t.match(await stops.next(), {
      value: {
        ...told,
        reason: why.systemName,
        description: why.description,
        extension: { Leg: 2 },
      },
    });
  }
  const last = [first.next(), none.next()];
  await one.close();
  await other.close();
  t.match(await Promise.all(last), [{ done: true }, { done: true }], 'they end with the client');
});

t.test('what is told without a subscription is no event of one that has not begun', async (t) => {
  const fake = await serve(t, (request, link) => {
    if (request.name !== 'RequestStartPlaceAgentStateReportingAll') return false;
    const of = { EventTime: 1, Partition: 0 };
    const told = { ...of, InteractionId: 'A', SubmittedBy: 'chat' };
    link.event('EventProcessingStopped', request.proxyClient, told);
    link.ack(request, { SubscriptionId: 7, ResumeToken: [0] });
    const held = { ...of, Sequence: 1, SubscriptionId: 7, InteractionVersion: 2 };
    const change = { ...held, InteractionId: 'B', InteractionState: 0 };
    link.event('EventHeld', request.proxyClient, change);
    return true;
  });
  const client = await connectTo(t, fake);
  const [stopped, events] = [client.stopped(), client.events()];
  t.match(await events.next(), { value: { event: 'EventHeld', InteractionId: 'B' } });
  t.match(await stopped.next(), { value: { interactionId: 'A', submittedBy: 'chat' } });
});

t.test('a customer who has left is offered to nobody', async (t) => {
  const { id } = await loggedIn(t);
  const [media, routing] = [await dial(t, 'media'), await dial(t, 'router')];
  const { interactionId } = await media.submit({ ...call, isOnline: true });
  await media.customerLeft(interactionId);
  t.match(await media.getProperties(interactionId), { IsOnline: 0 });
  const refused = await errorOf(routing.deliver(interactionId, { agentId: id }));
  t.equal(refused.errorName, 'CustomerLeft');
  await media.changeProperties(interactionId, { isOnline: true });
  await routing.deliver(interactionId, { agentId: id });
  await media.stop(interactionId);
});
