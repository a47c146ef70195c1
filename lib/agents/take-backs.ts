/**
 * Takes from agents what they have, in the partitions that have it. An agent may have any number
 * of interactions in hand, so that some are asked for at once and the others wait.
 */
import type { ActorRef } from '../actor/index.js';
import type { Clock } from '../clock.js';
import { untilRebuilt } from '../control/until-rebuilt.js';
import { IxionError } from '../errors.js';
import type { PartitionMessage } from '../mail/partition.js';

const deadlineMs = 10_000;
/** An interaction that is asked for moves no more often than so. */
const stepsMax = 8;
/** Interactions that partitions are asked for at once. */
const atOnce = 64;

/** An interaction that an agent has, and the partition it was in. */
export interface Taking {
  readonly interactionId: string;
  readonly agentId: string;
  readonly partition: number;
}

/** What is taken, and what else there is to it. */
export interface TakingHow {
  /** The type of workbins of the agent where it goes; undefined: its queue. */
  readonly workbin: string | undefined;
  /** Asked when it is its turn; false: the agent has it no more already. */
  readonly isWanted?: () => boolean;
}

export interface TakeBacksOptions {
  readonly clock: Clock;
  readonly partitions: readonly ActorRef<PartitionMessage>[];
  isOver(): boolean;
  /** Whether anything may be put into the workbin of a type of an agent, by the objects. */
  mayFile(type: string, agentId: string): Promise<boolean>;
}

export class TakeBacks {
  readonly #options: TakeBacksOptions;
  /** Those that wait for their turn, from `#next` on. */
  #waiting: (() => void)[] = [];
  #next = 0;
  #underWay = 0;
  /** All that were to be taken: what the partition says of one may come later than its answer. */
  readonly #all = new WeakSet<Taking>();
  /** The most that were asked for at once. */
  greatest = 0;

  constructor(options: TakeBacksOptions) {
    this.#options = options;
  }

  /** Resolves when the agent has it no more, on disk, or the server stops. */
  async take(taking: Taking, reason: string, { workbin, isWanted }: TakingHow): Promise<void> {
    this.#all.add(taking);
    if (this.#underWay < atOnce) this.#underWay++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.greatest = Math.max(this.greatest, this.#underWay);
    try {
      if (isWanted?.() !== false) await this.#surely(taking, reason, workbin);
    } finally {
      this.#ended();
    }
  }

  /** Whether it was to be taken at some time. */
  wasToBeTaken(taking: Taking): boolean {
    return this.#all.has(taking);
  }

  /** Its place is that of the next. */
  #ended(): void {
    const next = this.#waiting[this.#next];
    if (next === undefined) return void this.#underWay--;
    this.#next++;
    if (this.#next === this.#waiting.length) [this.#waiting, this.#next] = [[], 0];
    next();
  }

  async #surely(
    { interactionId, agentId, partition }: Taking,
    reason: string,
    wanted: string | undefined,
  ): Promise<void> {
    const { partitions, clock, isOver, mayFile } = this.#options;
    if (isOver()) return;
    const take = async (): Promise<void> => {
      const isFiled = wanted !== undefined && (await mayFile(wanted, agentId));
      const taking = { interactionId, agentId, reason, workbin: isFiled ? wanted : undefined };
      let at = partition;
      for (let step = 0; step < stepsMax; step++) {
        const message = { type: 'take-from-agent', taking } as const;
        const answer = await partitions[at]!.ask<true | number>(message, { deadlineMs });
        if (answer === true) return;
        at = answer;
      }
      throw new IxionError('Busy');
    };
    try {
      await untilRebuilt(take, { clock, patienceMs: Infinity, isOver });
    } catch (error) {
      if (!isOver()) throw error;
    }
  }
}
