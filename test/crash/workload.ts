/**
 * A workload: one agent and one media server that work on queues and interactions of their own, so
 * that the answers alone tell exactly what the server must hold. Which operations it does depends
 * on its seed and on the answers, not on time. What is not answered is sent again by the SDK.
 */
import type { Client, Interaction } from '../../lib/client/index.js';
import { IxionError } from '../../lib/errors.js';
import { seededRandom, type Random } from '../../lib/clock.js';
import { type ExpectedQueue, type Known, propertyDifferences } from './expected.js';

const interactionsMax = 12;
const reasons = ['Normal', 'Abandoned', 'Sent'] as const;
const farFutureMs = 4_102_444_800_000;

export interface WorkloadOptions {
  readonly name: string;
  readonly seed: number;
  readonly queues: readonly ExpectedQueue[];
  readonly agent: Client;
  readonly media: Client;
  /** Which identifiers it may choose; absent: any. */
  readonly isAllowedId?: (id: string) => boolean;
}

export class Workload {
  readonly #options: WorkloadOptions;
  readonly #random: Random;
  readonly #known: Known[] = [];
  /** Interactions stopped since the last check, with their last version. */
  #stopped: { id: string; version: number; isChosen: boolean; submitter: 'agent' | 'media' }[] = [];
  #count = 0;
  /** What went wrong; empty: nothing. */
  readonly complaints: string[] = [];
  acknowledged = 0;
  inFlight = 0;

  constructor(options: WorkloadOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
  }

  get queues(): readonly ExpectedQueue[] {
    return this.#options.queues;
  }

  /** Works until told to pause, or until something is wrong. */
  async work(isPaused: () => boolean): Promise<void> {
    while (!isPaused() && this.isSound) await this.#step();
  }

  /** Nothing went wrong so far. */
  get isSound(): boolean {
    return this.complaints.length === 0;
  }

  /** Compares everything with the server; nothing may be under way. Returns the versions of all. */
  async check(): Promise<{ live: Map<string, number>; stopped: Map<string, number> }> {
    const { agent, media, queues } = this.#options;
    for (const known of this.#known) {
      const actual = await agent.getProperties(known.id).catch((error: unknown) => error);
      if (actual instanceof Error) this.#complain(`${known.id}: ${actual.message}`, known);
      else {
        const properties = actual as Interaction;
        this.complaints.push(...propertyDifferences(known, agent.clientName, properties));
      }
    }
    for (const { id } of this.#stopped) {
      const error = await agent.getProperties(id).catch((reason: unknown) => reason);
      if (isUnknown(error)) continue;
      this.#complain(`${id} was stopped, and now: ${String(error)}`);
    }
    const totals = await media.queueStatistics(queues.map(({ name }) => name));
    for (const queue of queues) {
      const here = this.#known.filter((known) => known.queue === queue);
      queue.processing = here.filter(({ isTaken }) => isTaken).length;
      queue.waiting = here.length - queue.processing;
      const actual = totals.find((each) => each.queue === queue.name);
      this.complaints.push(...queue.differences(actual));
    }
    const stopped = new Map(this.#stopped.map(({ id, version }) => [id, version]));
    this.#stopped = [];
    return { live: new Map(this.#known.map(({ id, version }) => [id, version])), stopped };
  }

  async #step(): Promise<void> {
    const dice = this.#random.fraction();
    if (this.#known.length < 3 || dice < 0.12) return this.#burst(() => this.#submit());
    if (this.#known.length > interactionsMax) return this.#one((known) => this.#stop(known));
    if (dice < 0.2) return this.#pull();
    if (dice < 0.25) return this.#submitAgain();
    const targets = this.#someKnown();
    await Promise.all(targets.map((known) => this.#change(known)));
  }

  /** One of the operations by identifier, each as likely as its share of the dice. */
  #change(known: Known): Promise<void> {
    const dice = this.#random.fraction();
    if (dice < 0.35) return this.#place(known);
    if (dice < 0.6) return this.#changeProperties(known);
    if (dice < 0.75) return this.#holdOrResume(known);
    if (dice < 0.9) return this.#pullById(known);
    return this.#stop(known);
  }

  async #burst(start: () => Promise<void>): Promise<void> {
    const count = 1 + Math.floor(this.#random.fraction() * 4);
    await Promise.all(Array.from({ length: count }, start));
  }

  async #one(start: (known: Known) => Promise<void>): Promise<void> {
    const known = this.#known[Math.floor(this.#random.fraction() * this.#known.length)];
    if (known !== undefined) await start(known);
  }

  async #submit(): Promise<void> {
    const { name, isAllowedId = () => true } = this.#options;
    do this.#count++;
    while (!isAllowedId(`${name}.${this.#count}`));
    const count = this.#count;
    const queue = this.#anyQueue();
    const submitter = this.#random.fraction() < 0.4 ? 'agent' : 'media';
    const isChosen = this.#random.fraction() < 0.5;
    const isHeld = this.#random.fraction() < 0.1;
    const priority = Math.floor(this.#random.fraction() * 3);
    const note = `${count}`;
    const interactionId = isChosen ? `${name}.${count}` : undefined;
    await this.#ask(`submit to ${queue.name}`, async () => {
      const answer = await this.#options[submitter].submit({
        interactionId,
        queue: queue.name,
        mediaType: 'email',
        interactionType: 'Inbound',
        receivedAt: count,
        hold: isHeld,
        priority,
        userData: { note, text: 'x'.repeat(count % 700) },
      });
      const id = answer.interactionId;
      if (isChosen && id !== interactionId) this.#complain(`${interactionId} was called ${id}`);
      if (this.#known.some((each) => each.id === id)) this.#complain(`${id} was given twice`);
      queue.submitted++;
      this.#known.push({
        id,
        submitter,
        receivedAt: count,
        queue,
        priority,
        version: 1,
        isHeld,
        isTaken: submitter === 'agent',
        note,
        history: [`submit to ${queue.name}`],
      });
    });
  }

  /** The same identifier again, living or stopped, is acknowledged and changes nothing. */
  async #submitAgain(): Promise<void> {
    const { name } = this.#options;
    const living = this.#known
      .filter(({ id }) => id.startsWith(`${name}.`))
      .map(({ id, submitter }) => ({ id, submitter }));
    const ended = this.#stopped.filter(({ isChosen }) => isChosen);
    const all = [...living, ...ended];
    const chosen = all[Math.floor(this.#random.fraction() * all.length)];
    const queue = this.#anyQueue();
    if (chosen === undefined) return;
    await this.#ask(`submit ${chosen.id} again`, async () => {
      const { duplicate } = await this.#options[chosen.submitter].submit({
        interactionId: chosen.id,
        queue: queue.name,
        mediaType: 'email',
        interactionType: 'Inbound',
      });
      if (!duplicate) this.#complain(`${chosen.id} was made a second time`);
    });
  }

  async #place(known: Known): Promise<void> {
    const queue = this.#anyQueue();
    const note = this.#random.fraction() < 0.5 ? `${++this.#count}` : undefined;
    const changes = note === undefined ? {} : { changed: { note } };
    await this.#acknowledged(known, `place in ${queue.name}`, async () => {
      await this.#anyClient().placeInQueue(known.id, queue.name, changes);
      known.queue.left++;
      queue.entered++;
      known.queue = queue;
      known.isTaken = false;
      if (note !== undefined) known.note = note;
    });
  }

  async #changeProperties(known: Known): Promise<void> {
    const note = `${++this.#count}`;
    const priority =
      this.#random.fraction() < 0.3 ? Math.floor(this.#random.fraction() * 3) : undefined;
    await this.#acknowledged(known, `change to ${note}`, async () => {
      await this.#anyClient().changeProperties(known.id, { changed: { note }, priority });
      known.note = note;
      known.priority = priority ?? known.priority;
    });
  }

  async #holdOrResume(known: Known): Promise<void> {
    const client = this.#anyClient();
    if (known.isHeld) {
      return this.#acknowledged(known, 'resume', async () => {
        await client.resume(known.id);
        known.isHeld = false;
      });
    }
    const until = this.#random.fraction() < 0.5 ? farFutureMs : undefined;
    await this.#acknowledged(known, 'hold', async () => {
      await client.hold(known.id, { until });
      known.isHeld = true;
    });
  }

  async #pullById(known: Known): Promise<void> {
    const { agent } = this.#options;
    if (!known.isHeld && !known.isTaken) {
      return this.#acknowledged(known, 'pull by id', async () => {
        await agent.pullById(known.id);
        known.isTaken = true;
      });
    }
    await this.#ask(`pull ${known.id}, which is not free`, async () => {
      const error = await agent.pullById(known.id).catch((reason: unknown) => reason);
      if (error instanceof IxionError && refusals.has(error.errorName)) return;
      this.#complain(`pull of ${known.id}, which is not free: ${String(error)}`, known);
    });
  }

  async #pull(): Promise<void> {
    const queue = this.#anyQueue();
    const count = 1 + Math.floor(this.#random.fraction() * 2);
    const expected = this.#known
      .filter((known) => known.queue === queue && !known.isHeld && !known.isTaken)
      .sort((left, right) => right.priority - left.priority || left.receivedAt - right.receivedAt)
      .slice(0, count);
    await this.#ask(`pull from ${queue.name}`, async () => {
      const pulled = await this.#options.agent.pull({ queue: queue.name, count });
      const found = pulled.map(({ InteractionId }) => InteractionId).join();
      const wanted = expected.map(({ id }) => id).join();
      if (found !== wanted) this.#complain(`pull from ${queue.name}: ${found}, not ${wanted}`);
      for (const known of expected) {
        known.isTaken = true;
        known.version++;
        known.history.push('pull');
      }
    });
  }

  async #stop(known: Known): Promise<void> {
    const reason = reasons[Math.floor(this.#random.fraction() * reasons.length)]!;
    await this.#acknowledged(known, 'stop', async () => {
      await this.#anyClient().stop(known.id, { reason: { systemName: reason } });
      known.queue.stop(reason);
      this.#known.splice(this.#known.indexOf(known), 1);
      const { id, version, submitter } = known;
      const isChosen = id.startsWith(`${this.#options.name}.`);
      this.#stopped.push({ id, version: version + 1, isChosen, submitter });
    });
  }

  #acknowledged(known: Known, what: string, act: () => Promise<void>): Promise<void> {
    return this.#ask(
      `${what} ${known.id}`,
      async () => {
        await act();
        known.version++;
        known.history.push(what);
      },
      known,
    );
  }

  async #ask(what: string, act: () => Promise<void>, known?: Known): Promise<void> {
    this.inFlight++;
    try {
      await act();
      this.acknowledged++;
    } catch (error) {
      this.#complain(`${what}: ${String(error)}`, known);
    } finally {
      this.inFlight--;
    }
  }

  #someKnown(): Known[] {
    const from = Math.floor(this.#random.fraction() * this.#known.length);
    return this.#known.slice(from, from + 1 + Math.floor(this.#random.fraction() * 4));
  }

  #anyClient(): Client {
    return this.#random.fraction() < 0.5 ? this.#options.agent : this.#options.media;
  }

  #anyQueue(): ExpectedQueue {
    return this.queues[Math.floor(this.#random.fraction() * this.queues.length)]!;
  }

  #complain(what: string, known?: Known): void {
    const history = known === undefined ? '' : `; acknowledged: ${known.history.join(', ')}`;
    this.complaints.push(`${this.#options.name}: ${what}${history}`);
  }
}

const refusals: ReadonlySet<string> = new Set(['HeldByAnother', 'NotInRequiredState']);

export const isUnknown = (error: unknown): boolean =>
  error instanceof IxionError && error.errorName === 'UnknownInteraction';
