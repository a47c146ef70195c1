/**
 * Requests of one client for one interaction are executed in the order in which they were sent,
 * while it moves between partitions, actors crash, and other clients move it as well.
 * `IXION_RUNS=n` runs more seeds, `IXION_SEED=n` one.
 */
import t from 'tap';
import { createWorld, type World } from '../../lib/world/index.js';
import { type Asked, type Came, toId } from '../world/frame-client.js';
import { faultsOf } from './consistency.js';
import { SimClient } from './sim-client.js';

const partitions = 4;
const batches = 8;
const settleMs = 15_000;
const queueNames = Array.from({ length: partitions }, (_, index) => `q${index}`);

interface Sent {
  readonly asked: Asked;
  /** Of a change, what it writes. */
  readonly count: number;
  answer: Came | undefined;
}

/** Writes ascending numbers into one interaction, moves it about, and reads it, without waiting. */
class Client {
  readonly id: string;
  readonly name: string;
  readonly connection: SimClient;
  readonly sent: Sent[] = [];
  readonly complaints: string[] = [];
  readonly #open = new Map<number, Sent>();
  #count = 0;

  constructor(world: World, id: string, name: string) {
    this.id = id;
    this.name = name;
    const key = world.random.bytes(16);
    this.connection = new SimClient(world, [{ name, type: 'MediaServer', key }], {
      ready: () => undefined,
      came: (came) => {
        const sent = this.#open.get(came.reference);
        if (sent !== undefined) sent.answer = came;
      },
      complain: (what) => this.complaints.push(what),
    });
  }

  submit(): void {
    const body = { InteractionId: this.id, Queue: 'q0', MediaType: 'chat' };
    this.#send('RequestSubmit', { ...body, InteractionType: 'Inbound' }, 0);
  }

  next(fraction: number, Queue: string): void {
    const { id: InteractionId } = this;
    if (fraction < 0.3) return this.#send('RequestPlaceInQueue', { InteractionId, Queue }, 0);
    if (fraction < 0.6) return this.#send('RequestGetInteractionProperties', { InteractionId }, 0);
    const count = ++this.#count;
    const ChangedProperties = { [this.name]: count };
    this.#send('RequestChangeProperties', { InteractionId, ChangedProperties }, count);
  }

  #send(name: Asked['name'], body: Asked['body'], count: number): void {
    const sent: Sent = {
      asked: { name, route: toId(this.id), body },
      count,
      answer: undefined,
    };
    this.sent.push(sent);
    this.#open.set(this.connection.send(0, sent.asked, false), sent);
  }

  /** Each read saw exactly the changes before it that were done. */
  faults(): string[] {
    const faults = [...this.complaints];
    let [written, last] = [0, 0];
    for (const { asked, count, answer } of this.sent) {
      if (answer === undefined) faults.push(`${asked.name} was not answered`);
      if (count > 0 && answer?.name === 'EventAck') written = last = count;
      // What was refused, or what a crash has interrupted, may be done or not.
      if (count > 0 && answer?.name !== 'EventAck') last = count;
      if (answer?.name !== 'EventInteractionProperties') continue;
      const { UserData } = answer.body['Interaction'] as { UserData?: Record<string, number> };
      const read = UserData?.[this.name] ?? 0;
      if (read < written || read > last) faults.push(`${read} was read, not ${written}`);
    }
    return faults.map((fault) => `${this.name}: ${fault}`);
  }
}

/** Two clients to an interaction: each knows its own order, and moves it under the other's feet. */
async function run(seed: number, crashChance: number): Promise<string[]> {
  const world = await createWorld({
    seed,
    partitions,
    threads: 1 + (seed % partitions),
    order: 'drawn',
    queues: [
      {
        name: 'order',
        queues: queueNames.map((name, partition) => ({ name, partition })),
      },
    ],
    options: { 'supervision.intensity': 100 },
  });
  const { random } = world;
  const any = (count: number): number => Math.floor(random.fraction() * count);
  const clients = Array.from({ length: 8 }, (_, index) => {
    return new Client(world, `order.${index >> 1}`, `client ${index}`);
  });
  const settle = (): Promise<void> => world.run(world.clock.monotonicMs() + settleMs);
  await settle();
  for (const [index, client] of clients.entries()) if (index % 2 === 0) client.submit();
  await settle();
  const faults: string[] = [];
  for (let batch = 0; batch < batches && faults.length === 0; batch++) {
    for (let step = 0; step < 200; step++) {
      if (random.fraction() < 0.5) {
        clients[any(clients.length)]!.next(random.fraction(), `q${any(partitions)}`);
      } else await world.step();
      if (random.fraction() < crashChance) world.crash(`partition-${any(partitions)}`);
    }
    await settle();
    faults.push(...clients.flatMap((client) => client.faults()));
  }
  await world.stop();
  return [...faults, ...faultsOf(world.disks)];
}

const only = process.env['IXION_SEED'];
const runs = Number(process.env['IXION_RUNS'] ?? 2);
const first = only === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(only);
for (const crashChance of [0, 0.004]) {
  t.test(`in the order sent, crashes ${crashChance}`, async (t) => {
    for (let seed = first; seed < first + (only === undefined ? runs : 1); seed++) {
      const faults = await run(seed, crashChance);
      t.strictSame(faults.slice(0, 3), [], `IXION_SEED=${seed}`);
      if (!t.passing()) break;
    }
  });
}
