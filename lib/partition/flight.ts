/**
 * Write sets on their way to the disk, and what leaves once they are there: answers, messages to
 * other partitions, word of events.
 *
 * When one does not become durable, the state in memory no longer agrees with the disk: it and all
 * behind it are answered so, and their partition must be built anew.
 */
import { limits } from '../limits.js';
import type { Core } from './core.js';
import type { Releases } from './ledger/releases.js';
import { answerOfFailure, type Failure, type PartitionOutput } from './output.js';
import type { Turn } from './turn.js';

export class Flight {
  readonly #core: Core;
  readonly #output: PartitionOutput;
  readonly #releases: Releases;
  /** Of the newest write set. */
  #sequence: number;
  #failure: Failure | undefined;
  /** Settles when the newest write set has been dealt with. */
  #newest: Promise<void> = Promise.resolve();
  /** The same of each write set on its way, oldest first. */
  readonly #flight: Promise<void>[] = [];

  constructor(core: Core, output: PartitionOutput, releases: Releases, appliedSequence: number) {
    this.#core = core;
    this.#output = output;
    this.#releases = releases;
    this.#sequence = appliedSequence;
  }

  /** How the first write set that did not become durable ended: the partition is broken. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** Resolves when another turn may begin. Undefined: now. */
  whenReady(): Promise<void> | undefined {
    return this.#flight.length < limits.writeSetsInFlight ? undefined : this.#flight[0];
  }

  /** Resolves when nothing is on its way. */
  async settled(): Promise<void> {
    await this.#newest;
  }

  /** Sends the changes of a turn to the disk, and its answers after them. */
  append(turn: Turn): void {
    const core = this.#core;
    core.ledger.checkClosed();
    core.queues.storeTotals(turn);
    core.outbox.append(turn, core.time.takeStep());
    core.retryKeys.store(turn);
    core.time.lease(turn);
    core.sequences.lease(turn);
    const writeSet = turn.seal(core.partition, 1, ++this.#sequence);
    const { lastSequence } = core.outbox;
    this.#newest = core.store.append(writeSet).then((outcome) => {
      this.#flight.shift();
      if (outcome !== 'durable') return this.#fail(turn, outcome);
      this.#finish(turn);
      if (turn.totalsRows !== undefined) this.#output.totals?.(turn.totalsRows);
      if (turn.events.length > 0) this.#output.eventsUpTo(lastSequence);
    });
    this.#flight.push(this.#newest);
  }

  /** Lets the answers of a turn that changed nothing leave behind all that it may have seen. */
  answerBehind(turn: Turn): void {
    this.#newest = this.#newest.then(() => this.#finishRead(turn));
  }

  #finish(turn: Turn): void {
    if (turn.replies.length > 0) this.#output.replies(turn.replies);
    for (const { partition, message } of turn.messages) this.#core.ports.send(partition, message);
    if (turn.givenBack.length > 0) this.#releases.back(turn.givenBack);
    if (turn.asks.length > 0) for (const done of turn.asks) done(true);
    if (turn.outcomes.length > 0) this.#output.outcomes?.(turn.outcomes);
    if (turn.workbinNews !== undefined) this.#output.workbins?.(turn.workbinNews);
    if (turn.stops !== undefined) this.#output.stops?.(turn.stops);
  }

  /** It may have seen, or repeated, what then did not become durable. */
  #finishRead(turn: Turn): void {
    if (this.#failure === undefined) this.#finish(turn);
    else this.#fail(turn, this.#failure);
  }

  #fail(turn: Turn, outcome: Failure): void {
    const isFirst = this.#failure === undefined;
    // Before it is told: who hears of it may ask again at once.
    this.#failure ??= outcome;
    const replies = turn.replies.filter(({ silentOnFailure }) => silentOnFailure !== true);
    const answer = answerOfFailure(outcome);
    const askers = [...replies.map(({ to }) => to), ...turn.departed];
    this.#output.replies(askers.map((to) => ({ to, answer })));
    for (const done of turn.asks) done(false);
    if (!isFirst) return;
    this.#releases.fail();
    this.#output.broken(outcome);
  }
}
