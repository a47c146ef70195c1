/**
 * File descriptors of the process. Connections are taken only as far as the limit leaves room for
 * everything else; some are kept in reserve for what is loaded late; and it is told when there are
 * none left all the same, because the machine or something else in the process has them.
 */
import { closeSync, open, close, openSync, readdirSync, readFileSync } from 'node:fs';
import type { Clock, Timer } from '../clock.js';
import type { Log } from '../log.js';

const nothing = '/dev/null';
/** Kept for what is loaded late. */
const reserveMax = 16;
/** Files that the bundles of the command have open at once while they load. */
const neededMin = 2;
/** Free beside connections: the admin listener, backups, logs, threads. */
const spareMax = 128;
/** Connections that are taken whatever the limit. */
const connectionsMin = 4;
const watchMs = 1_000;

/** Descriptors of a process, as its status tells them. */
export interface DescriptorStatus {
  /** How many the process may have; undefined: the system does not say. */
  readonly limit: number | undefined;
  /** Times that none was left, since the start. */
  readonly exhausted: number;
}

/** The limit of this process; undefined where the system does not tell. */
function readLimit(): number | undefined {
  try {
    const [, limit] =
      /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return limit === undefined ? undefined : Number(limit);
  } catch {
    return undefined;
  }
}

function countOpen(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}

export class Descriptors {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #limit = readLimit();
  #reserved: number[] = [];
  /** As many are kept, unless something is being loaded. */
  #reserve = 0;
  #exhausted = 0;
  #isExhausted = false;
  #watch: Timer | undefined;
  #isStopped = false;

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#clock = clock;
    this.#log = log;
  }

  get status(): DescriptorStatus {
    return { limit: this.#limit, exhausted: this.#exhausted };
  }

  /**
   * How many connections can be taken, all of this process's other needs considered.
   * @param wanted as many as there may be otherwise
   */
  connections(wanted: number): number {
    if (this.#limit === undefined) return wanted;
    const free = Math.max(0, this.#limit - countOpen());
    const most = free - Math.min(spareMax, Math.floor(free / 2));
    if (most >= wanted) return wanted;
    const connections = Math.max(connectionsMin, most);
    const remedy = 'raise it (LimitNOFILE, ulimit -n)';
    const message = `only ${connections} connections: ${this.#limit} files may be open; ${remedy}`;
    this.#log.warn({ limit: this.#limit, connections }, message);
    return connections;
  }

  /** Begins to watch, and fills the reserve. To be called before connections are taken. */
  begin(): void {
    const free = this.#limit === undefined ? Infinity : this.#limit - countOpen();
    this.#reserve = Math.min(reserveMax, Math.floor(free / 2));
    this.#fillReserve();
    this.#watchLater();
  }

  /** Gives back all. */
  end(): void {
    this.#isStopped = true;
    this.#watch?.cancel();
    this.#release();
  }

  /**
   * Runs what opens files at once, with the reserve given back for it.
   * @throws {Error} without having run it, when there are not even so many descriptors: Node takes
   *   a file that it could not open for one that is not there, and never looks again
   */
  async lend<T>(work: () => Promise<T>): Promise<T> {
    const needed = Math.max(neededMin, this.#reserved.length / 2);
    this.#release();
    try {
      if (!canOpen(needed)) throw new Error('no file descriptors are left');
      return await work();
    } finally {
      if (!this.#isStopped) this.#fillReserve();
    }
  }

  #fillReserve(): void {
    try {
      while (this.#reserved.length < this.#reserve) this.#reserved.push(openNothing());
    } catch {
      // Fewer, then, until the next time.
    }
  }

  #release(): void {
    for (const descriptor of this.#reserved.splice(0)) closeNothing(descriptor);
  }

  #watchLater(): void {
    if (this.#isStopped) return;
    this.#watch = this.#clock.setTimer(watchMs, () =>
      open(nothing, (error, descriptor) => {
        if (error === null) close(descriptor);
        this.#saw(error?.code);
        this.#watchLater();
      }),
    );
  }

  #saw(code: string | undefined): void {
    const isExhausted = code === 'EMFILE' || code === 'ENFILE';
    if (isExhausted === this.#isExhausted) return;
    this.#isExhausted = isExhausted;
    const limit = this.#limit;
    if (!isExhausted) return this.#log.info({ limit }, 'file descriptors are free again');
    this.#exhausted += 1;
    const whose = code === 'EMFILE' ? 'of this process' : 'of the machine';
    const message = `no file descriptors ${whose} are left: new connections end, backups fail`;
    this.#log.error({ limit, exhausted: this.#exhausted }, message);
  }
}

/** Opens what is on no disk, and closes it: nobody has to wait for that. */
const openNothing = (): number => openSync(nothing, 'r');
const closeNothing = (descriptor: number): void => closeSync(descriptor);

/** Whether so many files can be opened now. */
function canOpen(count: number): boolean {
  const opened: number[] = [];
  try {
    for (let at = 0; at < count; at++) opened.push(openNothing());
    return true;
  } catch {
    return false;
  } finally {
    for (const descriptor of opened) closeNothing(descriptor);
  }
}
