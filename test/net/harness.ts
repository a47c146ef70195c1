/** A real front on a free port, partitions that a test scripts, and raw TCP clients. */
import type { QueueEntry } from '../../lib/queue/entry.js';
import { firstTimeline } from '../../lib/timeline.js';
import { createConnection } from 'node:net';
import type { Socket } from 'node:net';
import type { ActorContext, ActorRef, Envelope } from '../../lib/actor/index.js';
import { seededRandom, systemClock } from '../../lib/clock.js';
import { createCounterBlock, openLane } from '../../lib/counters/index.js';
import type { CounterBlock } from '../../lib/counters/index.js';
import type { NetLimits } from '../../lib/net/net-limits.js';
import { decodeAnswer } from '../../lib/protocol/body.js';
import type { Body } from '../../lib/protocol/encode.js';
import { FrameWriter } from '../../lib/protocol/frame-writer.js';
import { FrameSplitter, readHeader } from '../../lib/protocol/frame.js';
import type { FrameHeader } from '../../lib/protocol/frame.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { writeAck } from '../../lib/protocol/replies.js';
import type { TlsMaterial } from '../../lib/security/tls.js';
import { createFront } from '../../lib/front/front.js';
import type { Front } from '../../lib/front/front.js';
import type { FrontOptions } from '../../lib/front/options.js';
import { counterGroups } from '../../lib/counters/kpi.js';
import { anyReader, eventMark, eventTag, writeUnsigned32 } from '../../lib/mail/events.js';
import { clientTag } from '../../lib/mail/sessions.js';
import type { PartitionMessage } from '../../lib/mail/partition.js';

/** What the harness needs of a test of tap. */
interface Test {
  teardown(end: () => unknown): void;
  fail(message: string): unknown;
}

export interface ForwardedFrame {
  readonly session: number;
  readonly bytes: Uint8Array;
  readonly header: FrameHeader;
}

/** A partition under a test's control: it records what it is told, and answers as scripted. */
export class FakePartition implements ActorRef<PartitionMessage> {
  readonly name: string;
  readonly number: number;
  readonly frames: ForwardedFrame[] = [];
  readonly messages: PartitionMessage[] = [];
  /** All that came, in order: the type of a message, or 'frame'. */
  readonly order: string[] = [];
  /** False: no credit. */
  credit = true;
  sent = 0;
  /** What a test says is done with; all, as long as it does not. */
  #settled: number | undefined;
  onFrame: (frame: ForwardedFrame) => void;
  onAsk: (message: PartitionMessage) => unknown = ({ type }) => {
    if (type === 'session-released') return true;
    throw new Error('not asked');
  };
  readonly #deliver: (envelope: Envelope<never>) => void;
  readonly #writer = new FrameWriter();

  constructor(number: number, deliver: (envelope: Envelope<never>) => void) {
    this.name = `partition-${number}`;
    this.number = number;
    this.#deliver = deliver;
    this.onFrame = (frame) => this.ack(frame);
  }

  get settled(): number {
    return this.#settled ?? this.sent;
  }

  set settled(mails: number) {
    this.#settled = mails;
  }

  tell(message: PartitionMessage): boolean {
    if (!this.credit) return false;
    this.sent += 1;
    this.#record(message);
    return true;
  }

  tellBytes(tag: number, source: Uint8Array, start = 0, end = source.length): boolean {
    if (!this.credit) return false;
    this.sent += 1;
    const bytes = source.slice(start, end);
    const frame = { session: tag, bytes, header: readHeader(bytes, 0) };
    this.order.push('frame');
    this.frames.push(frame);
    this.onFrame(frame);
    return true;
  }

  async ask<Answer>(message: PartitionMessage): Promise<Answer> {
    this.#record(message);
    return (await this.onAsk(message)) as Answer;
  }

  told<Type extends PartitionMessage['type']>(
    type: Type,
  ): Extract<PartitionMessage, { type: Type }>[] {
    return this.messages.filter(
      (message): message is Extract<PartitionMessage, { type: Type }> => message.type === type,
    );
  }

  /** Answers a frame with EventAck. */
  ack({ session, header }: ForwardedFrame, extension?: Body): void {
    writeAck(this.#writer, header, extension);
    this.#deliver(bytesEnvelope(session, this.#writer.take()));
  }

  /** Answers a frame with the properties of an interaction, of about so many bytes. */
  properties({ session, header }: ForwardedFrame, bytes: number): void {
    const { reference, proxyClient } = header;
    const body = { Interaction: { Filling: 'x'.repeat(bytes) } };
    this.#writer.write(189, 0, reference, proxyClient, RouteKind.none, '', body);
    this.#deliver(bytesEnvelope(session, this.#writer.take()));
  }

  /** Sends an event frame to subscriptions; `size` bytes of filling. @returns its bytes */
  event(subscriptions: number | readonly number[], sequence: number, size = 0): number {
    const readers = typeof subscriptions === 'number' ? [subscriptions] : subscriptions;
    const body = { SubscriptionId: anyReader, Sequence: sequence, Filling: 'x'.repeat(size) };
    this.#writer.write(160, 0, 0, 0, RouteKind.none, '', body);
    const frame = this.#writer.take();
    const bytes = new Uint8Array(frame.length + readers.length * 4);
    bytes.set(frame);
    readers.forEach((reader, index) => writeUnsigned32(bytes, frame.length + index * 4, reader));
    this.#deliver(bytesEnvelope(eventTag(this.number, readers.length), bytes));
    return frame.length;
  }

  /** Says something to a client that answers nothing. */
  tellClient(session: number, proxyClient: number, ErrorCode: number): void {
    const body = { ErrorCode, ErrorDescription: 'unasked' };
    this.#writer.write(187, 0, 0, proxyClient, RouteKind.none, '', body);
    this.#deliver(bytesEnvelope(clientTag(session), this.#writer.take()));
  }

  /** Asks to be told when the events so far have been dealt with. */
  mark(): void {
    this.#deliver(bytesEnvelope(eventMark(this.number), new Uint8Array(0)));
  }

  #record(message: PartitionMessage): void {
    this.order.push(message.type);
    this.messages.push(structuredClone(message));
  }
}

const bytesEnvelope = (tag: number, bytes: Uint8Array): Envelope<never> => ({
  kind: 'bytes',
  tag,
  bytes,
});

export interface Harness {
  readonly front: Front;
  readonly port: number;
  readonly partitions: readonly FakePartition[];
  readonly counters: CounterBlock;
  connect(): Promise<RawClient>;
}

export const queue = (name: string, partition: number, number = 1): QueueEntry => ({
  number,
  name,
  businessProcess: 'test',
  partition,
});

const quiet = (): void => undefined;

/** Starts a front with two partitions and the queues `first` and `second`, one in each. */
export async function startHarness(
  test: Test,
  limits: Partial<NetLimits> = {},
  tls?: TlsMaterial,
  {
    logger,
    audit,
    clock = systemClock,
    lastSession,
  }: Pick<Partial<FrontOptions>, 'logger' | 'audit' | 'clock' | 'lastSession'> = {},
): Promise<Harness> {
  const counters = createCounterBlock({ groups: counterGroups, lanes: 1 });
  const front = createFront({
    clock,
    random: seededRandom(7),
    counters,
    logger: { debug: quiet, info: quiet, warn: quiet, error: quiet, ...logger },
    supervision: { intensity: 5, periodMs: 10_000 },
    ...(audit !== undefined && { audit }),
    lastSession,
    serverVersion: '0.0.0-test',
    limits,
  });
  const actor = await front.behaviour.start(undefined, contextOf(test, counters));
  let batch: Envelope<never>[] = [];
  const deliver = (envelope: Envelope<never>): void => {
    if (batch.push(envelope) > 1) return;
    setImmediate(() => {
      const mail = batch;
      batch = [];
      void actor.receive(mail);
    });
  };
  const partitions = [new FakePartition(0, deliver), new FakePartition(1, deliver)];
  const queues = [queue('first', 0, 1), queue('second', 1, 2)];
  const { port } = await front.open({
    listen: { host: '127.0.0.1', port: 0 },
    partitions,
    queues,
    storeId: 'test',
    timeline: firstTimeline('test'),
    tls,
  });
  test.teardown(() => front.close());
  const connect = async (): Promise<RawClient> => {
    const client = await RawClient.open(port);
    test.teardown(() => client.socket.destroy());
    return client;
  };
  return { front, port, partitions, counters, connect };
}

function contextOf(test: Test, counters: CounterBlock): ActorContext<never> {
  return {
    name: 'front',
    self: undefined as never,
    incarnation: 1,
    resolve: () => undefined as never,
    clock: systemClock,
    lane: openLane(counters, 0),
    keep: new Map(),
    crash: (error) => test.fail(`the listener crashed: ${error.stack}`),
    end: () => undefined,
  };
}

/** A frame that a client got. */
export interface Received {
  readonly message: number;
  readonly reference: number;
  readonly proxyClient: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A socket that writes what it is told and keeps what it gets. */
export class RawClient {
  readonly socket: Socket;
  readonly received: Received[] = [];
  closed = false;
  #wake: () => void = () => undefined;
  readonly #writer = new FrameWriter();

  static async open(port: number): Promise<RawClient> {
    const socket = createConnection({ host: '127.0.0.1', port, noDelay: true });
    const client = new RawClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return client;
  }

  constructor(socket: Socket) {
    this.socket = socket;
    const splitter = new FrameSplitter((buffer, start) => {
      const { message, reference, proxyClient, bodyStart, bodyEnd } = readHeader(buffer, start);
      const body = decodeAnswer(buffer, bodyStart, bodyEnd);
      this.received.push({ message, reference, proxyClient, body });
    });
    socket.on('data', (chunk) => {
      splitter.push(chunk);
      this.#wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.closed = true;
      this.#wake();
    });
  }

  /** The bytes of one frame. */
  frame(
    message: number,
    reference: number,
    body: Body | Uint8Array = {},
    route: { kind?: RouteKind; key?: string; proxyClient?: number; flags?: number } = {},
  ): Uint8Array {
    const { kind = RouteKind.none, key = '', proxyClient = 1, flags = 0 } = route;
    this.#writer.write(message, flags, reference, proxyClient, kind, key, body);
    return this.#writer.take();
  }

  send(...frame: Parameters<RawClient['frame']>): void {
    this.socket.write(this.frame(...frame));
  }

  /** Resolves with the frame that answers `reference`. */
  async answer(reference: number): Promise<Received> {
    const find = (): Received | undefined =>
      this.received.find((frame) => frame.reference === reference);
    await this.until(() => find() !== undefined);
    return find()!;
  }

  async ask(...frame: Parameters<RawClient['frame']>): Promise<Received> {
    this.send(...frame);
    return await this.answer(frame[1]);
  }

  async register(reference: number, body: Body = {}, proxyClient = 1): Promise<Received> {
    return await this.ask(100, reference, { ...registration, ...body }, { proxyClient });
  }

  /** Resolves when `condition` holds, looked at whenever something came; rejects on the close. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.closed) throw new Error('the connection was closed');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async end(): Promise<void> {
    while (!this.closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** The error code of an EventError; 0 for any other frame. */
export const errorOf = ({ body }: Received): number => Number(body['ErrorCode'] ?? 0);
/** The Extension of an EventAck. */
export const extensionOf = ({ body }: Received): Record<string, unknown> =>
  body['Extension'] as Record<string, unknown>;

/** A registration that the front takes. */
export const registration = { ClientName: 'test', ClientType: 'MediaServer', ProtocolVersion: 1 };

/** Looks at `condition` again and again until it holds. */
export async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}
