/** Who is told of the end of what it has submitted, over TCP. */
import t, { type Test } from 'tap';
import type { Server } from '../../lib/index.js';
import { errorOf } from '../net/harness.js';
import { byId, done, Scene } from './scene.js';
import { desktop, startAgents, type Desktop } from './support.js';

const server = await startAgents(t);

const chatServer = (t: Test, ClientName: string, more: object = {}, on: Server = server) =>
  desktop(t, on, { ClientType: 'MediaServer', ClientName, SubmittedBy: 'chat', ...more });

let made = 0;
async function submit(by: Desktop): Promise<string> {
  const id = `chat.${process.pid}.${(made += 1)}`;
  const kind = { Queue: 'in', MediaType: 'voice', InteractionType: 'Inbound' };
  done(await byId(by, 101, { InteractionId: id, ...kind }));
  by.told();
  return id;
}

const stopped = (who: Desktop) => who.told().filter(([name]) => name === 'EventProcessingStopped');

t.test('EventProcessingStopped goes to all that registered under the name', async (t) => {
  const scene = await Scene.open(t, server);
  const [one, two] = [await chatServer(t, 'chat 1'), await chatServer(t, 'chat 2')];
  const other = await chatServer(t, 'mail', { SubmittedBy: 'mail' });
  const id = await submit(one);
  t.match(await scene.properties(id), { SubmittedBy: 'chat' });
  const why = { ReasonSystemName: 'Normal', Extension: { a: 1 } };
  done(await byId(scene.router, 102, { InteractionId: id, ...why }));
  for (const who of [one, two]) {
    const [[name, body] = []] = await who.until(1);
    t.equal(name, 'EventProcessingStopped');
    t.match(body, { InteractionId: id, SubmittedBy: 'chat', ActorId: 'urs', ActorType: 1, ...why });
    t.equal(body!['SubscriptionId'], undefined, 'there is no subscription');
  }
  const again = await submit(two);
  done(await byId(two, 102, { InteractionId: again }));
  t.match(await one.until(1), [['EventProcessingStopped', { InteractionId: again }]]);
  t.strictSame(stopped(two).length, 1, 'also to who ends it itself');
  const foreign = await scene.submit();
  done(await byId(scene.mail, 102, { InteractionId: foreign }));
  await scene.about(foreign, 2);
  t.match(await other.until(1), [['EventProcessingStopped', { InteractionId: foreign }]]);
  for (const who of [one, two]) t.strictSame(stopped(who), [], 'under another name');
  t.strictSame(stopped(scene.mail), [], 'who registers without a name is told nothing');
});

t.test('a submitter that is gone is no error, and one that is back is told', async (t) => {
  const scene = await Scene.open(t, server);
  const one = await chatServer(t, 'chat 1', { SubmittedBy: 'chat once' });
  const [first, second] = [await submit(one), await submit(one)];
  await one.lose();
  t.equal(errorOf(await byId(scene.router, 102, { InteractionId: first })), 0);
  const back = await chatServer(t, 'chat 3', { SubmittedBy: 'chat once' });
  done(await byId(scene.router, 102, { InteractionId: second }));
  t.match(await back.until(1), [['EventProcessingStopped', { InteractionId: second }]]);
});

t.test('several logical clients of one connection are told each', async (t) => {
  const scene = await Scene.open(t, server);
  const one = await chatServer(t, 'chat 1', { SubmittedBy: 'chat many' });
  const many = { ClientType: 'MediaServer', ClientName: 'chat 2', SubmittedBy: 'chat many' };
  const two = await desktop(t, server, many, one.client, 7);
  const id = await submit(two);
  done(await byId(scene.router, 102, { InteractionId: id }));
  t.match(await one.until(1), [['EventProcessingStopped', { InteractionId: id }]]);
  t.match(await two.until(1), [['EventProcessingStopped', { InteractionId: id }]]);
});
