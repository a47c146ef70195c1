/**
 * Mode `order`: the agents of the record are at work when they were, but take what the server gives
 * them: the first of a queue, whenever they are free. So waits and abandonments differ from the
 * recorded ones; someone who gave up in the record is served here if an agent comes in time.
 *
 * An agent is away -> free -> pulling -> serving -> free ... -> away, once per span of its roster.
 * A free agent pulls from the queue, among those it may serve, whose first contact has waited
 * longest; with none it rests until a contact is placed in one of them or the span ends. After its
 * last span it goes on until none waits. The server alone decides which contact a pull gives.
 */
import { seededRandom } from '../clock.js';
import { type Contact, type ContactSteps, type DayClient, idOf, stepOptions } from './contact.js';
import { groupBy } from './group.js';
import type { Journey } from './journey.js';
import type { RosterEntry } from './roster.js';
import type { Schedule } from './schedule.js';

/** An agent with nothing to do. */
interface Resting {
  readonly types: readonly string[];
  readonly wake: () => void;
}

/** What the agents' desktops show: how many wait in which queue. Joins contacts and agents. */
export class OrderDesk {
  readonly #contacts = new Map<string, Contact>();
  /** By type: in the queue as far as is known here, in the order of entry. */
  readonly #waiting = new Map<string, Set<Contact>>();
  readonly #pulling = new Map<string, number>();
  readonly #resting = new Set<Resting>();
  readonly #abandoning = new Map<Contact, Promise<boolean>>();
  readonly #steps: ContactSteps;
  readonly #schedule: Schedule;
  readonly #queueOf: (type: string) => string;
  readonly #serviceSeconds: ReadonlyMap<Journey, number>;

  constructor(
    steps: ContactSteps,
    schedule: Schedule,
    queueOf: (type: string) => string,
    serviceSeconds: ReadonlyMap<Journey, number>,
  ) {
    this.#steps = steps;
    this.#schedule = schedule;
    this.#queueOf = queueOf;
    this.#serviceSeconds = serviceSeconds;
  }

  /** Takes one contact to its queue, and out of it if it gives up before an agent comes. */
  async contactArrives(contact: Contact): Promise<void> {
    const { journey } = contact;
    await this.#schedule.until(journey.submitAtSeconds);
    await this.#steps.submit(contact);
    this.#contacts.set(idOf(contact), contact);
    await this.#schedule.until(journey.menuExitAtSeconds);
    if (!journey.queued) {
      await this.#steps.abandon(contact);
      return;
    }
    await this.#steps.place(contact);
    // An agent may have it before the router's answer arrives.
    if (contact.takenAtSeconds === undefined) this.#enter(contact);
    if (journey.kind === 'served') return;
    await this.#schedule.until(journey.queueExitAtSeconds);
    if (contact.takenAtSeconds !== undefined) return;
    this.#waiting.get(journey.type)?.delete(contact);
    const stopping = this.#steps.abandon(contact);
    this.#abandoning.set(contact, stopping);
    await stopping;
  }

  /** Works through the spans of one agent. */
  async agentWorks(agent: RosterEntry, client: DayClient): Promise<void> {
    const lastSpan = agent.spans.at(-1);
    for (const span of agent.spans) {
      await this.#schedule.until(span.from);
      for (;;) {
        const over = this.#schedule.nowSeconds() >= span.to;
        if (over && span !== lastSpan) break;
        const type = this.#longestWaiting(agent.types);
        if (type !== undefined) await this.#serveFrom(type, agent.agentName, client);
        else if (over) break;
        else await this.#rest(agent.types, span.to);
      }
    }
  }

  #enter(contact: Contact): void {
    const { type } = contact.journey;
    const waiting = this.#waiting.get(type) ?? new Set();
    this.#waiting.set(type, waiting.add(contact));
    for (const resting of this.#resting) if (resting.types.includes(type)) resting.wake();
  }

  /** The queue with more contacts than pulls under way, and among these the longest wait. */
  #longestWaiting(types: readonly string[]): string | undefined {
    let longest: string | undefined;
    let since = Number.POSITIVE_INFINITY;
    for (const type of types) {
      const waiting = this.#waiting.get(type);
      if (waiting === undefined || waiting.size <= (this.#pulling.get(type) ?? 0)) continue;
      const [first] = waiting;
      const placedAtSeconds = first?.placedAtSeconds ?? since;
      if (placedAtSeconds < since) [longest, since] = [type, placedAtSeconds];
    }
    return longest;
  }

  async #serveFrom(type: string, agentName: string, client: DayClient): Promise<void> {
    this.#pulling.set(type, (this.#pulling.get(type) ?? 0) + 1);
    const [taken] = await client
      .pull({ queue: this.#queueOf(type) }, stepOptions)
      .finally(() => this.#pulling.set(type, (this.#pulling.get(type) ?? 1) - 1));
    if (taken === undefined) return;
    const contact = this.#contacts.get(taken.InteractionId);
    if (contact === undefined) {
      throw new TypeError(`${taken.InteractionId} in ${taken.Queue} is not of this day`);
    }
    contact.agentName = agentName;
    contact.takenAtSeconds = this.#schedule.nowSeconds();
    this.#waiting.get(type)?.delete(contact);
    // Gave up while the pull was under way: the server says which of the two came first.
    if (await this.#abandoning.get(contact)) return;
    const serviceSeconds = this.#serviceSeconds.get(contact.journey) ?? 0;
    await this.#schedule.until(contact.takenAtSeconds + serviceSeconds);
    await this.#steps.complete(contact, client);
  }

  async #rest(types: readonly string[], untilSeconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const resting: Resting = {
        types,
        wake: () => {
          this.#resting.delete(resting);
          resolve();
        },
      };
      this.#resting.add(resting);
      this.#schedule.at(untilSeconds, resting.wake);
    });
  }
}

/**
 * How long each contact is served if an agent reaches it: as recorded, or, for one that gave up,
 * drawn with the seed from the recorded services of its type (of all types, if it has none).
 */
export function drawServiceSeconds(
  journeys: readonly Journey[],
  seed: number,
): Map<Journey, number> {
  const random = seededRandom(seed);
  const all = journeys.filter(({ kind }) => kind === 'served');
  const byType = groupBy(all, ({ type }) => type);
  return new Map(
    journeys.map((journey) => {
      if (journey.kind === 'served' || journey.kind === 'phantom') {
        return [journey, journey.serviceSeconds];
      }
      const recorded = byType.get(journey.type) ?? all;
      const drawn = recorded[Math.floor(random.fraction() * recorded.length)];
      return [journey, drawn?.serviceSeconds ?? 0];
    }),
  );
}
