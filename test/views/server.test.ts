/** Views of a whole server: configured, pulled from over a connection, kept over a kill. */
import t from 'tap';
import { ObjectsRefused } from '../../lib/objects/fault.js';
import { createWorld, type World } from '../../lib/world/index.js';
import {
  type Asked,
  type Came,
  FrameClient,
  registration,
  toId,
  toQueue,
} from '../world/frame-client.js';

const processes = [
  {
    name: 'p',
    queues: [
      { name: 'in', partition: 0 },
      { name: 'out', partition: 1 },
    ],
  },
];
const views = `views:
  - { name: chats, queue: in, condition: "MediaType = 'chat'" }
  - { name: urgent, queue: out, condition: Priority > 5, order: Priority DESC }
`;

async function clientOf(world: World, name: string, type: string) {
  const waiting = new Map<number, (came: Came) => void>();
  const client = new FrameClient(world, {
    came: (came) => waiting.get(came.reference)?.(came),
    closed: () => undefined,
  });
  let last = 0;
  const ask = (asked: Asked): Promise<Came> => {
    const reference = ++last;
    const answer = new Promise<Came>((resolve) => waiting.set(reference, resolve));
    client.send(1, reference, asked);
    return world.until(answer);
  };
  await ask(registration(name, type));
  return ask;
}

const submit = (id: string, queue: string, more: object = {}): Asked => ({
  name: 'RequestSubmit',
  route: toId(id),
  body: {
    Queue: queue,
    MediaType: 'email',
    InteractionType: 'Inbound',
    InteractionId: id,
    ...more,
  },
});
const pull = (view: string, more: object = {}): Asked => ({
  name: 'RequestPull',
  route: toQueue(view),
  body: { ViewId: view, ...more },
});
const idsIn = ({ body }: Came): string[] =>
  ((body['Interactions'] ?? []) as { InteractionId: string }[]).map((one) => one.InteractionId);

t.test('a view is configured and pulled from, wherever its queue lives', async (t) => {
  const world = await createWorld({ seed: 1, partitions: 2, threads: 2, queues: processes });
  t.teardown(() => world.stop());
  await world.until(world.apply(views));
  const media = await clientOf(world, 'media', 'MediaServer');
  let agent = await clientOf(world, 'ann', 'AgentApplication');
  await media(submit('mail', 'in'));
  await media(submit('chat', 'in', { MediaType: 'chat' }));
  await media(submit('low', 'out', { Priority: 6 }));
  await media(submit('high', 'out', { Priority: 9 }));
  t.strictSame(idsIn(await agent(pull('chats'))), ['chat']);
  t.strictSame(idsIn(await agent(pull('chats'))), []);
  world.kill();
  await world.untilServing();
  agent = await clientOf(world, 'bea', 'AgentApplication');
  t.strictSame(idsIn(await agent(pull('urgent', { Count: 5 }))), ['high', 'low']);
  const unknown = await agent(pull('nothing'));
  t.match(unknown.body, { ErrorCode: 1028 });
});

t.test('a view names keys of attached data that are mapped', async (t) => {
  const world = await createWorld({ seed: 1, partitions: 2, threads: 2, queues: processes });
  t.teardown(() => world.stop());
  const text = (type: string, condition: string): string =>
    `customProperties: [{ name: Lang, type: ${type} }]\n` +
    `views: [{ name: one, queue: in, condition: "${condition}", order: Lang }]\n`;
  await world.until(world.apply(text('string', "Lang IN ('de', 'at')")));
  const media = await clientOf(world, 'media', 'MediaServer');
  const agent = await clientOf(world, 'ann', 'AgentApplication');
  for (const [id, Lang] of Object.entries({ a: 'de', b: 'es', c: 'at', d: 7 })) {
    await media(submit(id, 'in', { UserData: { Lang } }));
  }
  t.strictSame(idsIn(await agent(pull('one', { Count: 5 }))), ['c', 'a']);
  await world.until(world.apply(text('number', 'Lang > 1')));
  t.strictSame(idsIn(await agent(pull('one', { Count: 5 }))), ['d'], 'of another type now');
  await world.run(world.clock.monotonicMs() + 5_000);
  await media(submit('e', 'in', { UserData: { Lang: 8 } }));
  t.strictSame(idsIn(await agent(pull('one'))), ['e'], 'by an index of the new column');
});

t.test('a view whose texts cannot be read is refused with their place', async (t) => {
  const world = await createWorld({ seed: 1, partitions: 2, threads: 2, queues: processes });
  t.teardown(() => world.stop());
  const faultsOf = async (text: string): Promise<string> => {
    const error: unknown = await world.until(world.apply(text).catch((reason: unknown) => reason));
    return error instanceof ObjectsRefused ? error.message : 'taken';
  };
  const view = (fields: string): string => `views:\n  - { name: x, queue: in, ${fields} }\n`;
  t.match(await faultsOf(view('condition: Nothing = 1')), /views\.0\.condition: line 1, column 1 /);
  t.match(await faultsOf(view('condition: Priority = 1 AND MediaType = 2')), /column 30/);
  t.match(await faultsOf(view('order: 1 + 1')), /orders nothing/);
  t.match(await faultsOf('views:\n  - { name: in, queue: out }\n'), /a queue has the same name/);
  const property = (type: string) => `customProperties:\n  - { name: Lang, type: ${type} }\n`;
  t.equal(await faultsOf(`${property('string')}${view("condition: Lang = 'de'")}`), 'taken');
  t.match(await faultsOf(property('number')), /Lang is a number/, 'of what another change does');
});
