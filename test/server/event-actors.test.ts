/**
 * Any actor reads events: a partition in a thread of its own, and on the main thread, by the
 * runtime, the actor that clients' events go through and another one, which crashes now and then.
 */
import t, { type Test } from 'tap';
import {
  startActorSystem,
  type Actor,
  type ActorContext,
  type ActorRef,
  type Behaviour,
  type ChildSpec,
  type Envelope,
} from '../../lib/actor/index.js';
import { createCounterBlock } from '../../lib/counters/index.js';
import { counterGroups } from '../../lib/counters/kpi.js';
import { EventNumber } from '../../lib/interaction/event.js';
import { limits } from '../../lib/limits.js';
import { barrierActorName } from '../../lib/mail/backup-barrier.js';
import { deskActorName } from '../../lib/mail/desk.js';
import { diskReportsName } from '../../lib/mail/disk-reports.js';
import { framesEnd, isEventTag, readerAt, readersOfTag } from '../../lib/mail/events.js';
import {
  frontActorName,
  partitionActorName,
  type EventStart,
  type PartitionMessage,
} from '../../lib/mail/partition.js';
import { packQueues } from '../../lib/partition/rows/queue-list.js';
import { decodeAnswer } from '../../lib/protocol/body.js';
import { frameLength, readHeader } from '../../lib/protocol/frame.js';
import { FrameWriter } from '../../lib/protocol/frame-writer.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { firstTimeline } from '../../lib/timeline.js';
import { directoryOf } from '../fixture/directory.js';
import { eventually } from '../net/harness.js';

const auditName = 'audit-reader';
const deadlineMs = 10_000;
/** Less than the events of the test: it is given back again and again. */
const creditBytes = 4_096;

/** What one actor got: by reader the events in order, each `number:Sequence`. */
class Got {
  readonly events = new Map<number, string[]>();
  readonly told: unknown[] = [];
  answers = 0;
  crashed = 0;

  of(reader: number): string[] {
    let events = this.events.get(reader);
    if (events === undefined) this.events.set(reader, (events = []));
    return events;
  }

  sequences(reader: number): number[] {
    return this.of(reader).map((event) => Number(event.split(':')[1]));
  }
}

function frames(bytes: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += frameLength(bytes, at)) found.push(bytes.subarray(at));
  return found;
}

/** An actor that reads events of partition 0 as `lib/mail/events.ts` says. */
class ReadingActor implements Actor<'crash'> {
  readonly #context: ActorContext<'crash'>;
  readonly #got: Got;
  readonly #partition: ActorRef<PartitionMessage>;

  constructor(context: ActorContext<'crash'>, got: Got) {
    this.#context = context;
    this.#got = got;
    this.#partition = context.resolve(partitionActorName(0));
  }

  receive(batch: readonly Envelope<'crash'>[]): void {
    for (const envelope of batch) {
      if (envelope.kind === 'message') this.#receiveMessage(envelope.message);
      else if (!isEventTag(envelope.tag)) this.#got.answers += frames(envelope.bytes).length;
      else this.#take(envelope.tag, envelope.bytes);
    }
  }

  /** Partitions tell the front of crashes. */
  #receiveMessage(message: unknown): void {
    if (message === 'crash') throw new Error('the test asked for a crash');
    this.#got.told.push(message);
  }

  #take(tag: number, bytes: Uint8Array): void {
    const target = this.#context.name;
    const readers = readersOfTag(tag);
    if (readers === 0) return void this.#partition.tell({ type: 'mark-passed', target });
    const end = framesEnd(tag, bytes);
    const events = frames(bytes.subarray(0, end)).map((frame) => {
      const { message, bodyStart, bodyEnd } = readHeader(frame, 0);
      return `${message}:${Number(decodeAnswer(frame, bodyStart, bodyEnd)['Sequence'])}`;
    });
    for (let index = 0; index < readers; index++) {
      const reader = readerAt(tag, bytes, index);
      this.#got.of(reader).push(...events);
      this.#partition.tell({ type: 'event-credit', target, credits: [reader, end] });
    }
  }
}

const behaviourOf = (got: Got): Behaviour<undefined, 'crash'> => ({
  start: (_, context) => new ReadingActor(context, got),
  unavailable: () => {
    got.crashed++;
  },
});

const quiet: Behaviour<undefined, never> = {
  start: () => ({ receive: () => undefined }),
  unavailable: () => undefined,
};

const child = (id: string, behaviour: string, thread = 0, argument?: unknown): ChildSpec => ({
  id,
  behaviour,
  argument,
  thread,
  restart: 'permanent',
  shutdownMs: 5_000,
});

class World {
  readonly front = new Got();
  readonly audit = new Got();
  readonly partition: ActorRef<PartitionMessage>;
  readonly auditRef: ActorRef<'crash'>;
  readonly #writer = new FrameWriter();
  #submitted = 0;

  private constructor(system: Awaited<ReturnType<typeof startActorSystem>>) {
    this.partition = system.ref(partitionActorName(0));
    this.auditRef = system.ref(auditName);
  }

  static async start(t: Test): Promise<World> {
    let world: World | undefined;
    const behaviours = (which: 'front' | 'audit'): Behaviour<undefined, 'crash'> => ({
      start: (argument, context) => behaviourOf(world![which]).start(argument, context),
      unavailable: (envelope, context) => behaviourOf(world![which]).unavailable(envelope, context),
    });
    const module = new URL('../../workers/partition-thread.js', import.meta.url);
    const system = await startActorSystem({
      threads: [{ name: 'partitions', module }],
      behaviours: { front: behaviours('front'), audit: behaviours('audit'), quiet },
      onReport: () => undefined,
      onEscalation: (report) => t.fail(JSON.stringify(report)),
      onThreadDeath: () => t.fail('a thread died'),
      intensity: 10,
      periodMs: 60_000,
      counters: createCounterBlock({ groups: counterGroups, lanes: 2 }),
    });
    t.teardown(() => system.stop(5_000));
    world = new World(system);
    await system.start([
      child(frontActorName, 'front'),
      child(auditName, 'audit'),
      child(barrierActorName, 'quiet'),
      child(diskReportsName, 'quiet'),
      child(deskActorName, 'quiet'),
      child(partitionActorName(0), 'partition', 1, partitionArgument(t)),
    ]);
    await world.#prepare();
    return world;
  }

  async #prepare(): Promise<void> {
    const queue = { number: 1, name: 'in', businessProcess: 'test', partition: 0 };
    const list = { version: 1, highest: 1, closing: [], chunks: packQueues([queue]) };
    await this.#ask({ type: 'replace-queues', list, also: undefined });
    for (const tenantId of [1, 2]) {
      const info = {
        number: tenantId,
        sessionKey: String(tenantId).padStart(32, '0'),
        clientName: `media-${tenantId}`,
        clientType: 'MediaServer' as const,
        tenantId,
      };
      this.partition.tell({ type: 'session-opened', info });
    }
  }

  #ask<Answer>(message: PartitionMessage): Promise<Answer> {
    return this.partition.ask<Answer>(message, { deadlineMs });
  }

  /** So many submits of a tenant; resolves when they are answered. */
  async submit(count: number, tenant = 1): Promise<void> {
    const until = this.front.answers + count;
    for (let left = count; left > 0; left--) this.send(tenant);
    await eventually(() => this.front.answers >= until);
  }

  send(tenant: number, more: object = {}): void {
    const body = { Queue: 'in', MediaType: 'chat', InteractionType: 'Inbound', ...more };
    this.#writer.write(101, 0, ++this.#submitted, 0, RouteKind.queue, 'in', body);
    this.partition.tellBytes(tenant, this.#writer.take());
  }

  async subscribe(target: string, reader: number, start: EventStart, more: object = {}) {
    const filter = { wanted: undefined, tellUpToDate: false };
    const before = await this.#ask<number>({
      type: 'subscribe',
      target,
      reader,
      start,
      ...filter,
      ...more,
    });
    this.partition.tell({ type: 'event-credit', target, credits: [reader, creditBytes] });
    return before;
  }
}

const partitionArgument = (t: Test) => ({
  partition: 0,
  partitions: 1,
  directory: directoryOf(t),
  storeId: 'test',
  timeline: firstTimeline('test'),
  create: true,
  reconnectTimeoutMs: 3_600_000,
  identifierRetentionMs: limits.retryKeyMs,
  eventRetentionMs: 3_600_000,
  eventRetentionBytes: 1e9,
  diskReserves: { commitBytes: 0, moveBytes: 0, submitBytes: 0 },
  faultInjection: true,
});

const ofBoth = (kinds: number[]) => [1, 2].map((tenant) => ({ tenant, kinds }));
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

t.test('two actors read the events of one partition, each by its own numbers', async (t) => {
  const world = await World.start(t);
  const { front, audit } = world;
  await world.submit(150, 1);
  await world.submit(150, 2);
  const kinds = [EventNumber.InteractionSubmitted];
  t.equal(
    await world.subscribe(
      frontActorName,
      7,
      { from: 'oldest' },
      { wanted: [{ tenant: 1, kinds: undefined }] },
    ),
    0,
  );
  t.equal(await world.subscribe(auditName, 7, { from: 'oldest' }), 0);
  await world.subscribe(auditName, 8, { from: 'oldest' }, { wanted: [{ tenant: 2, kinds }] });
  await world.subscribe(auditName, 9, { from: 'oldest' }, { wanted: ofBoth([EventNumber.Held]) });
  await eventually(() => audit.of(7).length >= 300 && audit.of(8).length >= 150);
  await eventually(() => front.of(7).length >= 150);
  await world.submit(100, 1);
  await world.submit(100, 2);
  await eventually(() => audit.of(7).length >= 500 && audit.of(8).length >= 250);
  await eventually(() => front.of(7).length >= 250);
  t.strictSame(audit.sequences(7), upTo(500), 'all, in order, through little credit');
  t.strictSame(
    audit.sequences(8),
    upTo(500).filter((one) => (one > 150 && one <= 300) || one > 400),
  );
  t.strictSame(
    front.sequences(7),
    upTo(500).filter((one) => one <= 150 || (one > 300 && one <= 400)),
  );
  t.strictSame(audit.of(9), []);
});

t.test('an actor that crashed goes on after what it has, and nobody else notices', async (t) => {
  const world = await World.start(t);
  const { front, audit } = world;
  await world.submit(200);
  await world.subscribe(frontActorName, 1, { from: 'oldest' });
  await world.subscribe(auditName, 1, { from: 'oldest' });
  await eventually(() => audit.of(1).length >= 10);
  world.auditRef.tell('crash');
  await eventually(() => audit.crashed > 0);
  world.partition.tell({ type: 'unsubscribe-all', target: auditName });
  await world.submit(100);
  const sequence = audit.sequences(1).at(-1)!;
  const timeline = firstTimeline('test').id;
  await world.subscribe(auditName, 2, { from: 'after', sequence, timeline });
  await eventually(() => audit.sequences(2).at(-1) === 300);
  t.strictSame([...audit.sequences(1), ...audit.sequences(2)], upTo(300));
  await eventually(() => front.of(1).length >= 300);
  t.strictSame(front.sequences(1), upTo(300));
});

t.test('readers of every actor outlive a crash of their partition', async (t) => {
  const world = await World.start(t);
  const { front, audit } = world;
  await world.subscribe(frontActorName, 1, { from: 'oldest' });
  await world.subscribe(auditName, 1, { from: 'next' });
  await world.submit(120);
  world.send(1, { UserData: { 'ixion.crash': 1 } });
  await eventually(() => front.told.length > 0);
  t.match(front.told, [{ type: 'client-crashed', session: 1 }]);
  await world.submit(120);
  await eventually(() => audit.of(1).length >= 240 && front.of(1).length >= 240);
  t.strictSame(audit.sequences(1), upTo(240));
  t.strictSame(front.sequences(1), upTo(240));
});
