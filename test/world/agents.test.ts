/** A world with somebody at its desk: agents log in, and the desk's actor may crash. */
import t from 'tap';
import { RouteKind } from '../../lib/protocol/index.js';
import { createWorld, type World } from '../../lib/world/index.js';
import { type Asked, type Came, FrameClient, registration, toId } from './frame-client.js';

const objects =
  'media: [{name: chat, online: true}]\nplaces: [{name: desk}]\nagents: [{name: ann}]\n';

async function worldOf(seed: number): Promise<World> {
  const world = await createWorld({
    seed,
    partitions: 2,
    queues: [{ name: 'mail', queues: [{ name: 'in', partition: 0 }] }],
    withAgents: true,
    order: 'drawn',
  });
  await world.apply(objects);
  return world;
}

/** Sends and waits for the answer. */
function ask(world: World, client: FrameClient, came: Came[], asked: Asked): Promise<Came> {
  const reference = came.length + 1_000;
  client.send(1, reference, asked);
  const answer = async (): Promise<Came> => {
    for (;;) {
      const found = came.find((one) => one.reference === reference);
      if (found !== undefined) return found;
      await world.stepOrWait();
    }
  };
  return answer();
}

const login: Asked = {
  name: 'RequestAgentLogin',
  route: { kind: RouteKind.agent, key: 'ann' },
  body: { AgentId: 'ann', PlaceId: 'desk', MediaList: { chat: 1 } },
};

async function loggedIn(world: World) {
  const came: Came[] = [];
  const client = new FrameClient(world, {
    came: (one) => void came.push(one),
    closed: () => undefined,
  });
  await ask(world, client, came, registration('desktop', 'AgentApplication'));
  return { client, came, answer: await ask(world, client, came, login) };
}

t.test('an agent logs in, and is back after a kill', async (t) => {
  const world = await worldOf(1);
  const { answer } = await loggedIn(world);
  t.equal(answer.name, 'EventAck');
  t.match(world.life.agents?.desk, { size: 1, lost: 0 });
  world.kill();
  await world.untilServing();
  t.equal((await loggedIn(world)).answer.name, 'EventAck');
  t.match(world.life.agents?.counts, { loggedIn: 1, lost: 0, logins: 0 });
  await world.stop();
});

t.test('news that a crash of the desk leaves behind is taken all the same', async (t) => {
  for (const seed of [1, 2, 3]) {
    // One of these steps is that at which the news waits for the actor.
    for (let steps = 1; steps <= 6; steps++) {
      const world = await worldOf(seed);
      const { client } = await loggedIn(world);
      client.destroy();
      for (let step = 0; step < steps; step++) await world.step();
      world.crash('desk');
      await world.run(world.clock.monotonicMs() + 1_000);
      const { counts } = world.life.agents!;
      t.match(counts, { loggedIn: 1, lost: 1, clients: 0 }, `seed ${seed}, ${steps} steps`);
      await world.stop();
    }
  }
});

/** A client of a type, registered. */
async function clientOf(world: World, type: string) {
  const came: Came[] = [];
  const client = new FrameClient(world, {
    came: (one) => void came.push(one),
    closed: () => undefined,
  });
  await ask(world, client, came, registration(type, type));
  return { client, came, ask: (asked: Asked) => ask(world, client, came, asked) };
}

t.test('what is told while a partition reports is not undone by what it reports', async (t) => {
  const InteractionId = 'call';
  const Submission = { InteractionId, Queue: 'in', MediaType: 'chat', InteractionType: 'Inbound' };
  const toAnn = { kind: RouteKind.agent, key: 'ann' };
  const world = await worldOf(1);
  const { client, came } = await loggedIn(world);
  const mail = await clientOf(world, 'MediaServer');
  await mail.ask({ name: 'RequestSubmit', route: toId('call'), body: Submission });
  const router = await clientOf(world, 'RoutingEngine');
  const body = { InteractionId, AgentId: 'ann' };
  // A moment after a start partitions have not reported.
  for (;;) {
    const { error } = await router.ask({ name: 'RequestDeliver', route: toAnn, body });
    if (error === undefined) break;
  }
  const accept = { InteractionId, TicketId: 1 };
  await ask(world, client, came, { name: 'RequestAccept', route: toId('call'), body: accept });
  world.kill();
  while (world.life.agents === undefined) await world.stepOrWait();
  const { agents } = world.life;
  // What a partition has reported is not worked by before this is answered.
  let goOn: (() => void) | undefined;
  const waits = new Promise<void>((resolve) => (goOn = resolve));
  const { directory } = agents;
  const knowMedia = directory.knowMedia.bind(directory);
  const gate = { isWaiting: false };
  directory.knowMedia = async (names) => {
    const media = [...names];
    if (media.includes('chat')) {
      gate.isWaiting = true;
      await waits;
    }
    await knowMedia(media);
  };
  while (!gate.isWaiting) await world.stepOrWait();
  const again = await clientOf(world, 'MediaServer');
  const stop = { name: 'RequestStopProcessing', route: toId('call') } as const;
  t.match(await again.ask({ ...stop, body: { InteractionId } }), { name: 'EventAck' });
  await world.run(world.clock.monotonicMs() + 100);
  goOn!();
  await world.run(world.clock.monotonicMs() + 100);
  t.match(agents.counts, { invitations: { open: 0 } });
  await world.stop();
});
