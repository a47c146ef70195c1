/**
 * A whole server in one thread on a virtual clock: real partitions over disks in memory, with a seed
 * that decides which message arrives, which commit ends and what crashes next. Same seed, same run.
 */
import { seededRandom, type Clock, type Random } from '../../lib/clock.js';
import { compareWhereabouts, PartitionAudit } from '../../lib/partition/audit.js';
import type { PartitionOptions } from '../../lib/partition/core.js';
import { Partition } from '../../lib/partition/partition.js';
import { PartitionTime } from '../../lib/partition/partition-time.js';
import type { PeerMessage } from '../../lib/partition/peer.js';
import type { Queue } from '../../lib/partition/queues.js';
import type { Answer, Request, Session } from '../../lib/partition/request.js';
import { MemoryDisk, MemoryStore } from '../../lib/store/memory.js';
import { walk } from '../../lib/store/verify.js';

/** A partition as the world sees it; `works` are commits that the disk has not done yet. */
interface Node {
  readonly disk: MemoryDisk;
  works: (() => void)[];
  store: MemoryStore;
  partition: Partition;
  isAlive: boolean;
}

export interface WorldOptions {
  readonly seed: number;
  readonly partitions: number;
  readonly queues: readonly Queue[];
  readonly sessions: readonly Session[];
  /** Settings of every partition that differ from the usual. */
  readonly settings?: Partial<PartitionOptions>;
  /** Gets each answer as it leaves. */
  onAnswer(reference: number, answer: Answer): void;
}

export class World {
  readonly random: Random;
  readonly #options: WorldOptions;
  readonly #nodes: Node[] = [];
  /** Messages on their way, first in first out per pair. */
  readonly #links = new Map<string, { to: number; messages: PeerMessage[] }>();
  #nowMs = 1_000_000;
  readonly clock: Clock = {
    nowMs: () => this.#nowMs,
    monotonicMs: () => this.#nowMs,
    setTimer: () => ({ cancel: () => {} }),
  };

  constructor(options: WorldOptions) {
    this.#options = options;
    this.random = seededRandom(options.seed);
    for (let index = 0; index < options.partitions; index++) {
      const disk = new MemoryDisk();
      this.#nodes.push(this.#open(disk, index));
    }
  }

  /** Makes the queues known everywhere. */
  async start(): Promise<void> {
    for (const node of this.#nodes) void node.partition.applyQueues(this.#options.queues);
    await this.settle();
  }

  /** Puts a request into the turn of a partition. */
  submit(partition: number, request: Request): void {
    this.#nodes[partition]!.partition.request(request);
  }

  /** The partition of this number, as it is now: a kill or crash replaces it. */
  partition(index: number): Partition {
    return this.#nodes[index]!.partition;
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
    for (const node of this.#nodes) {
      if (node.works.length > 0) steps.push(() => node.works.shift()!());
      if (node.partition.room() === undefined) steps.push(() => node.partition.commit());
    }
    const busy = steps.length > this.#nodes.length || this.#nodes.some(({ works }) => works.length);
    steps[Math.floor(this.random.fraction() * steps.length)]?.();
    await microtasks();
    return busy;
  }

  /** Runs until nothing is under way, timers of the hand-off included. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 3; quiet++) {
      this.advance(1_500);
      for (const { partition } of this.#nodes) partition.wake();
      await microtasks();
      for (let idle = 0; idle < 40;) idle = (await this.step()) ? 0 : idle + 1;
    }
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }

  /** Wakes a partition, as its timer does. */
  wake(partition: number): void {
    const node = this.#nodes[partition]!;
    if (node.partition.room() === undefined) node.partition.wake();
  }

  /** Kill -9 and start: memory, messages and unfinished commits are gone. */
  async kill(): Promise<void> {
    this.#links.clear();
    for (const [index, node] of this.#nodes.entries()) {
      node.isAlive = false;
      node.works = [];
      this.#nodes[index] = this.#open(node.disk, index);
    }
    await microtasks();
  }

  /** A crash of one actor: commits in flight end first, then it is built anew. */
  async crash(partition: number): Promise<void> {
    const node = this.#nodes[partition]!;
    while (node.store.inFlight > 0) {
      node.works.shift()?.();
      await microtasks();
    }
    node.isAlive = false;
    this.#nodes[partition] = this.#open(node.disk, partition, node.partition.core.time);
    await microtasks();
  }

  /** What is wrong with the rows, in and between partitions. */
  faults(): string[] {
    const { partitions } = this.#options;
    const audits = this.#nodes.map((_, index) => {
      const store = this.#nodes[index]!.store;
      const audit = new PartitionAudit(store, index, partitions);
      const { problems } = walk(store, audit.visit);
      return {
        audit,
        faults: [...problems, ...audit.finish()].map((text) => `p${index}: ${text}`),
      };
    });
    const between = compareWhereabouts(audits.map(({ audit }) => audit.whereabouts));
    return [...audits.flatMap(({ faults }) => faults), ...between];
  }

  /** Rows that a finished hand-off leaves behind: none. */
  leftovers(): number {
    const tables = ['transit', 'taken', 'gone'] as const;
    return this.#nodes.reduce(
      (sum, { store }) => sum + tables.reduce((rows, table) => rows + store.count(table), 0),
      0,
    );
  }

  #open(disk: MemoryDisk, index: number, time?: PartitionTime): Node {
    const works: (() => void)[] = [];
    const store = new MemoryStore(disk, (work) => node.works.push(work));
    const ports = {
      send: (to: number, message: PeerMessage) => this.#send(node, index, to, message),
      wakeAt: () => {},
    };
    const output = {
      replies: (replies: readonly { to: { reference: number }; answer: Answer }[]) => {
        if (!node.isAlive) return;
        for (const { to, answer } of replies) this.#options.onAnswer(to.reference, answer);
      },
      eventsUpTo: () => {},
      broken: () => {},
    };
    const options = {
      partition: index,
      partitions: this.#options.partitions,
      reconnectTimeoutMs: 3_600_000,
      eventRetentionMs: 3_600_000,
      eventRetentionBytes: 1e9,
      ...this.#options.settings,
    };
    const partition = new Partition(
      options,
      store,
      time ?? new PartitionTime(this.clock, store),
      ports,
      output,
      disk.applied.sequence,
    );
    const node: Node = { disk, works, store, partition, isAlive: true };
    for (const session of this.#options.sessions) partition.sessionOpened(session);
    partition.wake();
    return node;
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
    this.#nodes[link.to]!.partition.peer(link.messages.shift()!);
  }
}

/** Lets every promise that can go on do so. */
const microtasks = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
