/**
 * Order over TCP while interactions and queues move and actors crash, and ends of clients that
 * do not go smoothly.
 */
import t from 'tap';
import { errorTable, IxionError } from '../../lib/errors.js';
import { seededRandom, systemClock } from '../../lib/clock.js';
import { errorOf, startHarness } from '../net/harness.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { messageByName } from '../../lib/protocol/registry.js';
import { applyObjects } from '../transfer/support.js';
import {
  fence,
  partitions,
  propertiesOf,
  pulledOf,
  queueOf,
  startOrderServer,
  submission,
  Writer,
} from './support.js';

const seed = Number(process.env['IXION_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/**
 * At one more, by the defaults of the supervision, the address of all of them would be sent away.
 */
const crashes = 3;
const batches = 6;
const batchSize = 30;

/**
 * Pipelines changes, moves and reads of one interaction, and compares what the reads saw, while
 * another client moves it as well.
 */
class Workload {
  readonly #writer: Writer;
  readonly #mover: Writer;
  readonly #id: string;
  #count = 0;
  /** The last change that was acknowledged. */
  #written = 0;
  readonly faults: string[] = [];

  constructor(writer: Writer, mover: Writer, workload: number) {
    this.#writer = writer;
    this.#mover = mover;
    this.#id = `moving-${workload}`;
  }

  async begin(): Promise<void> {
    const { message } = await this.#writer.ask('RequestSubmit', {
      ...submission(0),
      InteractionId: this.#id,
    });
    if (message !== 125) this.faults.push('it was not submitted');
  }

  /** Writes many requests in one piece, and deals with their answers. */
  async batch(fraction: () => number): Promise<void> {
    const writer = this.#writer;
    const InteractionId = this.#id;
    const sent = Array.from({ length: batchSize }, () => {
      const dice = fraction();
      if (dice < 0.3) {
        const Queue = queueOf(Math.floor(fraction() * partitions));
        return { count: 0, reference: writer.add('RequestPlaceInQueue', { InteractionId, Queue }) };
      }
      if (dice < 0.6) {
        return {
          count: 0,
          reference: writer.add('RequestGetInteractionProperties', { InteractionId }),
        };
      }
      const count = ++this.#count;
      const body = { InteractionId, ChangedProperties: { count } };
      return { count, reference: writer.add('RequestChangeProperties', body) };
    });
    for (let index = 0; index < batchSize / 2; index++) {
      const Queue = queueOf(Math.floor(fraction() * partitions));
      this.#mover.add('RequestPlaceInQueue', { InteractionId, Queue });
    }
    this.#mover.write();
    writer.write();
    for (const { count, reference } of sent) {
      const answer = await writer.answer(reference);
      if (answer.message === 125 && count > 0) this.#written = count;
      if (answer.message === 125 || answer.message === 189) this.#compare(answer);
      else if (!notExecuted.has(errorOf(answer))) this.faults.push(JSON.stringify(answer));
    }
    const { received } = writer.raw;
    if (received.length !== batchSize) this.faults.push(`${received.length} answers`);
    writer.forget();
    await this.#mover.raw.until(() => this.#mover.raw.received.length === batchSize / 2);
    this.#mover.forget();
  }

  #compare(answer: Parameters<typeof propertiesOf>[0]): void {
    if (answer.message !== 189) return;
    const { UserData } = propertiesOf(answer) as { UserData?: { count?: number } };
    const read = UserData?.count ?? 0;
    if (read !== this.#written) this.faults.push(`${read} was read, not ${this.#written}`);
  }
}

/** Answers that say that nothing was executed. */
const notExecuted = new Set<number>([errorTable.Unavailable.code, errorTable.Busy.code]);

t.test('requests for one interaction are executed as sent, also when actors crash', async (t) => {
  const complaints: string[] = [];
  const quiet = (): void => undefined;
  const complain = (fields: object, text: string): void => {
    complaints.push(`${text} ${JSON.stringify(fields)}`);
  };
  const log = { debug: quiet, info: quiet, warn: complain, error: complain };
  const server = await startOrderServer(t, { faultInjection: true, log });
  const random = seededRandom(seed);
  const fraction = (): number => random.fraction();
  const workloads: Workload[] = [];
  for (let workload = 0; workload < 4; workload++) {
    const [writer, mover] = [await Writer.open(t, server), await Writer.open(t, server)];
    await writer.register('MediaServer', { ClientName: `media ${workload}` });
    await mover.register('MediaServer', { ClientName: `mover ${workload}` });
    workloads.push(new Workload(writer, mover, workload));
    await workloads[workload]!.begin();
    writer.forget();
    mover.forget();
  }
  const crashing = { isOver: false };
  const work = Promise.all(
    workloads.map(async (workload) => {
      for (let batch = 0; batch < batches || !crashing.isOver; batch++)
        await workload.batch(fraction);
    }),
  ).catch((error: unknown) => {
    t.fail(`IXION_SEED=${seed} ${String(error)}: ${complaints.join('; ')}`);
  });
  for (let crash = 0; crash < crashes; crash++) {
    const crasher = await Writer.open(t, server);
    await crasher.register('MediaServer', { ClientName: `crasher ${crash}` });
    const UserData = { 'ixion.crash': crash };
    const answer = await crasher.ask('RequestSubmit', submission(crash % partitions, { UserData }));
    t.equal(errorOf(answer), errorTable.Unavailable.code);
    await crasher.ask('RequestPing');
  }
  crashing.isOver = true;
  await work;
  for (const workload of workloads)
    t.strictSame(workload.faults.slice(0, 3), [], `IXION_SEED=${seed}`);
});

t.test('a queue moves between a submit and the fenced pull of it', async (t) => {
  const server = await startOrderServer(t);
  const router = await Writer.open(t, server, 'RoutingEngine');
  const Queue = queueOf(0);
  for (let round = 0; round < 4; round++) {
    const move = applyObjects(
      server,
      `queues: [{ name: ${Queue}, businessProcess: order, partition: ${(round + 1) % partitions} }]\n`,
    );
    const moving = { isOver: false };
    void move.finally(() => (moving.isOver = true));
    for (let index = 0; index < 10 || !moving.isOver; index++) {
      const InteractionId = `moved-${round}-${index}`;
      router.add('RequestSubmit', { ...submission(0), Queue, InteractionId });
      // What was taken in where the queue lived before may be on its way.
      const pull = { ViewId: Queue, WaitTimeoutMs: 60_000 };
      const answer = await router.ask('RequestPull', pull, { flags: fence });
      if (pulledOf(answer)[0] !== InteractionId)
        t.fail(`${InteractionId}: ${pulledOf(answer).join()}`);
      await router.ask('RequestStopProcessing', { InteractionId });
      router.forget();
    }
    await move;
  }
});

t.test('a connection that ends while its unregistration is under way', async (t) => {
  const server = await startOrderServer(t);
  const media = await Writer.open(t, server, 'MediaServer');
  for (let round = 0; round < 20; round++) {
    const agent = await Writer.open(t, server, 'AgentApplication');
    const ids: string[] = [];
    for (let partition = 0; partition < partitions; partition++) {
      await media.ask('RequestSubmit', submission(partition));
      ids.push(...pulledOf(await agent.ask('RequestPull', { ViewId: queueOf(partition) })));
    }
    t.equal(ids.length, partitions);
    agent.add('RequestUnregisterClient');
    agent.write();
    if (round % 2 === 0) agent.raw.socket.end();
    else agent.raw.socket.destroySoon();
    for (const InteractionId of ids) {
      const body = { InteractionId };
      // Long before the reconnect timeout of a minute, which counts for who goes without a word.
      while (
        propertiesOf(await media.ask('RequestGetInteractionProperties', body))[
          'InteractionState'
        ] !== 0
      );
      t.equal((await media.ask('RequestStopProcessing', body)).message, 125);
    }
    media.forget();
  }
});

t.test('a partition that does not say in time that all is back', async (t) => {
  const times = 100;
  const clock: typeof systemClock = {
    nowMs: () => systemClock.nowMs(),
    monotonicMs: () => systemClock.monotonicMs() * times,
    setTimer: (delayMs, callback) => systemClock.setTimer(delayMs / times, callback),
  };
  const { connect, partitions: fakes, front } = await startHarness(t, {}, undefined, { clock });
  const unavailable = fakes[1]!.onAsk;
  let asked = 0;
  fakes[1]!.onAsk = (message) => {
    if (message.type !== 'session-released') return unavailable(message);
    asked++;
    throw new IxionError('Unavailable', 'it is being rebuilt');
  };
  const client = await connect();
  await client.register(1);
  const end = await client.ask(messageByName('RequestUnregisterClient').number, 2);
  t.equal(errorOf(end), errorTable.ReturnPending.code);
  t.ok(asked > 1, `it was asked ${asked} times`);
  const after = await client.ask(101, 3, {}, { kind: RouteKind.queue, key: 'first' });
  t.equal(errorOf(after), errorTable.NotRegistered.code, 'the client is unregistered');
  t.equal(front.counts().sessions, 0);
  t.equal(errorOf(await client.register(4)), 0, 'and may register again');
});
