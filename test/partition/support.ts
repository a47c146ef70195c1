/** Partitions over disks in memory, asked what a test needs, on the world of the simulation. */
import type { QueueEntry } from '../../lib/queue/entry.js';
import { Unpackr } from 'msgpackr';
import { homeOf } from '../../lib/interaction/identifier.js';
import { unpackKeyValues, type KeyValues } from '../../lib/interaction/attached-data.js';
import { EventNumber, type InteractionEvent } from '../../lib/interaction/event.js';
import type { WorkbinQuestion, WorkbinVerdict } from '../../lib/interaction/workbin-rights.js';
import { decodeEvents } from '../../lib/interaction/event-row.js';
import { readPackedEventRows } from '../../lib/partition/ledger/outbox.js';
import type { PartitionOptions } from '../../lib/partition/core.js';
import { packQueues, type PackedQueueList } from '../../lib/partition/rows/queue-list.js';
import type { Answer, Operation, SessionInfo } from '../../lib/partition/request.js';
import type { ClientType } from '../../lib/protocol/client-types.js';
import { digestOfOperation } from './digest.js';
import { idleSteps, World } from './world.js';

export interface RigOptions {
  readonly partitions?: number;
  readonly sessions?: readonly SessionInfo[];
  readonly settings?: Partial<PartitionOptions>;
  readonly seed?: number;
  /** What the desk knows of owners of workbins; absent: all of them. */
  readonly verdict?: (question: WorkbinQuestion) => WorkbinVerdict;
}

export interface SendOptions {
  /** The client says that it may have sent this before. */
  readonly retried?: boolean;
}

let sessionNumber = 0;

/** A client; sessions with one name but different numbers have the same key. */
export function sessionOf(clientName: string, clientType: ClientType): SessionInfo {
  const sessionKey = Buffer.from(clientName.padEnd(16).slice(0, 16)).toString('hex');
  return { number: ++sessionNumber, sessionKey, clientName, clientType, tenantId: 1 };
}

/** A 16-byte key. */
export const keyOf = (text: string): Uint8Array => Buffer.from(text.padEnd(16).slice(0, 16));

/** An identifier chosen by a client whose home is this partition. */
export function idAtHome(home: number, partitions: number, prefix = 'id'): string {
  for (let count = 0; ; count++) {
    const id = `${prefix}.${count}`;
    if (homeOf(id, partitions) === home) return id;
  }
}

/** The queue that the rig has in a partition; `second`: another one beside it. */
export const queueIn = (partition: number, second = false): string =>
  `queue-${partition}${second ? 'b' : ''}`;

/** Types of workbins that the rig has, and who owns them. */
export const rigWorkbins = { drafts: 'agent', team: 'agentGroup' } as const;

function queuesOf(partitions: number): QueueEntry[] {
  const businessProcess = 'test';
  const ordinary = Array.from({ length: partitions * 2 }, (_, index) => ({
    number: index + 1,
    name: queueIn(Math.floor(index / 2), index % 2 === 1),
    businessProcess,
    partition: Math.floor(index / 2),
  }));
  const bins = Object.entries(rigWorkbins).map(([type, owner], index) => {
    const number = partitions * 2 + index + 1;
    const name = `${type}/PrivateQueue`;
    return { number, name, businessProcess, partition: 0, kind: 'private', owner } as const;
  });
  return [...ordinary, ...bins];
}

/** The first list that a store has. */
export const firstList = (queues: readonly QueueEntry[]): PackedQueueList => ({
  version: 1,
  highest: Math.max(...queues.map(({ number }) => number)),
  closing: [],
  chunks: packQueues(queues),
});

export class Rig {
  readonly world: World;
  readonly partitions: number;
  readonly queues: readonly QueueEntry[];
  readonly #answers = new Map<number, Answer[]>();
  #reference = 0;

  private constructor(rigOptions: RigOptions) {
    const { partitions = 1, sessions = [], settings = {}, seed = 1, verdict } = rigOptions;
    this.partitions = partitions;
    this.queues = queuesOf(partitions);
    this.world = new World({
      seed,
      partitions,
      queues: this.queues,
      sessions,
      settings,
      ...(verdict && { verdict }),
      onAnswer: (reference, answer) => this.answersTo(reference).push(answer),
    });
  }

  static async start(options: RigOptions = {}): Promise<Rig> {
    const rig = new Rig(options);
    await rig.world.start();
    return rig;
  }

  /** Every answer that a request got: none, or one. */
  answersTo(reference: number): Answer[] {
    let answers = this.#answers.get(reference);
    if (answers === undefined) this.#answers.set(reference, (answers = []));
    return answers;
  }

  /** Puts a request into the turn of its partition, as the front does. */
  send(session: SessionInfo, operation: Operation, { retried = false }: SendOptions = {}): number {
    const reference = ++this.#reference;
    const attributes = operation.attributes as {
      InteractionId?: string;
      Queue?: string;
      ViewId?: string;
    };
    const { InteractionId: id, Queue, ViewId } = attributes;
    const partition =
      id === undefined ? this.world.partitionOf((Queue ?? ViewId)!) : homeOf(id, this.partitions);
    const asker = { session, reference, proxyClient: 0 };
    const digest = digestOfOperation(operation);
    const request = { ...asker, operation, frame: undefined, retried, digest, hops: 0 };
    this.world.submit(partition, request);
    return reference;
  }

  /** Steps until nothing is under way; time stands still. */
  async quiet(): Promise<void> {
    for (let idle = 0; idle < idleSteps;) {
      idle = (await this.world.step()) ? 0 : idle + 1;
    }
  }

  /** Sends and waits for the answer. */
  async ask(session: SessionInfo, operation: Operation, options?: SendOptions): Promise<Answer> {
    const answers = this.answersTo(this.send(session, operation, options));
    for (let steps = 0; answers.length === 0; steps++) {
      if (steps > 2_000) throw new Error(`no answer to ${operation.kind}`);
      await this.world.step();
    }
    return answers[0]!;
  }

  /** Lets time pass and wakes every partition, twice: what is due may be worked in steps. */
  async pass(ms: number): Promise<void> {
    this.world.advance(ms);
    for (let round = 0; round < 2; round++) {
      for (let index = 0; index < this.partitions; index++) this.world.wake(index);
      await this.quiet();
    }
  }

  /** The events that a partition keeps. */
  events(partition = 0): InteractionEvent[] {
    const { store } = this.world.partition(partition).core;
    return readPackedEventRows(store, 1, 100_000).flatMap((row) => decodeEvents(row).events);
  }

  /** Names of the events of one interaction, in all partitions, by its version. */
  eventNames(id: string): string[] {
    return Array.from({ length: this.partitions }, (_, index) => this.events(index))
      .flat()
      .filter(({ interactionId }) => interactionId === id)
      .sort((left, right) => left.version - right.version)
      .map(({ event }) => nameOfEvent(event));
  }
}

const nameOfEvent = (number: number): string =>
  Object.entries(EventNumber).find(([, value]) => value === number)![0];

/** The error of an answer; its kind if it is none. */
export const errorOf = (answer: Answer): string =>
  answer.kind === 'error' ? answer.error : answer.kind;

/** For answers as large as a frame, which are more than attached data may be. */
const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true });

/** The identifiers of a pull's answer. */
export function pulledIds(answer: Answer): unknown[] {
  if (answer.kind !== 'pulled') throw new Error(`not pulled but ${errorOf(answer)}`);
  return answer.interactions.map((packed) => unpackr.unpack(packed)['InteractionId']);
}

/** The properties of an answer. */
export function propertiesOf(answer: Answer): KeyValues {
  if (answer.kind !== 'properties') throw new Error(`no properties but ${errorOf(answer)}`);
  return unpackKeyValues(answer.properties);
}

type Attributes<Kind extends Operation['kind']> = Extract<Operation, { kind: Kind }>['attributes'];
type More<Kind extends Operation['kind']> = Partial<Attributes<Kind>>;

/** Operations, with what most tests do not care about filled in. */
export const op = {
  submit: (Queue: string, more: More<'submit'> = {}): Operation => ({
    kind: 'submit',
    attributes: { Queue, MediaType: 'email', InteractionType: 'Inbound', ...more },
  }),
  place: (InteractionId: string, Queue: string, more: More<'place'> = {}): Operation => ({
    kind: 'place',
    attributes: { InteractionId, Queue, ...more },
  }),
  placeInWorkbin: (
    InteractionId: string,
    WorkbinTypeId: string,
    more: More<'placeInWorkbin'> = {},
  ): Operation => ({
    kind: 'placeInWorkbin',
    attributes: { InteractionId, WorkbinTypeId, ...more },
  }),
  pull: (ViewId: string, more: More<'pull'> = {}): Operation => ({
    kind: 'pull',
    attributes: { ViewId, ...more },
  }),
  pullById: (InteractionId: string, more: More<'pull'> = {}): Operation => ({
    kind: 'pull',
    attributes: { ViewId: '_system_', InteractionId, ...more },
  }),
  stop: (InteractionId: string, more: More<'stop'> = {}): Operation => ({
    kind: 'stop',
    attributes: { InteractionId, ...more },
  }),
  report: (InteractionId: string, more: More<'report'> = {}): Operation => ({
    kind: 'report',
    attributes: { InteractionId, EventId: 1, ...more },
  }),
  hold: (InteractionId: string, more: More<'hold'> = {}): Operation => ({
    kind: 'hold',
    attributes: { InteractionId, ...more },
  }),
  resume: (InteractionId: string, more: More<'resume'> = {}): Operation => ({
    kind: 'resume',
    attributes: { InteractionId, ...more },
  }),
  change: (InteractionId: string, more: More<'change'> = {}): Operation => ({
    kind: 'change',
    attributes: { InteractionId, ...more },
  }),
  accept: (InteractionId: string, TicketId: number): Operation => ({
    kind: 'accept',
    attributes: { InteractionId, TicketId },
  }),
  reject: (InteractionId: string, TicketId: number): Operation => ({
    kind: 'reject',
    attributes: { InteractionId, TicketId },
  }),
  leave: (InteractionId: string): Operation => ({ kind: 'leave', attributes: { InteractionId } }),
  get: (InteractionId: string): Operation => ({ kind: 'get', attributes: { InteractionId } }),
} as const;
