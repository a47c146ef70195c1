/**
 * Goes over all interactions for snapshots, one piece of one partition at a time. Those that are
 * asked for meanwhile wait, and are then taken together: a row is read once for all of them.
 */
import { limits } from '../limits.js';
import type { Scan, ScanPart } from '../mail/partition.js';
import { askPartition, type Asking } from './ask.js';
import { Gathering } from './gathering.js';

/** A partition that takes longer for a piece has other work: it is left in peace for as long. */
const quickMs = 3;
const restMsMax = 20;
/** Bytes of the conditions and orders of one go, which travel with each question. */
const textBytesMax = 262_144;

/** What is looked for. */
export type Wanted = Omit<Scan, 'before'> & {
  /** Interactions that are wanted. */
  readonly most: number;
};

interface Taking {
  readonly wanted: Wanted;
  readonly gathering: Gathering;
  /** Nobody waits for it any more. */
  isGone(): boolean;
  done(): void;
  failed(error: unknown): void;
}

export class Scanner {
  readonly #options: Asking;
  #waiting: Taking[] = [];
  #isBusy = false;

  constructor(options: Asking) {
    this.#options = options;
  }

  /** Those that wait for their turn. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Looks at everything.
   * @param isGone asked between pieces: true gives it up
   * @throws {IxionError} (as a rejection) what partitions say
   */
  run(wanted: Wanted, isGone: () => boolean): Promise<ReturnType<Gathering['finish']>> {
    return new Promise((resolve, reject) => {
      const gathering = new Gathering(wanted.most);
      const done = (): void => resolve(gathering.finish());
      this.#waiting.push({ wanted, gathering, isGone, done, failed: reject });
      if (!this.#isBusy) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    while (this.#waiting.length > 0) {
      const batch = this.#nextBatch();
      try {
        for (const partition of this.#options.partitions.keys())
          await this.#goOver(partition, batch);
        for (const taking of batch) taking.done();
      } catch (error) {
        for (const taking of batch) taking.failed(error);
      }
    }
    this.#isBusy = false;
  }

  #nextBatch(): readonly Taking[] {
    let bytes = 0;
    let count = 0;
    for (const { wanted } of this.#waiting.slice(0, limits.snapshotsPerScan)) {
      bytes += textBytesOf(wanted);
      if (count > 0 && bytes > textBytesMax) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #goOver(partition: number, batch: readonly Taking[]): Promise<void> {
    const { clock } = this.#options;
    let after: string | undefined;
    do {
      const wanting = batch.filter((taking) => !taking.isGone());
      if (wanting.length === 0) return;
      const beganMs = clock.monotonicMs();
      const part = await this.#ask(partition, wanting, after);
      for (const [at, found] of part.found.entries()) wanting[at]!.gathering.add(partition, found);
      after = part.next;
      const tookMs = clock.monotonicMs() - beganMs;
      if (tookMs <= quickMs || after === undefined) continue;
      const restMs = Math.min(tookMs, restMsMax);
      await new Promise<void>((resolve) => void clock.setTimer(restMs, resolve));
    } while (after !== undefined);
  }

  #ask(
    partition: number,
    wanting: readonly Taking[],
    after: string | undefined,
  ): Promise<ScanPart> {
    const scans = wanting.map(({ wanted: { most: _, ...scan }, gathering }) => ({
      ...scan,
      before: gathering.before,
    }));
    const bytes = wanting.reduce((sum, { wanted }) => sum + 256 + textBytesOf(wanted), 0);
    const message = { type: 'scan-interactions', scans, after } as const;
    return askPartition(this.#options, partition, message, bytes);
  }
}

const textBytesOf = ({ condition, order = '' }: Wanted): number => condition.length + order.length;
