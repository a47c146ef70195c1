/**
 * Mode `order`: the agents of the record are at work when they were, but take what the server gives
 * them: the first of a queue, whenever they are free. So waits and abandonments differ from the
 * recorded ones; someone who gave up in the record is served here if an agent comes in time.
 *
 * An agent is away -> free -> pulling -> serving -> free ... -> away, once per span of its roster.
 * A free agent pulls from the queue, among those it may serve, whose first contact has waited
 * longest; with none it rests until a contact is placed in one of them or the span ends. After its
 * last span it goes on until none waits; the last one of a type stays until the last contact that
 * may come to it has come: in the record somebody served it. The server alone decides which
 * contact a pull gives. With `--invite` agents do not pull, but are offered contacts: `invite.ts`.
 */
import { seededRandom } from '../clock.js';
import { type Contact, type ContactSteps, type DayClient, idOf } from './contact.js';
import { groupBy } from './group.js';
import type { Journey } from './journey.js';
import type { RosterEntry } from './roster.js';
import { Rank, type Schedule } from './schedule.js';
import { pulling, type Taking, Working } from './taking.js';

/** What the agents' desktops show: how many wait in which queue. Joins contacts and agents. */
export class OrderDesk {
  readonly #contacts = new Map<string, Contact>();
  /** By type: in the queue as far as is known here, in the order of entry. */
  readonly #waiting = new Map<string, Set<Contact>>();
  readonly #pulling = new Map<string, number>();
  /** With nothing to do. */
  readonly #resting = new Set<Working>();
  #timesFree = 0;
  readonly #abandoning = new Map<Contact, Promise<boolean>>();
  readonly #steps: ContactSteps;
  readonly #schedule: Schedule;
  readonly #taking: Taking;
  readonly #serviceSeconds: ReadonlyMap<Journey, number>;
  /** By type: contacts that may yet come to its queue. */
  readonly #expected = new Map<string, number>();
  /** By type: agents that have not gone. */
  readonly #atWork = new Map<string, number>();

  /** @param taking how agents come to contacts; absent: they pull */
  constructor(
    steps: ContactSteps,
    schedule: Schedule,
    queueOf: (type: string) => string,
    serviceSeconds: ReadonlyMap<Journey, number>,
    roster: readonly RosterEntry[],
    taking?: Taking,
  ) {
    this.#steps = steps;
    this.#schedule = schedule;
    this.#taking = taking ?? pulling(queueOf, this.#contacts);
    this.#serviceSeconds = serviceSeconds;
    for (const { type, queued } of serviceSeconds.keys()) if (queued) add(this.#expected, type, 1);
    for (const { types } of roster) for (const type of types) add(this.#atWork, type, 1);
  }

  /** Takes one contact to its queue, and out of it if it gives up before an agent comes. */
  async contactArrives(contact: Contact): Promise<void> {
    const { journey } = contact;
    try {
      if (!(await this.#toQueue(contact))) return;
    } finally {
      if (journey.queued) this.#noLongerExpected(journey.type);
    }
    // An agent may have it before the router's answer arrives.
    if (contact.takenAtSeconds === undefined) this.#enter(contact);
    if (journey.kind === 'served') return;
    await this.#schedule.until(journey.queueExitAtSeconds, Rank.givesUp);
    if (contact.takenAtSeconds !== undefined) return;
    this.#waiting.get(journey.type)?.delete(contact);
    const stopping = this.#steps.abandon(contact);
    this.#abandoning.set(contact, stopping);
    await stopping;
  }

  /** False: it gave up in the menu. */
  async #toQueue(contact: Contact): Promise<boolean> {
    const { submitAtSeconds, menuExitAtSeconds, queued } = contact.journey;
    await this.#schedule.until(submitAtSeconds, Rank.comes);
    await this.#steps.submit(contact);
    this.#contacts.set(idOf(contact), contact);
    await this.#schedule.until(menuExitAtSeconds, Rank.comes);
    await (queued ? this.#steps.place(contact) : this.#steps.abandon(contact));
    return queued;
  }

  #noLongerExpected(type: string): void {
    add(this.#expected, type, -1);
    if (this.#expected.get(type) === 0) this.#wakeAll(type);
  }

  /** Works through the spans of one agent. */
  async agentWorks(agent: RosterEntry, client: DayClient): Promise<void> {
    try {
      await this.#work(agent, client);
    } finally {
      for (const type of agent.types) add(this.#atWork, type, -1);
    }
  }

  async #work({ agentName, types, spans }: RosterEntry, client: DayClient): Promise<void> {
    const lastSpan = spans.at(-1);
    let idleSeconds = 0;
    for (const span of spans) {
      await this.#schedule.until(span.from, Rank.workBegins);
      const working = new Working(agentName, types, client);
      await this.#taking.begins(agentName);
      working.freeSince = this.#timesFree++;
      working.idleFromSeconds = this.#schedule.nowSeconds() - idleSeconds;
      this.#schedule.at(span.to, Rank.serviceEnds, () => {
        working.isOver = true;
        working.wake();
      });
      for (;;) {
        const over = working.isOver || this.#schedule.nowSeconds() >= span.to;
        if (over && span !== lastSpan) break;
        const type = this.#longestWaiting(types);
        if (type !== undefined) {
          if (await this.#serveFrom(type, working)) {
            working.idleFromSeconds = this.#schedule.nowSeconds();
          }
          working.freeSince = this.#timesFree++;
        } else if (over && !this.#isNeeded(types)) break;
        else await this.#rest(working);
      }
      idleSeconds = this.#schedule.nowSeconds() - working.idleFromSeconds;
      if (span !== lastSpan) await this.#taking.pauses(agentName);
    }
    await this.#taking.ends(agentName);
  }

  /** Whether a contact may yet come that nobody else is there for. */
  #isNeeded(types: readonly string[]): boolean {
    return types.some(
      (type) => this.#atWork.get(type) === 1 && (this.#expected.get(type) ?? 0) > 0,
    );
  }

  /** Those that may serve it; who has been free for longest looks first. */
  #wakeAll(type: string): void {
    const able = [...this.#resting].filter(({ types }) => types.includes(type));
    for (const working of able.toSorted((a, b) => this.#taking.compare(a, b))) working.wake();
  }

  #enter(contact: Contact): void {
    const { type } = contact.journey;
    const waiting = this.#waiting.get(type) ?? new Set();
    this.#waiting.set(type, waiting.add(contact));
    this.#wakeAll(type);
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

  /** Whether it has served somebody. */
  async #serveFrom(type: string, agent: Working): Promise<boolean> {
    this.#pulling.set(type, (this.#pulling.get(type) ?? 0) + 1);
    const contact = await this.#taking
      .take(type, this.#waiting.get(type) ?? [], agent)
      .finally(() => this.#pulling.set(type, (this.#pulling.get(type) ?? 1) - 1));
    if (contact === undefined) return false;
    contact.agentName = agent.agentName;
    contact.takenAtSeconds = this.#schedule.nowSeconds();
    this.#waiting.get(type)?.delete(contact);
    // Gave up while the pull was under way: the server says which of the two came first.
    if (await this.#abandoning.get(contact)) return false;
    const serviceSeconds = this.#serviceSeconds.get(contact.journey) ?? 0;
    await this.#schedule.until(contact.takenAtSeconds + serviceSeconds, Rank.serviceEnds);
    await this.#steps.complete(contact, agent.client);
    return true;
  }

  async #rest(working: Working): Promise<void> {
    this.#resting.add(working);
    await working.sleep();
    this.#resting.delete(working);
  }
}

const add = (counts: Map<string, number>, type: string, amount: number): void =>
  void counts.set(type, (counts.get(type) ?? 0) + amount);

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
