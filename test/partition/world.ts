/**
 * Partitions alone over disks in memory, for tests of what a partition does: no actor, no frames,
 * and a seed that decides which message arrives and which commit ends next. What goes wrong does so
 * where a test says; what may happen anywhere, and to actors, is for `test/simulation`.
 */
import type { AgentOutcome } from '../../lib/interaction/invitation.js';
import type { WorkbinNews } from '../../lib/interaction/workbin-news.js';
import type { WorkbinQuestion, WorkbinVerdict } from '../../lib/interaction/workbin-rights.js';
import type { QueueEntry } from '../../lib/queue/entry.js';
import { limits } from '../../lib/limits.js';
import { seededRandom, type Clock, type Random } from '../../lib/clock.js';
import type { PartitionOptions } from '../../lib/partition/core.js';
import type { Failure } from '../../lib/partition/output.js';
import { Partition } from '../../lib/partition/partition.js';
import { PartitionTime } from '../../lib/partition/ledger/partition-time.js';
import type { PeerMessage } from '../../lib/partition/peer.js';
import { packQueues, readQueueList } from '../../lib/partition/rows/queue-list.js';
import type { Answer, Request, SessionInfo } from '../../lib/partition/request.js';
import { LayeredStore } from '../../lib/store/layered.js';
import { MemoryDisk, MemoryMedium } from '../../lib/store/memory.js';
import { faultsOf, leftovers } from '../simulation/consistency.js';

/** A partition as the world sees it; `works` are commits that the disk has not done yet. */
interface Node {
  readonly disk: MemoryDisk;
  works: (() => void)[];
  /** What the desk is still to answer. */
  questions: WorkbinQuestion[];
  readonly store: LayeredStore;
  partition: Partition;
  isAlive: boolean;
}

export interface WorldOptions {
  readonly seed: number;
  readonly partitions: number;
  readonly queues: readonly QueueEntry[];
  readonly sessions: readonly SessionInfo[];
  /** Settings of every partition that differ from the usual. */
  readonly settings?: Partial<PartitionOptions>;
  /** What the desk knows of owners of workbins; absent: all of them. */
  verdict?(question: WorkbinQuestion): WorkbinVerdict;
  /** Gets each answer as it leaves. */
  onAnswer(reference: number, answer: Answer): void;
}

/** So many steps that found nothing to do are enough for every promise that was under way. */
export const idleSteps = 4;

export class World {
  /** What became of agents and interactions, in order. */
  readonly outcomes: AgentOutcome[] = [];
  /** What was told of workbins, in order. */
  readonly workbinNews: WorkbinNews[] = [];
  readonly random: Random;
  /** Partitions whose disk stands still. */
  readonly #still = new Set<number>();
  readonly #options: WorldOptions;
  readonly #nodes: Node[] = [];
  /** Messages on their way, first in first out per pair. */
  readonly #links = new Map<string, { to: number; messages: PeerMessage[] }>();
  /** The list of queues that counts: the one of partition 0. */
  #list: { readonly version: number; readonly queues: readonly QueueEntry[] };
  /** The version of the list that a partition has on disk; and that it was given. */
  readonly #has: number[] = [];
  readonly #given: number[] = [];
  /** Where clients are sent: the newest list that every partition has. */
  #routes = new Map<string, number>();
  #nowMs = 1_000_000;
  /** By how much the wall clock is put forward; it may be set at any time. */
  wallAheadMs = 0;
  readonly clock: Clock = {
    nowMs: () => this.#nowMs + this.wallAheadMs,
    monotonicMs: () => this.#nowMs,
    setTimer: () => ({ cancel: () => {} }),
  };

  constructor(options: WorldOptions) {
    this.#options = options;
    this.random = seededRandom(options.seed);
    this.#list = { version: 1, queues: options.queues };
    this.#route();
    for (let index = 0; index < options.partitions; index++) {
      const disk = new MemoryDisk();
      this.#nodes.push(this.#open(disk, index));
    }
  }

  /** Makes the queues known everywhere. */
  async start(): Promise<void> {
    for (const [index, node] of this.#nodes.entries()) {
      const chunks = packQueues(this.#options.queues);
      void node.partition.replaceQueues({ version: 1, highest: 1_000, closing: [], chunks });
      this.#has[index] = this.#given[index] = 1;
    }
    await this.settle();
  }

  /** Where the front sends a request by queue. */
  partitionOf(queue: string): number {
    // A view: any partition knows where it is.
    return this.#routes.get(queue) ?? 0;
  }

  /** Moves a queue, as the directory of the server does; nothing while another is under way. */
  moveQueue(name: string, partition: number): void {
    const isChanging = [...this.#has, ...this.#given].some((one) => one !== this.#list.version);
    const moved = this.#list.queues.find((queue) => queue.name === name)!;
    if (isChanging || moved.partition === partition) return;
    const formerly = (moved.formerly ?? []).filter(
      (one) => one !== partition && one !== moved.partition,
    );
    const queue = { ...moved, partition, formerly: [...formerly, moved.partition] };
    const queues = this.#list.queues.map((one) => (one === moved ? queue : one));
    this.#give(0, { version: this.#list.version + 1, queues });
  }

  #give(index: number, list: { readonly version: number; readonly queues: readonly QueueEntry[] }) {
    const { version, queues } = list;
    const node = this.#nodes[index]!;
    this.#given[index] = version;
    const packed = { version, highest: 1_000, closing: [], chunks: packQueues(queues) };
    void node.partition.replaceQueues(packed).then((isDurable) => {
      if (!isDurable || !node.isAlive) return;
      this.#has[index] = version;
      if (index === 0) this.#list = list;
      if (this.#has.every((each) => each === version)) this.#route();
    });
  }

  #route(): void {
    this.#routes = new Map(this.#list.queues.map(({ name, partition }) => [name, partition]));
  }

  /** What an instance that is gone was given counts only if it is on disk. */
  #readList(index: number): void {
    const { version, queues } = readQueueList(this.#nodes[index]!.store);
    this.#has[index] = this.#given[index] = version;
    if (index === 0) this.#list = { version, queues };
  }

  /** Numbers of what can be pulled, in order, where the queue lives. */
  orderOf(name: string): string[] {
    const { number, partition } = this.#list.queues.find((queue) => queue.name === name)!;
    return [...this.#nodes[partition]!.partition.core.queues.waiting(number)];
  }

  /** Interactions that wait where their queue does not live. */
  leftBehind(): number {
    return this.#nodes.reduce((sum, { partition }) => {
      return partition.core.relocation.leaving().reduce((all, { waiting }) => all + waiting, sum);
    }, 0);
  }

  /** Puts a request into the turn of a partition. */
  submit(partition: number, request: Request): void {
    this.#nodes[partition]!.partition.request(request);
  }

  /** The partition of this number, as it is now: a kill replaces it. */
  partition(index: number): Partition {
    return this.#nodes[index]!.partition;
  }

  /** Lets the disk of a partition stand still, until the next kill. */
  holdDisk(partition: number): void {
    this.#still.add(partition);
  }

  /** What is on disk of a partition. */
  disk(index: number): MemoryDisk {
    return this.#nodes[index]!.disk;
  }

  /** One step of something that is under way; false: nothing is. */
  async step(): Promise<boolean> {
    const steps: (() => void)[] = [];
    for (const link of this.#links.values()) {
      if (link.messages.length > 0) steps.push(() => this.#deliver(link));
    }
    for (const [index, node] of this.#nodes.entries()) {
      const works = node.works.length > 0 && !this.#still.has(index);
      if (works) steps.push(() => node.works.shift()!());
      if (node.questions.length > 0 && isThere(node)) steps.push(() => this.#answer(node));
      const hasTurn = !node.partition.isBetweenTurns && isThere(node);
      if (hasTurn) steps.push(() => node.partition.commit());
    }
    for (const [index, version] of this.#given.entries()) {
      const { works } = this.#nodes[index]!;
      const isBehind = version < this.#list.version && works.length === 0;
      if (isBehind) steps.push(() => this.#give(index, this.#list));
    }
    steps[Math.floor(this.random.fraction() * steps.length)]?.();
    await microtasks();
    return steps.length > 0;
  }

  /** Runs until nothing is under way, timers of the hand-off included. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 3; quiet++) {
      this.advance(1_500);
      for (const { partition } of this.#nodes) partition.wake();
      await microtasks();
      for (let idle = 0; idle < idleSteps;) idle = (await this.step()) ? 0 : idle + 1;
    }
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }

  /** Wakes a partition, as its timer does. */
  wake(partition: number): void {
    const node = this.#nodes[partition]!;
    if (isThere(node)) node.partition.wake();
  }

  /** Kill -9 and start: memory, messages and unfinished commits are gone. */
  async kill(): Promise<void> {
    this.#still.clear();
    this.#links.clear();
    for (const [index, node] of this.#nodes.entries()) {
      node.isAlive = false;
      node.works = [];
      node.questions = [];
      this.#nodes[index] = this.#open(node.disk, index);
      this.#readList(index);
    }
    this.#route();
    await microtasks();
  }

  /** What is wrong with the rows on disk, in and between partitions. */
  faults(): string[] {
    return faultsOf(this.#nodes.map(({ disk }) => disk));
  }

  /** Rows on disk that a finished hand-off leaves behind: none. */
  leftovers(): number {
    return leftovers(this.#nodes.map(({ disk }) => disk));
  }

  #open(disk: MemoryDisk, index: number): Node {
    const medium = new MemoryMedium(disk, (work) => node.works.push(work));
    const store = new LayeredStore(medium);
    const node = { disk, works: [], questions: [], store, isAlive: true } as unknown as Node;
    node.partition = this.#build(node, index);
    node.partition.wake();
    return node;
  }

  #build(node: Node, index: number): Partition {
    const { store } = node;
    const ports = {
      send: (to: number, message: PeerMessage) => this.#send(node, index, to, message),
      wakeAt: () => {},
      askOfWorkbin: (question: WorkbinQuestion) => void node.questions.push(question),
    };
    const output = {
      replies: (replies: readonly { to: { reference: number }; answer: Answer }[]) => {
        if (!node.isAlive) return;
        for (const { to, answer } of replies) this.#options.onAnswer(to.reference, answer);
      },
      workbins: (news: readonly WorkbinNews[]) => void this.workbinNews.push(...news),
      outcomes: (outcomes: readonly AgentOutcome[]) => void this.outcomes.push(...outcomes),
      eventsUpTo: () => {},
      failed: (_: unknown, error: Error) => {
        throw error;
      },
      broken: (outcome: Failure) => {
        throw new Error(`a commit ended ${outcome}`);
      },
    };
    const options = {
      partition: index,
      partitions: this.#options.partitions,
      reconnectTimeoutMs: 3_600_000,
      identifierRetentionMs: limits.retryKeyMs,
      eventRetentionMs: 3_600_000,
      eventRetentionBytes: 1e9,
      ...this.#options.settings,
    };
    const partition = new Partition(
      options,
      store,
      new PartitionTime(this.clock, store),
      ports,
      output,
      store.applied().sequence,
    );
    for (const session of this.#options.sessions) partition.sessionOpened(session);
    return partition;
  }

  #answer({ questions, partition }: Node): void {
    const question = questions.shift()!;
    const verdict = this.#options.verdict?.(question) ?? { detail: '' };
    partition.core.workbins.answered(question, verdict);
  }

  #send(node: Node, from: number, to: number, message: PeerMessage): boolean {
    if (!node.isAlive) return true;
    const key = `${from}-${to}`;
    let link = this.#links.get(key);
    if (link === undefined) this.#links.set(key, (link = { to, messages: [] }));
    link.messages.push(structuredClone(message));
    return true;
  }

  #deliver(link: { to: number; messages: PeerMessage[] }): void {
    const message = link.messages.shift()!;
    this.#nodes[link.to]!.partition.peer(message);
  }
}

/** Whether a partition may begin another turn. */
const isThere = ({ partition }: Node): boolean => partition.whenReady() === undefined;

/** Lets every promise that can go on do so. */
const microtasks = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
