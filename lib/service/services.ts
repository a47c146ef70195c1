/**
 * Runs the services of a server: started one after the other once clients are served, stopped in
 * reverse. One that fails, or does not stop in time, says so in the log and the status; the others
 * go on, and so does the server, unless the service is essential.
 */
import { assert } from '../assert.js';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import type { Service, ServiceStage } from './contract.js';

/** For how long the start of a service holds back those after it. */
const startMs = 10_000;
/** For how long a stop waits for one service: a backup may have to wait for every partition. */
const stopMs = 20_000;

/**
 * `waiting`: its turn to start has not come. `failed`: it could not start, or not stop. `late`: it
 * has not stopped in time, and the server has gone on without it.
 */
export type ServiceState =
  | 'waiting'
  | 'starting'
  | 'running'
  | 'failed'
  | 'stopping'
  | 'stopped'
  | 'late';

/** What the status of the server says of a service. */
export interface ServiceStatus {
  readonly state: ServiceState;
  /** Why it failed; absent: it did not. */
  readonly error?: string;
  /** What it says of itself; absent: nothing. */
  readonly details?: object;
}

export interface ServicesOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Bounds in milliseconds, for tests. */
  readonly startMs?: number;
  readonly stopMs?: number;
  /** A service without which the server must not run could not start. */
  fatal(message: string): void;
}

/** In the order in which a stop comes to them. */
const stages: readonly ServiceStage[] = ['drain', 'directory', 'end'];

interface Entry {
  readonly service: Service;
  state: ServiceState;
  error: string | undefined;
}

export class Services {
  readonly #options: ServicesOptions;
  readonly #entries: readonly Entry[];
  #isStopping = false;

  /**
   * @param services in the order of their start; the longer one is needed, the earlier it starts
   */
  constructor(services: readonly Service[], options: ServicesOptions) {
    this.#options = options;
    this.#entries = services.map((service) => ({ service, state: 'waiting', error: undefined }));
    const names = new Set(services.map(({ name }) => name));
    assert(names.size === services.length, 'two services have one name');
    const order = services.map(stageOf);
    assert(
      order.every((stage, at) => at === 0 || stage <= order[at - 1]!),
      'a service starts before one that outlives it',
    );
  }

  /**
   * Starts all, in order; those that start at once have started when the call returns. Resolves
   * when the last has started, or failed, or takes too long.
   */
  async start(): Promise<void> {
    for (const entry of this.#entries) {
      if (this.#isStopping) return;
      const starting = this.#begin(entry);
      if (starting === undefined) continue;
      const limitMs = this.#options.startMs ?? startMs;
      if (await this.#within(starting, limitMs)) continue;
      const { name } = entry.service;
      this.#options.log.warn(
        { service: name },
        `service ${name} has been starting for ${limitMs} ms`,
      );
    }
  }

  /** Stops those that are needed until this stage, the last one started first. Never rejects. */
  async stop(stage: ServiceStage): Promise<void> {
    this.#isStopping = true;
    for (const entry of this.#entries.toReversed()) {
      if ((entry.service.lasts ?? 'drain') === stage) await this.#end(entry);
    }
  }

  /** What each says of itself, by its name. */
  status(): Readonly<Record<string, ServiceStatus>> {
    return Object.fromEntries(
      this.#entries.map((entry) => [entry.service.name, statusOf(entry)] as const),
    );
  }

  /** Undefined: it has started, or failed, at once. The promise never rejects. */
  #begin(entry: Entry): Promise<void> | undefined {
    entry.state = 'starting';
    try {
      const starting = entry.service.start();
      if (starting !== undefined) {
        return starting.then(
          () => this.#started(entry),
          (error: unknown) => this.#failed(entry, 'start', error),
        );
      }
      this.#started(entry);
    } catch (error) {
      this.#failed(entry, 'start', error);
    }
    return undefined;
  }

  #started(entry: Entry): void {
    // It may have been told to stop meanwhile.
    if (entry.state === 'starting') entry.state = 'running';
  }

  async #end(entry: Entry): Promise<void> {
    if (entry.state === 'waiting') entry.state = 'stopped';
    if (entry.state !== 'running' && entry.state !== 'starting') return;
    entry.state = 'stopping';
    const limitMs = this.#options.stopMs ?? stopMs;
    try {
      const stopping = Promise.resolve(entry.service.stop(limitMs)).then(
        () => void (entry.state = 'stopped'),
        (error: unknown) => this.#failed(entry, 'stop', error),
      );
      if (await this.#within(stopping, limitMs)) return;
      const { name } = entry.service;
      entry.state = 'late';
      const what = `service ${name} has not stopped within ${limitMs} ms and is left behind`;
      this.#options.log.error({ service: name }, what);
    } catch (error) {
      this.#failed(entry, 'stop', error);
    }
  }

  #failed(entry: Entry, what: 'start' | 'stop', error: unknown): void {
    const { name, isEssential = false } = entry.service;
    // A start that fails because it was told to stop is a stop.
    if (what === 'start' && entry.state !== 'starting') return;
    entry.state = 'failed';
    entry.error = error instanceof Error ? error.message : String(error);
    const message = `service ${name} could not ${what}: ${entry.error}`;
    this.#options.log.error({ service: name, error: entry.error }, message);
    if (what === 'start' && isEssential) this.#options.fatal(message);
  }

  /** Whether `work`, which never rejects, ended within so many milliseconds. */
  #within(work: Promise<void>, limitMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = this.#options.clock.setTimer(limitMs, () => resolve(false));
      void work.then(() => {
        timer.cancel();
        resolve(true);
      });
    });
  }
}

const stageOf = ({ lasts = 'drain' }: Service): number => stages.indexOf(lasts);

function statusOf({ service, state, error }: Entry): ServiceStatus {
  const failure = error === undefined ? {} : { error };
  try {
    const details = service.status();
    return { state, ...failure, ...(details !== undefined && { details }) };
  } catch (failed) {
    // The picture of the server must not be missing because one part of it is.
    return { state, error: error ?? `its status failed: ${(failed as Error).message}` };
  }
}
