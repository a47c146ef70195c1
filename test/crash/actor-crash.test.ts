/**
 * The actor of partition 0 is crashed 16 times (`IXION_RUNS=n`: n times) while it holds all
 * the work it may, in a real server under load: every request is answered once, nothing is
 * lost or done twice, the other partitions refuse nothing and go on, and the counters are
 * exact over all the rebuilds.
 */
import t from 'tap';
import { connect, type Client, type ClientType } from '../../lib/client/index.js';
import { seededRandom } from '../../lib/clock.js';
import { homeOf } from '../../lib/interaction/identifier.js';
import { limits } from '../../lib/limits.js';
import { directoryOf } from '../fixture/directory.js';
import { sumOf, Tally } from './counting-transport.js';
import { ExpectedQueue } from './expected.js';
import { KillableServer } from './killable-server.js';
import { Workload } from './workload.js';

const partitions = 4;
/** A multiple of what one client may cause. */
const crashes = Number(process.env['IXION_RUNS'] ?? 16);
const requestTimeoutMs = 120_000;
const floodBytes = 500_000;
/** More than the credit of a partition, together. */
const floodCount = Math.ceil(limits.partitionCreditBytes / floodBytes) + 4;
const seedOfRun = process.env['IXION_SEED'];
const seed = seedOfRun === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(seedOfRun);

const environment = {
  IXION_FAULT_INJECTION: 'true',
  // Half of what the server bears: an address may not cause all of it, see `Faults`.
  IXION_SUPERVISION_INTENSITY: String(crashes * 2),
  IXION_SUPERVISION_PERIOD_MS: '3600000',
  IXION_THREADS: '2',
  IXION_EVENT_RETENTION_GIGABYTES: '0.1',
  IXION_COLLECT_REQUEST_COUNTERS: 'true',
  IXION_COLLECT_ERROR_COUNTERS: 'true',
};

/** Clients of one server whose frames are counted together. */
class Crew {
  readonly tally = new Tally();
  readonly clients: Client[] = [];
  readonly #server: string;

  constructor(server: string) {
    this.#server = server;
  }

  async connect(clientName: string, clientType: ClientType): Promise<Client> {
    const client = await connect({
      server: this.#server,
      clientName,
      clientType,
      requestTimeoutMs,
      transport: this.tally.transport,
      reconnect: false,
    });
    this.clients.push(client);
    return client;
  }

  async workload(name: string, number: number, queues: ExpectedQueue[]): Promise<Workload> {
    const agent = await this.connect(`${name}.agent`, 'AgentApplication');
    const media = await this.connect(`${name}.media`, 'MediaServer');
    const isAllowedId = (id: string): boolean =>
      queues.some(({ partition }) => partition === homeOf(id, partitions));
    return new Workload({ name, seed: seed + number, queues, agent, media, isAllowedId });
  }
}

/** Sends changes of much data, more than the partition may hold, and in their midst the request. */
async function crashUnderFull(
  flood: Client,
  ids: readonly string[],
  crash: () => Promise<unknown>,
): Promise<{ outcome: unknown; refused: unknown[] }> {
  const blob = 'x'.repeat(floodBytes);
  const change = (id: string): Promise<unknown> =>
    flood.changeProperties(id, { changed: { blob } }).then(
      () => undefined,
      (error: unknown) => error,
    );
  const middle = Math.floor(ids.length / 2);
  const before = ids.slice(0, middle).map(change);
  const crashed = crash().catch((error: unknown) => error);
  const after = ids.slice(middle).map(change);
  const answers = await Promise.all([...before, ...after]);
  return { outcome: await crashed, refused: answers.filter((error) => error !== undefined) };
}

async function submitMany(client: Client, queue: string, count: number): Promise<string[]> {
  const submissions = Array.from({ length: count }, () =>
    client.submit({ queue, mediaType: 'email', interactionType: 'Inbound' }),
  );
  return (await Promise.all(submissions)).map(({ interactionId }) => interactionId);
}

t.setTimeout(300_000);

t.test(`${crashes} crashes of an actor with full credits`, async (t) => {
  t.comment(`IXION_SEED=${seed}`);
  const flooded = new ExpectedQueue('flooded', 0);
  const workloadQueues = Array.from({ length: 6 }, (_, workload) => {
    // Half of the workloads have to do with partition 0, half have not.
    const places = workload < 3 ? [0, 1, 2] : [1, 2, 3];
    return places.map((place) => new ExpectedQueue(`workload${workload}.queue${place}`, place));
  });
  const queues = [flooded, ...workloadQueues.flat()];
  const server = await KillableServer.create(directoryOf(t), queues, environment);
  t.teardown(() => server.kill());

  const touched = new Crew(server.listen);
  const others = new Crew(server.listen);
  const sentAwayCrew = new Crew(server.listen);
  const workloads = await Promise.all(
    workloadQueues.map((own, workload) =>
      (workload < 3 ? touched : others).workload(`workload${workload}`, workload, own),
    ),
  );
  const othersLanes = workloads.slice(3);
  const media = await touched.connect('media', 'MediaServer');
  const flood = await touched.connect('flood', 'MediaServer');
  const ids = await submitMany(media, flooded.name, floodCount);

  let isPaused = false;
  const work = Promise.all(workloads.map((workload) => workload.work(() => isPaused)));
  const random = seededRandom(seed);
  const acknowledgedByOthers = (): number =>
    othersLanes.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  for (let done = 0; done < crashes; done += limits.crashesPerClient) {
    const before = acknowledgedByOthers();
    const userData = { 'ixion.crash': done };
    // Whoever crashes an actor twice is sent away: each two crashes have a client of their own.
    const crasher = await sentAwayCrew.connect(`crasher ${done}`, 'MediaServer');
    const { outcome, refused } = await crashUnderFull(flood, ids, () =>
      random.fraction() < 0.5
        ? crasher.submit({
            queue: flooded.name,
            mediaType: 'email',
            interactionType: 'Inbound',
            userData,
          })
        : crasher.changeProperties(ids[0]!, { added: userData }),
    );
    const name = (outcome as { errorName?: string } | undefined)?.errorName;
    if (!sentAway.has(name ?? '')) t.fail(`crash ${done}: ${String(outcome)}`);
    if (refused.length > 0) t.fail(`crash ${done}: ${refused.map(String).join()}`);
    // The others go on: else this waits for ever.
    while (acknowledgedByOthers() === before && othersLanes.every((workload) => workload.isSound)) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
  isPaused = true;
  await work;

  for (const workload of workloads) await workload.check();
  t.strictSame(
    workloads.flatMap(({ complaints }) => complaints),
    [],
    `IXION_SEED=${seed}`,
  );
  const pong = await media.ping();
  const tallies = [touched.tally, others.tally, sentAwayCrew.tally];
  // The last thing that a client sends, or is answered, is lost when its connection is closed.
  const crashers = crashes / limits.crashesPerClient;
  const sent = sumOf(tallies.map(({ requests }) => requests));
  t.strictSame(beyond(sent, pong.requests, crashers), {}, 'requests counted');
  const got = sumOf(tallies.map(({ errors }) => errors));
  t.strictSame(beyond(pong.errors!, got, crashers), {}, 'errors counted');
  t.strictSame(
    tallies.flatMap(({ complaints }) => complaints),
    [],
    'one answer to each request',
  );
  const { Unavailable = 0, Busy = 0, ClientRefused } = got;
  t.ok(Unavailable >= crashes, `Unavailable ${Unavailable} times`);
  t.ok(Busy > 0, `credits were full ${Busy} times`);
  t.equal(ClientRefused, crashes / limits.crashesPerClient);
  const passing = Object.keys(others.tally.errors).filter((name) => !ordinary.has(name));
  t.strictSame(passing, [], 'other partitions refused nothing because of it');

  for (const { clients } of [touched, others, sentAwayCrew]) {
    await Promise.all(clients.map((client) => client.close()));
  }
  t.equal(await server.stop(), 0);
  t.match(server.log, /faultInjection is on/, 'such a server says what it is');
  t.equal(server.log.match(/partition-0 ended: crash/g)?.length, crashes);
  t.strictSame(await server.verify(), []);
});

/** Counts of which there are more on the left by more than `most` in all, or less. */
function beyond(
  left: Readonly<Record<string, number>>,
  right: Readonly<Record<string, number>> | undefined,
  most: number,
): Record<string, number> {
  const differences = Object.keys({ ...left, ...right }).flatMap((name) => {
    const difference = (left[name] ?? 0) - (right?.[name] ?? 0);
    return difference === 0 ? [] : [[name, difference] as const];
  });
  const sum = differences.reduce((all, [, difference]) => all + difference, 0);
  const isFine = sum <= most && differences.every(([, difference]) => difference > 0);
  return isFine ? {} : Object.fromEntries(differences);
}

/** How the request of a client ends whose connection was closed for it. */
const sentAway: ReadonlySet<string> = new Set(['ClientRefused', 'ConnectionLost']);

/**
 * Answers to what workloads ask on purpose: a pull of what is not free, a look at what was stopped.
 */
const ordinary: ReadonlySet<string> = new Set([
  'HeldByAnother',
  'NotInRequiredState',
  'UnknownInteraction',
]);
