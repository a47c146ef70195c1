/** A router reserves an agent or a place, so that others offer it nothing meanwhile. */
import t from 'tap';
import { errorTable } from '../../lib/errors.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { errorOf } from '../net/harness.js';
import { desktop, person, setOption, startAgents, type Desktop } from './support.js';

const server = await startAgents(t);
const media = await desktop(t, server, { ClientName: 'media', ClientType: 'MediaServer' });
let made = 0;

const router = (ClientName: string): Promise<Desktop> =>
  desktop(t, server, { ClientName, ClientType: 'RoutingEngine' });

async function loggedIn(): Promise<{ readonly id: string; readonly place: string }> {
  const desk = await desktop(t, server, { ClientName: 'desk', ClientType: 'AgentApplication' });
  const who = person();
  await desk.login(who.id, { MediaList: { chat: 1 } });
  return who;
}

const reserve = async (by: Desktop, body: object): Promise<number> =>
  errorOf(await by.ask(1139, body));

async function offer(by: Desktop, AgentId: string): Promise<number> {
  const InteractionId = `reserved.${process.pid}.${++made}`;
  const chat = { InteractionId, Queue: 'in', MediaType: 'chat', InteractionType: 'Inbound' };
  await media.client.ask(101, made, chat, { kind: RouteKind.id, key: InteractionId });
  return errorOf(await by.ask(107, { InteractionId, AgentId }));
}

const { AgentReserved, AgentNotReserved, AgentNotLoggedIn, MissingAttribute } = errorTable;

t.test('of two that compete the greater priority is granted; only it offers', async (t) => {
  const [one, two] = [await router('one'), await router('two')];
  const { id, place } = await loggedIn();
  const [low, high] = await Promise.all([
    reserve(one, { AgentId: id }),
    reserve(two, { PlaceId: place, AgentId: id, Priority: 1 }),
  ]);
  t.strictSame([low, high], [AgentReserved.code, 0]);
  t.equal(await offer(one, id), AgentReserved.code);
  t.equal(await reserve(one, { PlaceId: place }), AgentReserved.code, 'its place as well');
  t.equal(await offer(two, id), 0);
});

t.test('its time, its end, and once more', async (t) => {
  const [one, two] = [await router('one'), await router('two')];
  const { id } = await loggedIn();
  t.equal(await reserve(one, { AgentId: id, ReservationTimeMs: 0 }), AgentNotReserved.code);
  t.equal(await reserve(one, { AgentId: id }), 0);
  t.equal(await reserve(one, { AgentId: id }), AgentReserved.code, 'rejected by default');
  await setOption(server, 'agent-reservation/reject-subsequent-request', false);
  for (let isSo = false; !isSo;) isSo = (await reserve(one, { AgentId: id })) === 0;
  t.equal(await reserve(two, { AgentId: id, ReservationTimeMs: 0 }), AgentNotReserved.code);
  t.equal(await reserve(one, { AgentId: id, ReservationTimeMs: 0 }), 0);
  t.equal(await reserve(two, { AgentId: id, ReservationTimeMs: 1 }), 0, 'it is free');
  for (let isSo = false; !isSo;) isSo = (await offer(one, id)) === 0;
});

t.test('who is not there, and who goes', async (t) => {
  const [one, two] = [await router('one'), await router('two')];
  const { id } = await loggedIn();
  t.equal(await reserve(one, { AgentId: 'nobody' }), AgentNotLoggedIn.code);
  t.equal(await reserve(one, {}), MissingAttribute.code);
  t.equal(await reserve(one, { AgentId: id }), 0);
  await one.lose();
  for (let isSo = false; !isSo;) isSo = (await offer(two, id)) === 0;
});
