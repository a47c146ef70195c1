/** A world with somebody at its desk: agents log in, and the desk's actor may crash. */
import t from 'tap';
import { RouteKind } from '../../lib/protocol/index.js';
import { createWorld, type World } from '../../lib/world/index.js';
import { type Asked, type Came, FrameClient, registration } from './frame-client.js';

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
