/**
 * Requests of one client for one interaction are executed in the order in which they were sent,
 * while it moves between partitions, actors crash, and other clients move it as well.
 * `IXION_RUNS=n` runs more seeds, `IXION_SEED=n` one.
 */
import { Unpackr } from 'msgpackr';
import t from 'tap';
import { packKeyValues } from '../../lib/interaction/attached-data.js';
import { homeOf } from '../../lib/interaction/identifier.js';
import type { Answer, Operation, SessionInfo } from '../../lib/partition/request.js';
import { op } from '../partition/support.js';
import { digestOfOperation } from '../partition/digest.js';
import { World } from '../partition/world.js';

const partitions = 4;
const batches = 16;
const unpackr = new Unpackr({ mapsAsObjects: true });

const queues = Array.from({ length: partitions }, (_, index) => ({
  number: index + 1,
  name: `q${index}`,
  businessProcess: 'order',
  partition: index,
}));
const sessionOf = (number: number): SessionInfo => ({
  number,
  sessionKey: String(number).padStart(32, '0'),
  clientName: `client ${number}`,
  clientType: 'MediaServer',
  tenantId: 1,
});

interface Sent {
  readonly operation: Operation;
  /** Of a change, what it writes. */
  readonly count: number;
  answer: Answer | undefined;
}

/** Writes ascending numbers into one interaction, moves it about, and reads it, without waiting. */
class Client {
  readonly id: string;
  readonly session: SessionInfo;
  sent: Sent[] = [];
  #count = 0;

  constructor(id: string, session: SessionInfo) {
    this.id = id;
    this.session = session;
  }

  next(fraction: number, queue: string): Sent {
    const { id } = this;
    if (fraction < 0.3) return { operation: op.place(id, queue), count: 0, answer: undefined };
    if (fraction < 0.6) return { operation: op.get(id), count: 0, answer: undefined };
    const count = ++this.#count;
    const ChangedProperties = packKeyValues({ [this.session.clientName]: count });
    return { operation: op.change(id, { ChangedProperties }), count, answer: undefined };
  }

  /** Each read saw exactly the changes before it that were done. */
  faults(mayBeLost: boolean): string[] {
    const faults: string[] = [];
    let [written, last] = [0, 0];
    for (const { operation, count, answer } of this.sent) {
      if (answer === undefined && !mayBeLost) faults.push(`${operation.kind} was not answered`);
      if (operation.kind === 'change' && answer?.kind === 'ack') written = last = count;
      // What a crash has interrupted may be done or not.
      if (operation.kind === 'change' && answer?.kind !== 'ack') last = count;
      if (answer?.kind !== 'properties') continue;
      const { UserData } = unpackr.unpack(answer.properties) as {
        UserData?: Record<string, number>;
      };
      const read = UserData?.[this.session.clientName] ?? 0;
      if (read < written || read > last) faults.push(`${read} was read, not ${written}`);
    }
    return faults;
  }
}

/** Two clients to an interaction: each knows its own order, and moves it under the other's feet. */
async function run(seed: number, crashChance: number): Promise<string[]> {
  const clients: Client[] = [];
  const answers = new Map<number, Sent>();
  const sessions = Array.from({ length: 8 }, (_, index) => sessionOf(index + 1));
  const world = new World({
    seed,
    partitions,
    queues,
    sessions,
    onAnswer: (reference, answer) => {
      const sent = answers.get(reference);
      if (sent !== undefined) sent.answer ??= answer;
    },
  });
  await world.start();
  const { random } = world;
  const any = (count: number): number => Math.floor(random.fraction() * count);
  const send = (client: Client, sent: Sent): void => {
    const reference = answers.size + 1;
    answers.set(reference, sent);
    client.sent.push(sent);
    const { operation } = sent;
    const route = { session: client.session, reference, proxyClient: 1, frame: undefined };
    const digest = digestOfOperation(operation);
    const request = { ...route, operation, digest, retried: false, hops: 0 };
    world.submit(homeOf(client.id, partitions), request);
  };
  for (const session of sessions) {
    const id = `order.${session.number >> 1}`;
    const client = new Client(id, session);
    clients.push(client);
    const InteractionId = id;
    const submit = op.submit('q0', { InteractionId });
    if (session.number % 2 === 0) send(client, { operation: submit, count: 0, answer: undefined });
  }
  await world.settle();
  const faults: string[] = [];
  for (let batch = 0; batch < batches && faults.length === 0; batch++) {
    for (let step = 0; step < 120; step++) {
      if (random.fraction() < 0.5) {
        const client = clients[any(clients.length)]!;
        send(client, client.next(random.fraction(), `q${any(partitions)}`));
      } else await world.step();
      if (random.fraction() < crashChance) await world.crash(any(partitions));
    }
    await world.settle();
    for (const client of clients) {
      faults.push(
        ...client.faults(crashChance > 0).map((fault) => `${client.session.clientName}: ${fault}`),
      );
    }
  }
  return [...faults, ...world.faults()];
}

const only = process.env['IXION_SEED'];
const runs = Number(process.env['IXION_RUNS'] ?? 4);
const first = only === undefined ? 1 : Number(only);
for (const crashChance of [0, 0.004]) {
  t.test(`in the order sent, crashes ${crashChance}`, async (t) => {
    for (let seed = first; seed < first + (only === undefined ? runs : 1); seed++) {
      const faults = await run(seed, crashChance);
      t.strictSame(faults.slice(0, 3), [], `seed ${seed}`);
      if (!t.passing()) break;
    }
  });
}
