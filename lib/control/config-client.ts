/**
 * Configuration objects, as the main thread serves them: the work is done in a thread of its own,
 * made when it is first needed; what it wants of partitions and queues passes through here, unread.
 * A thread that is lost fails what was asked of it, and the next operation makes another; a change
 * that was cut short does not count.
 */
import { MessageChannel, Worker } from 'node:worker_threads';
import type { ActorRef } from '../actor/index.js';
import { Control } from '../actor/control.js';
import type { AdminCaller } from '../security/caller.js';
import type { Clock } from '../clock.js';
import { ownEnvironment } from '../process/environment.js';
import { IxionError } from '../errors.js';
import { EventNumber, type ServerEvent } from '../interaction/event.js';
import { limits } from '../limits.js';
import type { DeclaredAccess } from '../objects/config-store.js';
import type { NamedPlacements } from '../objects/placement.js';
import type { VersionHeader } from '../objects/rows.js';
import type { ChangeResult } from '../objects/config-service.js';
import type { Audit } from '../security/audit-log.js';
import type { Log } from '../log.js';
import type { Service } from '../service/contract.js';
import type { PartitionMessage } from '../mail/partition.js';
import {
  type ConfigStoreCalls,
  type ConfigServiceCalls,
  type ObjectsThreadData,
  operationMs,
  type RefusedChange,
} from '../mail/objects.js';
import type { ConfigApi, ObjectChangeOptions, ReportProgress } from './config-api.js';
import type { QueueDirectory } from './queue-directory.js';

const deadlineMs = 30_000;
const endMs = 2_000;
/** A file that is made to take memory ends the thread, not the process. */
const heapMegabytes = 2_048;

interface Thread {
  readonly control: Control<ConfigServiceCalls>;
  readonly exited: Promise<void>;
}

export interface ConfigClientOptions {
  readonly partitions: readonly ActorRef<PartitionMessage>[];
  readonly queues: QueueDirectory;
  readonly placements: NamedPlacements;
  readonly clock: Clock;
  readonly audit: Audit;
  readonly log: Log;
  /** What the configuration file says of access. */
  declaredAccess(): DeclaredAccess;
  /** Other objects may count now; resolves when the server works by them. */
  changed(): Promise<void>;
}

export class ConfigClient implements ConfigApi, Service {
  readonly name = 'objects';
  readonly #options: ConfigClientOptions;
  #thread: Thread | undefined;
  #isStopped = false;
  #operations = 0;
  readonly #progress = new Map<number, ReportProgress>();

  constructor(options: ConfigClientOptions) {
    this.#options = options;
  }

  async *export(version: number | undefined): AsyncGenerator<string, RefusedChange | undefined> {
    const operation = ++this.#operations;
    const refused = await this.#call('exportBegin', { operation, version });
    if (refused !== undefined) return refused;
    try {
      for (;;) {
        const piece = await this.#call('exportNext', operation);
        if (piece === undefined) return undefined;
        yield piece;
      }
    } finally {
      await this.#call('drop', operation);
    }
  }

  async apply(
    file: AsyncIterable<Uint8Array>,
    options: ObjectChangeOptions,
    caller: AdminCaller,
    tell: ReportProgress,
  ): Promise<ChangeResult | RefusedChange> {
    const operation = ++this.#operations;
    try {
      await this.#upload(operation, file);
    } catch (error) {
      await this.#call('drop', operation);
      throw error;
    }
    return this.#change(operation, options.who, caller, tell, () =>
      this.#call('apply', { operation, options }),
    );
  }

  rollback(
    version: number,
    options: Omit<ObjectChangeOptions, 'merge' | 'prune'>,
    caller: AdminCaller,
    tell: ReportProgress,
  ): Promise<ChangeResult | RefusedChange> {
    const operation = ++this.#operations;
    return this.#change(operation, options.who, caller, tell, () =>
      this.#call('rollback', { operation, version, options }),
    );
  }

  history(count: number): Promise<readonly object[]> {
    return this.#call('history', count);
  }

  changesOf(version: number): Promise<readonly unknown[] | RefusedChange> {
    return this.#call('changesOf', version);
  }

  start(): void {
    // The thread is made when it is first needed.
  }

  status(): object {
    return { thread: this.#thread === undefined ? 'none' : 'running' };
  }

  /** Lets the thread end; what it has under way is cut short. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const thread = this.#thread;
    if (thread === undefined) return;
    void thread.control.call('end', undefined, endMs).catch(() => undefined);
    await new Promise<void>((resolve) => {
      const timer = this.#options.clock.setTimer(endMs, resolve);
      void thread.exited.then(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  async #change(
    operation: number,
    who: string,
    caller: AdminCaller,
    tell: ReportProgress,
    work: () => Promise<ChangeResult | RefusedChange>,
  ): Promise<ChangeResult | RefusedChange> {
    this.#progress.set(operation, tell);
    try {
      const result = await work().catch(async (error: unknown) => {
        // Cut short, it may count all the same.
        await this.#options.changed();
        throw error;
      });
      if ('refused' in result || !result.isApplied) return result;
      const { version, added, changed, removed } = result;
      const counts = { version, added, changed, removed };
      this.#options.audit.note({
        event: 'configuration objects changed',
        ...caller,
        who,
        ...counts,
      });
      this.#options.log.info({ who, ...counts }, `configuration objects: version ${version}`);
      // It counts, whether or not everybody works by it in time.
      await this.#options.changed();
      return result;
    } finally {
      this.#progress.delete(operation);
    }
  }

  async #upload(operation: number, file: AsyncIterable<Uint8Array>): Promise<void> {
    let bytes = 0;
    for await (const piece of file) {
      bytes += piece.length;
      if (bytes > limits.configurationFileBytes) {
        const detail = `the file has more than ${limits.configurationFileBytes} bytes`;
        throw new IxionError('OptionInvalid', detail);
      }
      await this.#call('upload', { operation, bytes: Uint8Array.from(piece) });
    }
  }

  #call<K extends keyof ConfigServiceCalls & string>(
    method: K,
    argument: Parameters<ConfigServiceCalls[K]>[0],
  ): Promise<Awaited<ReturnType<ConfigServiceCalls[K]>>> {
    if (this.#isStopped) return Promise.reject(new IxionError('ShuttingDown'));
    this.#thread ??= this.#spawn();
    return this.#thread.control.call(method, argument, operationMs);
  }

  #spawn(): Thread {
    const { port1, port2 } = new MessageChannel();
    const data: ObjectsThreadData = {
      partitions: this.#options.partitions.length,
      placements: this.#options.placements,
    };
    const worker = new Worker(new URL('../../workers/objects-thread.js', import.meta.url), {
      name: 'objects',
      execArgv: [],
      env: ownEnvironment(),
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
      workerData: { ...data, port: port2 },
      transferList: [port2],
    });
    // It must not keep alive a process that ends without an orderly stop.
    worker.unref();
    const control = new Control<ConfigServiceCalls>(port1, this.#methods(), this.#options.clock);
    port1.unref();
    let cause: unknown;
    worker.on('error', (error) => (cause = error));
    const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    void exited.then(() => {
      this.#thread = undefined;
      const detail = 'the thread of the configuration objects ended; nothing was changed by it';
      control.lose(new IxionError('Unavailable', detail, { cause }));
      if (!this.#isStopped) this.#options.log.error({ error: String(cause) }, detail);
    });
    return { control, exited };
  }

  /** What the thread may call here. */
  #methods(): ConfigStoreCalls {
    const { queues } = this.#options;
    const [first] = this.#options.partitions;
    return {
      read: (range) => first!.ask<Uint8Array>({ type: 'read-objects', ...range }, { deadlineMs }),
      async write({ rows, made }) {
        const message = { type: 'write-objects', changes: rows, event: eventOf(made) } as const;
        const done = await first!.ask<boolean>(message, { deadlineMs });
        if (!done) throw new IxionError('Unavailable', 'the change was not made');
      },
      queues: (known) => {
        const { version, highest, all } = queues;
        return version === known ? undefined : { version, highest, queues: all };
      },
      replaceQueues: ({ rows, made, ...change }) =>
        queues.replace({ ...change, also: rows, event: eventOf(made) }),
      filledOf: (numbers) => queues.filledOf(numbers),
      closeQueues: (numbers) => queues.close(numbers),
      reopenQueues: () => queues.reopen(),
      declaredAccess: () => this.#options.declaredAccess(),
      progress: ({ operation, progress }) => this.#progress.get(operation)?.(progress),
    };
  }
}

/** What is reported of a version, once it counts. */
const eventOf = (made: VersionHeader | undefined): ServerEvent | undefined =>
  made && {
    event: EventNumber.ConfigurationChanged,
    who: made.who,
    details: {
      ObjectsVersion: made.version,
      ...(made.comment !== '' && { Comment: made.comment }),
      Added: made.added,
      Changed: made.changed,
      Removed: made.removed,
    },
  };
