/**
 * One life of the server of a world, from its start to its stop or its kill. It is made of the
 * server's own parts, as `lib/server` makes them; only threads, clock, disks and connections are
 * those of the world. When it is killed, what it still had to do does not happen.
 */
import { type ActorRef, type ActorSystem, startActorSystem } from '../actor/index.js';
import type { Agents } from '../agents/agents.js';
import { makeAgents } from '../agents/make-agents.js';
import type { ActorContext, Behaviour, Behaviours } from '../actor/types.js';
import { type Schedule, virtualThreads } from '../actor/virtual-threads.js';
import type { Clock, Random, Timer } from '../clock.js';
import type { Configuration } from '../config/configuration.js';
import type { ConfigurationFeed } from '../control/feed.js';
import { ViewConsumers } from '../control/view-consumers.js';
import type { QueueDirectory } from '../control/queue-directory.js';
import { settingsOf } from '../control/settings.js';
import { createCounterBlock } from '../counters/index.js';
import { applyKpiOptions, counterGroups } from '../counters/kpi.js';
import type { DataPlan } from '../data/directory.js';
import { createFront, type Front } from '../front/front.js';
import { type OpenStore, partitionBehaviourOver } from '../host/behaviour.js';
import type { Log } from '../log.js';
import { BackupBarrier } from '../mail/backup-barrier.js';
import { deskActorName, DeskMail, type DeskMessage } from '../mail/desk.js';
import { DiskReports } from '../mail/disk-reports.js';
import {
  frontActorName,
  type FrontMessage,
  partitionActorName,
  type PartitionArguments,
  type PartitionMessage,
} from '../mail/partition.js';
import type { ByteSocket } from '../net/byte-socket.js';
import type { NetLimits } from '../net/net-limits.js';
import type { Admission } from '../security/admission.js';
import { configure, openFeed } from '../server/configure.js';
import { type FatalEnd, fatalOfReport, fatalOfThread, isFence } from '../server/fatal.js';
import { reportStop } from '../server/report-stop.js';
import { mainBehaviours, startPartitions } from '../server/start-actors.js';
import { readVersion } from '../server/version.js';
import type { Lanes } from './lanes.js';
import { applyObjects } from './objects.js';

/** Bound on the end of actors, as in the product. */
const systemStopMs = 15_000;

export interface LifeOptions {
  readonly lanes: Lanes;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly configuration: Configuration;
  /** Of connections, where they differ from the product's. */
  readonly limits: Partial<NetLimits> | undefined;
  readonly data: DataPlan;
  /** Threads of partitions. */
  readonly threads: number;
  /** Somebody works at the desk. */
  readonly withAgents: boolean;
  /** Who clients are; undefined: what their types say. */
  readonly admission: Admission | undefined;
  /** Opens the store of a partition; `schedule` is where its commits end. */
  stores(schedule: (partition: number) => Schedule): OpenStore;
  /** It cannot go on: the process would end. */
  fatal(end: FatalEnd): void;
}

export class Life {
  readonly #options: LifeOptions;
  readonly #clock: Clock;
  readonly #contexts = new Map<string, ActorContext<never>>();
  readonly #front: Front;
  readonly #barrier = new BackupBarrier();
  readonly #desk = new DeskMail();
  #agents: Agents | undefined;
  #system: ActorSystem | undefined;
  #feed: ConfigurationFeed | undefined;
  #views: ViewConsumers | undefined;
  #queues: QueueDirectory | undefined;
  #partitions: readonly ActorRef<PartitionMessage>[] = [];
  #isOver = false;
  #isServing = false;
  #backups = 0;

  constructor(options: LifeOptions) {
    this.#options = options;
    const { configuration, random, log, threads } = options;
    this.#clock = this.#clockOf('main');
    const counters = createCounterBlock({ groups: counterGroups, lanes: threads + 1 });
    applyKpiOptions(counters, settingsOf(configuration));
    this.#front = createFront({
      clock: this.#clock,
      random,
      counters,
      logger: log,
      serverVersion: readVersion(),
      supervision: supervisionOf(configuration),
      limits: { bufferedBytes: configuration.values.heldMegabytes * 2 ** 20, ...options.limits },
    });
    this.#counters = counters;
  }

  readonly #counters;

  /** Clients are served. */
  get isServing(): boolean {
    return this.#isServing && !this.#isOver;
  }

  /** The directory of its queues, once it serves. */
  get queues(): QueueDirectory | undefined {
    return this.#queues;
  }

  get partitions(): readonly ActorRef<PartitionMessage>[] {
    return this.#partitions;
  }

  get front(): Front {
    return this.#front;
  }

  /** The desk at work, once it knows who was logged in. */
  get agents(): Agents | undefined {
    return this.#agents;
  }

  /** Resolves when clients are served; never, if it is killed before. */
  async start(): Promise<void> {
    const { configuration, data, threads, log } = this.#options;
    this.#system = await this.#startThreads();
    const base = { configuration, threads };
    this.#partitions = await startPartitions(base, this.#system, data);
    const feed = (this.#feed = openFeed({ clock: this.#clock, log }, this.#partitions));
    const front = this.#front;
    this.#queues = await configure(feed, this.#partitions, {
      clock: this.#clock,
      declared: configuration.businessProcesses,
      attach: (to) =>
        to.attach({
          name: 'front',
          kinds: ['queues'],
          take: ({ queues }) => front.setQueues(queues.value),
        }),
    });
    const { storeId, timeline } = data.manifest;
    const desk = this.#system.ref<DeskMessage>(deskActorName);
    const { admission } = this.#options;
    const served = { partitions: this.#partitions, queues: this.#queues.all, storeId, timeline };
    front.serve({ ...served, desk, admission });
    this.#isServing = true;
    this.#views = new ViewConsumers({ clock: this.#clock, feed, partitions: this.#partitions });
    void this.#views.start();
    if (this.#options.withAgents) void this.#openDesk(this.#system, feed);
  }

  /** As the service of the product; a life that is over does not come to its end. */
  async #openDesk(system: ActorSystem, feed: ConfigurationFeed): Promise<void> {
    const { log } = this.#options;
    const agents = await makeAgents({
      clock: this.#clock,
      log,
      counters: this.#counters,
      audit: { note: () => undefined },
      feed,
      front: system.ref<FrontMessage>(frontActorName),
      partitions: this.#partitions,
      reconnectTimeoutMs: this.#options.configuration.values.reconnectTimeoutMs,
    });
    await agents.load();
    this.#agents = agents;
    this.#desk.begin(agents);
    void agents.invitations.report().catch(() => undefined);
  }

  /** Adds and changes configuration objects. @throws {ObjectsRefused} */
  apply(text: string): Promise<void> {
    const [partitions, clock] = [this.#partitions, this.#clock];
    return applyObjects({ partitions, queues: this.#queues!, feed: this.#feed!, clock }, text);
  }

  /** Takes the server's end of a connection. */
  accept(end: ByteSocket): void {
    this.#front.accept(end);
  }

  /** Crashes the actor of this name, if it runs. */
  crash(actor: string): void {
    this.#contexts.get(actor)?.crash(new Error('a crash of the simulation'));
  }

  /** Lets every partition take its snapshot at one moment; false: not all did. */
  async backup(): Promise<boolean> {
    const backup = ++this.#backups;
    this.#barrier.expect(backup, this.#partitions.length);
    const held = await Promise.all(
      this.#partitions.map((partition) =>
        partition
          .ask({ type: 'backup-stand-still', backup }, { deadlineMs: systemStopMs })
          .catch(() => undefined),
      ),
    );
    for (const partition of this.#partitions) partition.tell({ type: 'backup-end', backup });
    return !held.includes(undefined);
  }

  /** An orderly stop, as the server's own. Rejects when something was late. */
  async stop(who: string): Promise<void> {
    const { log, configuration } = this.#options;
    const { drainMs } = configuration.values;
    this.#front.stopAccepting();
    const reported = reportStop(this.#partitions[0]!, log, who, drainMs);
    this.#desk.end();
    await this.#agents?.stop(drainMs);
    await Promise.race([
      this.#front.drain(),
      new Promise<void>((resolve) => void this.#clock.setTimer(drainMs, resolve)),
    ]);
    await reported;
    await this.#front.close();
    this.#views?.stop();
    this.#feed?.stop();
    const outcome = await this.#system?.stop(systemStopMs);
    this.#isOver = true;
    if (outcome !== undefined && outcome.late.length > 0) {
      throw new Error(`late at the stop: ${outcome.late.join(', ')}`);
    }
  }

  /** Nothing of it happens any more. */
  kill(): void {
    this.#isOver = true;
  }

  #startThreads(): Promise<ActorSystem> {
    const { configuration, data, threads, log, fatal } = this.#options;
    const stores = this.#options.stores((partition) => this.#schedule(`disk ${partition}`));
    const { intensity, periodMs } = supervisionOf(configuration);
    const { partitions } = data.manifest;
    const names = Array.from({ length: partitions }, (_, index) => partitionActorName(index));
    const disk = new DiskReports(log, 'memory');
    if (!this.#options.withAgents) this.#desk.end();
    const [front, barrier, desk] = [this.#front, this.#barrier, this.#desk];
    const ours = mainBehaviours({ front, barrier, disk, desk });
    return startActorSystem({
      threads: Array.from({ length: threads }, (_, index) => ({
        name: `thread-${index + 1}`,
        module: new URL('memory:'),
      })),
      behaviours: this.#watched(ours),
      host: virtualThreads({
        behaviours: this.#watched({ partition: seeded(partitionBehaviourOver(stores)) }),
        clock: (thread) => this.#clockOf(`thread ${thread}`),
        turns: (thread) => this.#schedule(`turns ${thread}`),
        mail: (from, to) => this.#schedule(`mail ${from}-${to}`),
      }),
      clock: this.#clock,
      schedule: this.#schedule('turns 0'),
      onReport: (report) => {
        if (report.reason === 'shutdown') return;
        log.warn({ report }, `actor ${report.child} ended: ${report.reason}`);
        if (isFence(report)) return fatal(fatalOfReport(report));
        const partition = names.indexOf(report.child);
        if (partition >= 0 && report.decision === 'restart') this.#feed?.rebuilt(partition);
      },
      onEscalation: (report) => fatal(fatalOfReport(report)),
      onThreadDeath: (death) => fatal(fatalOfThread(death)),
      intensity,
      periodMs,
      counters: this.#counters,
    });
  }

  /** Behaviours whose actors can be crashed from outside. */
  #watched(behaviours: Behaviours): Behaviours {
    const watched = Object.entries(behaviours).map(([name, behaviour]) => {
      const { start } = behaviour as Behaviour<unknown, never>;
      const watching: Behaviour<unknown, never> = {
        ...behaviour,
        start: (argument, context) => {
          this.#contexts.set(context.name, context);
          return start(argument, context);
        },
      };
      return [name, watching] as const;
    });
    return Object.fromEntries(watched);
  }

  /** A lane of this life: what it still has when the life is over does not happen. */
  #schedule(name: string): Schedule {
    const lane = this.#options.lanes.lane(name);
    return (work) => {
      if (this.#isOver) return;
      lane.run(() => {
        if (!this.#isOver) work();
      });
    };
  }

  #clockOf(thread: string): Clock {
    const { clock } = this.#options;
    const rounds = this.#schedule(`rounds of ${thread}`);
    return {
      nowMs: () => clock.nowMs(),
      monotonicMs: () => clock.monotonicMs(),
      setTimer: (delayMs, callback): Timer =>
        clock.setTimer(delayMs, () => {
          if (!this.#isOver) callback();
        }),
      nextRound: rounds,
    };
  }
}

/** Nothing is drawn by the machine. */
const seeded = (
  behaviour: Behaviour<PartitionArguments, PartitionMessage>,
): Behaviour<PartitionArguments, PartitionMessage> => ({
  ...behaviour,
  start: (argument, context) => {
    const hashSeed = 1 + argument.partition;
    return behaviour.start({ ...argument, hashSeed }, context);
  },
});

const supervisionOf = ({ values }: Configuration) => ({
  intensity: values['supervision.intensity'],
  periodMs: values['supervision.periodMs'],
});
