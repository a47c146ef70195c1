/** A whole server in one thread on a virtual clock: it serves, it repeats itself, it is killed. */
import { createHash } from 'node:crypto';
import t from 'tap';
import { verifyStore } from '../../lib/data/verify.js';
import { createWorld, type World } from '../../lib/world/index.js';
import { directoryOf } from '../fixture/directory.js';
import { type Asked, type Came, FrameClient, registration, toId, toQueue } from './frame-client.js';

const queues = [
  {
    name: 'mail',
    queues: [
      { name: 'in', partition: 0 },
      { name: 'out', partition: 1 },
    ],
  },
];

const newWorld = (seed: number, order: 'drawn' | 'given' = 'given'): Promise<World> =>
  createWorld({ seed, partitions: 2, threads: 2, queues, order });

const submit = (queue: string, id?: string): Asked => ({
  name: 'RequestSubmit',
  route: id === undefined ? toQueue(queue) : toId(id),
  body: { Queue: queue, MediaType: 'email', InteractionType: 'Inbound', InteractionId: id },
});
const place = (id: string, queue: string): Asked => ({
  name: 'RequestPlaceInQueue',
  route: toId(id),
  body: { InteractionId: id, Queue: queue },
});

/** A client of a world that waits for each answer. */
class Asker {
  readonly #world: World;
  readonly #client: FrameClient;
  readonly #waiting = new Map<number, (came: Came) => void>();
  #reference = 0;

  constructor(world: World) {
    this.#world = world;
    this.#client = new FrameClient(world, {
      came: (came) => this.#waiting.get(came.reference)?.(came),
      closed: () => undefined,
    });
  }

  ask(asked: Asked): Promise<Came> {
    const reference = ++this.#reference;
    const answer = new Promise<Came>((resolve) => this.#waiting.set(reference, resolve));
    this.#client.send(1, reference, asked);
    return this.#world.until(answer);
  }
}

async function askerOf(world: World): Promise<Asker> {
  const asker = new Asker(world);
  await asker.ask(registration('media', 'MediaServer'));
  return asker;
}

t.test('requests are answered through frames, moves between partitions among them', async (t) => {
  const world = await newWorld(1);
  const asker = await askerOf(world);
  const { name, body } = await asker.ask(submit('in', 'mine'));
  t.equal(name, 'EventAck');
  t.match(body, { Extension: { InteractionId: 'mine' } });
  t.equal((await asker.ask(place('mine', 'out'))).name, 'EventAck');
  const got = await asker.ask({
    name: 'RequestGetInteractionProperties',
    route: toId('mine'),
    body: { InteractionId: 'mine' },
  });
  t.match(got.body, { Interaction: { Queue: 'out', InteractionVersion: 2 } });
  await world.stop();
});

t.test('a day passes at once, and an order that is drawn repeats itself', async (t) => {
  const digest = async (seed: number): Promise<string> => {
    const world = await newWorld(seed, 'drawn');
    const asker = await askerOf(world);
    const hash = createHash('sha256');
    for (let count = 0; count < 20; count++) {
      const { body } = await asker.ask(submit(count % 2 === 0 ? 'in' : 'out'));
      const { Extension } = body as { Extension: { InteractionId: string } };
      const placed = await asker.ask(place(Extension.InteractionId, 'in'));
      hash.update(JSON.stringify([body, placed, world.clock.nowMs(), world.steps]));
    }
    await world.run(world.clock.monotonicMs() + 3_600_000);
    await world.stop();
    return hash.update(String(world.steps)).digest('hex');
  };
  const [one, again, other] = [await digest(5), await digest(5), await digest(6)];
  t.equal(one, again);
  t.not(one, other);
});

t.test('what was acknowledged survives kill -9, and is a store', async (t) => {
  const world = await newWorld(2);
  const asker = await askerOf(world);
  await asker.ask(submit('in', 'kept'));
  await asker.ask(place('kept', 'out'));
  world.kill();
  await world.untilServing();
  const again = await askerOf(world);
  t.match((await again.ask(submit('in', 'kept'))).body, { Extension: { Duplicate: 1 } });
  await world.stop();
  const directory = directoryOf(t);
  await world.exportTo(directory);
  t.equal((await verifyStore(directory)).faults, 0);
});

t.test('a partition that crashes is built anew by its supervisor', async (t) => {
  const world = await newWorld(3);
  const asker = await askerOf(world);
  await asker.ask(submit('in', 'before'));
  world.crash('partition-0');
  let answer = await asker.ask(submit('in', 'after'));
  for (let tries = 0; answer.error === 'Unavailable' && tries < 5; tries++) {
    answer = await asker.ask(submit('in', 'after'));
  }
  t.equal(answer.name, 'EventAck');
  t.ok(await world.until(world.backup()), 'all partitions meet for a backup');
  await world.stop();
});
