/** What partitions tell of the disk: gathered, written to the log, and shown in the status. */
import type { Behaviour, ChildSpec } from '../actor/index.js';
import { DiskLevel } from '../store/contract.js';
import type { Log } from '../log.js';

export type DiskReport =
  | {
      readonly type: 'disk-level';
      readonly partition: number;
      readonly level: DiskLevel;
      readonly freeBytes: number;
    }
  /** A commit takes long; `ended`: it has come to its end now. */
  | {
      readonly type: 'slow-commit';
      readonly partition: number;
      readonly waitedMs: number;
      readonly ended: boolean;
    };

/** The disk, as its worst partition sees it. */
export interface DiskStatus {
  /** `full`: nothing is written. */
  readonly state: 'normal' | 'no-submits' | 'only-ends' | 'full';
  /** Bytes free when that was found; absent while there is enough. */
  readonly freeBytes?: number;
  /** Commits that took longer than a second, since the start. */
  readonly slowCommits: number;
}

export const diskReportsName = 'disk-reports';

export const diskReportsChild: ChildSpec = {
  id: diskReportsName,
  behaviour: diskReportsName,
  argument: undefined,
  thread: 0,
  restart: 'permanent',
  shutdownMs: 1_000,
};

const states = ['normal', 'no-submits', 'only-ends', 'full'] as const;
const meanings = {
  'no-submits': 'the disk is nearly full: new interactions are refused, those that are here go on',
  'only-ends': 'the disk is nearly full: interactions can only be stopped or taken off hold',
  full: 'the disk is full: everything that writes is refused',
} as const;

export class DiskReports {
  readonly #log: Log;
  readonly #directory: string;
  readonly #levels = new Map<number, { level: DiskLevel; freeBytes: number }>();
  #worst: DiskLevel = DiskLevel.normal;
  #slowCommits = 0;

  readonly behaviour: Behaviour<undefined, DiskReport> = {
    start: () => ({
      receive: (batch) => {
        for (const envelope of batch) if (envelope.kind === 'message') this.#take(envelope.message);
      },
    }),
    unavailable: () => undefined,
  };

  /** @param directory that of the store, for the log */
  constructor(log: Log, directory: string) {
    this.#log = log;
    this.#directory = directory;
  }

  status(): DiskStatus {
    const state = states[this.#worst];
    const slowCommits = this.#slowCommits;
    if (state === 'normal') return { state, slowCommits };
    const free = [...this.#levels.values()].map(({ freeBytes }) => freeBytes);
    return { state, freeBytes: Math.min(...free), slowCommits };
  }

  #take(report: DiskReport): void {
    const { partition } = report;
    const directory = this.#directory;
    if (report.type === 'slow-commit') {
      const { waitedMs, ended } = report;
      if (ended) this.#slowCommits += 1;
      const text = ended
        ? `a commit took ${waitedMs} ms`
        : `a commit has been waiting for ${waitedMs} ms`;
      this.#log.warn({ partition, waitedMs, directory }, `the disk is slow: ${text}`);
      return;
    }
    const { level, freeBytes } = report;
    if (level === DiskLevel.normal) this.#levels.delete(partition);
    else this.#levels.set(partition, { level, freeBytes });
    const levels = [...this.#levels.values()].map((one) => one.level);
    const worst = Math.max(DiskLevel.normal, ...levels) as DiskLevel;
    if (worst === this.#worst) return;
    this.#worst = worst;
    const state = states[worst];
    if (state === 'normal') this.#log.info({ directory, freeBytes }, 'the disk has room again');
    else this.#log.warn({ directory, freeBytes }, meanings[state]);
  }
}
