/** What agents have at their telephones counts in their capacity, for as long as it is said. */
import t from 'tap';
import { errorTable } from '../../lib/errors.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { errorOf, eventually } from '../net/harness.js';
import { applications, tokenOf } from '../security/secured-server.js';
import { desktop, person, setOption, startAgents, type Desktop } from './support.js';

const server = await startAgents(t, { applications });
const as = (name: string, ClientType: string) => ({
  ClientName: name,
  ClientType,
  Credentials: tokenOf(name),
});
const boss = await desktop(t, server, as('supervisor', 'AgentApplication'));

async function agentOf(media: object) {
  const desk = await desktop(t, server, as('agent', 'AgentApplication'));
  const { id } = person();
  await desk.login(id, { MediaList: media });
  await desk.until(2);
  return { desk, id };
}

const say = (phone: Desktop, AgentId: string, Count: number, more: object = {}) =>
  phone.ask(1137, { AgentId, Count, ...more }, AgentId);

/** The media of an agent, by name. */
async function mediaOf(
  AgentId: string,
): Promise<Record<string, { Current: number; Free: number }>> {
  const { body } = await boss.ask(1021, { AgentId });
  const [agent] = body['Agents'] as { Media: { Name: string; Current: number; Free: number }[] }[];
  return Object.fromEntries(agent!.Media.map((one) => [one.Name, one]));
}

t.test('it counts until it is taken back, and for its lease', async (t) => {
  const phone = await desktop(t, server, as('telephony', 'ReportingEngine'));
  const { desk, id } = await agentOf({ chat: 1, voice: 1 });
  t.match(await mediaOf(id), { chat: { Free: 1 }, voice: { Current: 0, Free: 1 } });
  t.equal(errorOf(await say(phone, id, 2)), 0);
  t.match(await mediaOf(id), { chat: { Free: 0 }, voice: { Current: 2, Free: 0 } });
  await eventually(() =>
    desk.told().some(([, body]) => (body['MediaCapacityList'] as { chat?: number })?.chat === 0),
  );
  t.equal(errorOf(await say(phone, id, 0)), 0);
  t.match(await mediaOf(id), { chat: { Free: 1 }, voice: { Current: 0 } });
  const { body } = await boss.ask(1021, { AgentId: id });
  t.match(body, { Agents: [{ Exceeded: 0 }] }, 'it is nothing that was given');

  await say(phone, id, 1, { LeaseSeconds: 1, MediaTypeName: 'chat' });
  t.match(await mediaOf(id), { chat: { Current: 1 } });
  for (let isOver = false; !isOver;) isOver = (await mediaOf(id))['chat']!.Current === 0;

  t.equal(errorOf(await say(phone, 'nobody', 1)), errorTable.AgentNotLoggedIn.code);
  const fax = await say(phone, id, 1, { MediaTypeName: 'fax' });
  t.equal(errorOf(fax), errorTable.UnknownMedium.code);
  t.equal(errorOf(await say(desk, id, 1)), errorTable.NotPermitted.code, 'a role of its own');
});

t.test('an open invitation stays, or is taken back where that is wanted', async (t) => {
  const phone = await desktop(t, server, as('telephony', 'ReportingEngine'));
  const mail = await desktop(t, server, as('media', 'MediaServer'));
  const router = await desktop(t, server, as('router', 'RoutingEngine'));
  const { id } = await agentOf({ chat: 1 });
  const InteractionId = `chat.${process.pid}`;
  const chat = { InteractionId, Queue: 'in', MediaType: 'chat', InteractionType: 'Inbound' };
  await mail.client.ask(101, 70, chat, { kind: RouteKind.id, key: InteractionId });
  t.equal(errorOf(await router.ask(107, { InteractionId, AgentId: id })), 0);
  router.told();
  t.equal(errorOf(await say(phone, id, 1)), 0);
  t.match(await mediaOf(id), { chat: { Current: 1, Free: 0 } }, 'it is offered still');
  await say(phone, id, 0);
  await setOption(server, 'ixion/interrupt-invitations', true);
  for (let isDone = false; !isDone;) {
    await say(phone, id, 1);
    isDone = (await mediaOf(id))['chat']!.Current === 0;
    await say(phone, id, 0);
  }
  t.match(await router.until(1), [
    ['EventRouteUsed', { Outcome: 'taken-back', ReasonSystemName: 'OutsideLoad' }],
  ]);
});
