/** The way from a partition to the desk: nothing is lost on it as long as the process lives. */
import type { ActorContext, ActorRef } from '../actor/index.js';
import type { Clock, Timer } from '../clock.js';
import type { AgentOutcome } from '../interaction/invitation.js';
import { deskActorName, type DeskMessage } from '../mail/desk.js';

/** Until what found no credit is tried again. */
const retryMs = 20;

export class DeskPort {
  readonly #desk: ActorRef<DeskMessage>;
  readonly #clock: Clock;
  readonly #partition: number;
  readonly #waiting: AgentOutcome[];
  #isNew = false;
  #timer: Timer | undefined;

  /** @param waiting what is still to be told; it outlives the port */
  constructor(context: ActorContext<never>, partition: number, waiting: AgentOutcome[]) {
    this.#desk = context.resolve<DeskMessage>(deskActorName);
    this.#clock = context.clock;
    this.#partition = partition;
    this.#waiting = waiting;
  }

  /** The partition is there, perhaps anew. */
  built(): void {
    this.#isNew = true;
    this.#flush();
  }

  send(outcomes: readonly AgentOutcome[]): void {
    this.#waiting.push(...outcomes);
    if (this.#timer === undefined) this.#flush();
  }

  /** Its partition has ended. */
  end(): void {
    this.#timer?.cancel();
  }

  #flush(): void {
    this.#timer = undefined;
    const partition = this.#partition;
    if (this.#waiting.length > 0) {
      const outcomes = [...this.#waiting];
      const bytes = outcomes.reduce((sum, one) => sum + (one.interaction?.length ?? 0), 0);
      if (!this.#desk.tell({ type: 'outcomes', partition, outcomes }, bytes)) return this.#later();
      this.#waiting.length = 0;
    }
    if (this.#isNew && !this.#desk.tell({ type: 'partition-built', partition })) this.#later();
    else this.#isNew = false;
  }

  #later(): void {
    this.#timer = this.#clock.setTimer(retryMs, () => this.#flush());
  }
}
