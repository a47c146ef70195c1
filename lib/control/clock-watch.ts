/**
 * Watches the clock of the machine. When it is put back or forward, partitions are told at once,
 * since what is due by it may be due now; and people are told, since times before and after do not
 * compare. What never goes back (identifiers, the order of queues) may be ahead of a clock that was
 * put right: that is told too.
 */
import type { ActorRef } from '../actor/index.js';
import { clockStepMs as stepMs, type Clock, type ClockStatus, type Timer } from '../clock.js';
import type { Log } from '../log.js';
import type { PartitionMessage } from '../mail/partition.js';

const watchMs = 1_000;
/** Partitions that were ahead are asked again after so many looks. */
const looksBetweenAsks = 60;
const askDeadlineMs = 5_000;

export class ClockWatch {
  readonly #clock: Clock;
  readonly #log: Log;
  #partitions: readonly ActorRef<PartitionMessage>[] = [];
  #timer: Timer | undefined;
  #offsetMs: number;
  #looks = 0;
  #steps = 0;
  #lastStepMs: number | undefined;
  #aheadMs = 0;
  #isEnded = false;

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#clock = clock;
    this.#log = log;
    this.#offsetMs = this.#offset();
  }

  get status(): ClockStatus {
    return {
      steps: this.#steps,
      ...(this.#lastStepMs !== undefined && { lastStepMs: this.#lastStepMs }),
      partitionsAheadMs: this.#aheadMs,
    };
  }

  /** Looks at the clock from now on. */
  begin(partitions: readonly ActorRef<PartitionMessage>[]): void {
    this.#partitions = partitions;
    this.#lookLater();
  }

  end(): void {
    this.#isEnded = true;
    this.#timer?.cancel();
  }

  #lookLater(): void {
    if (this.#isEnded) return;
    this.#timer = this.#clock.setTimer(watchMs, () => {
      void this.#look().then(() => this.#lookLater());
    });
  }

  async #look(): Promise<void> {
    const offsetMs = this.#offset();
    const byMs = Math.round(offsetMs - this.#offsetMs);
    this.#offsetMs = offsetMs;
    const isStep = Math.abs(byMs) >= stepMs;
    if (isStep) this.#stepped(byMs);
    const isDue = this.#aheadMs >= stepMs && this.#looks % looksBetweenAsks === 0;
    const isFirst = this.#looks++ === 0;
    if (isStep || isDue || isFirst) await this.#ask();
  }

  #stepped(byMs: number): void {
    this.#steps++;
    this.#lastStepMs = byMs;
    const how = `${byMs < 0 ? 'back' : 'forward'} by ${inSeconds(Math.abs(byMs))}`;
    this.#log.warn(
      { byMs },
      `the clock of this machine was put ${how}: times and deadlines follow it, identifiers and the ` +
        'order of queues go on as they were',
    );
  }

  /** Partitions look at the clock themselves when they are asked. */
  async #ask(): Promise<void> {
    const answers = await Promise.all(
      this.#partitions.map((partition) =>
        partition
          .ask<number>({ type: 'clock' }, { deadlineMs: askDeadlineMs })
          // One that is being rebuilt looks at the clock when it is there again.
          .catch(() => 0),
      ),
    );
    const before = this.#aheadMs;
    const aheadMs = Math.round(Math.max(0, ...answers));
    this.#aheadMs = aheadMs;
    if (aheadMs >= stepMs && before < stepMs) {
      this.#log.warn(
        { aheadMs },
        `identifiers and the order of queues are ${inSeconds(aheadMs)} ahead of the clock of this ` +
          'machine, which was ahead when the last of them were made, or has been put back',
      );
    } else if (aheadMs < stepMs && before >= stepMs) {
      this.#log.info({}, 'the clock of this machine has caught up with identifiers');
    }
  }

  #offset(): number {
    return this.#clock.nowMs() - this.#clock.monotonicMs();
  }
}

const inSeconds = (timeMs: number): string => `${(timeMs / 1_000).toFixed(1)} s`;
