/** The way from a partition to the desk and back, for its questions about workbins. */
import type { ActorContext, ActorRef } from '../actor/index.js';
import type { Clock, Timer } from '../clock.js';
import type { WorkbinQuestion, WorkbinVerdict } from '../interaction/workbin-rights.js';
import { deskActorName, type DeskMessage } from '../mail/desk.js';
import type { PartitionMessage } from '../mail/partition.js';

/** The desk may still be loading. */
const deadlineMs = 10_000;
/** Until what found no credit is tried again. */
const retryMs = 20;

export class WorkbinPort {
  readonly #desk: ActorRef<DeskMessage>;
  readonly #self: ActorRef<PartitionMessage>;
  readonly #clock: Clock;
  readonly #timers = new Set<Timer>();
  #isOver = false;

  /** @param self the partition, which gets the answers as its mail */
  constructor(context: ActorContext<never>, self: ActorRef<PartitionMessage>) {
    this.#desk = context.resolve<DeskMessage>(deskActorName);
    this.#self = self;
    this.#clock = context.clock;
  }

  ask(question: WorkbinQuestion): void {
    const message = { type: 'workbin-question', question } as const;
    void this.#desk.ask<WorkbinVerdict>(message, { deadlineMs }).then(
      (verdict) => this.#tell(question, verdict),
      // The client is told that it can be asked again.
      () => this.#tell(question, undefined),
    );
  }

  /** Its partition has ended. */
  end(): void {
    this.#isOver = true;
    for (const timer of this.#timers) timer.cancel();
  }

  #tell(question: WorkbinQuestion, verdict: WorkbinVerdict | undefined): void {
    if (this.#isOver) return;
    if (this.#self.tell({ type: 'workbin-verdict', question, verdict })) return;
    const timer = this.#clock.setTimer(retryMs, () => {
      this.#timers.delete(timer);
      this.#tell(question, verdict);
    });
    this.#timers.add(timer);
  }
}
