/**
 * Mode `order` counted again, without a server, clients or promises: from the sentences of
 * docs/simulate.md, with queues that are lists. It says how long each contact waits, and who takes
 * it.
 */
import type { Journey } from '../../lib/simulate/journey.js';
import type { RosterEntry } from '../../lib/simulate/roster.js';

/** How a contact left its queue. */
export interface Recounted {
  readonly waitSeconds: number;
  /** Undefined: it gave up. */
  readonly agentName: string | undefined;
}

interface Waiting {
  readonly journey: Journey;
  /** In the order of placing. */
  readonly number: number;
  readonly sinceSeconds: number;
}

interface Agent {
  readonly entry: RosterEntry;
  span: number;
  state: 'away' | 'free' | 'busy';
  isOver: boolean;
  freeSince: number;
  /** When it would have become free if it had never been away. */
  idleFrom: number;
  /** How long it had been idle when it went away. */
  idleSeconds: number;
}

/**
 * Of one moment: who gives up goes, then services and spans end, then contacts come, then work
 * begins.
 */
type Rank = 0 | 1 | 2 | 3;

class Recount {
  readonly results = new Map<Journey, Recounted>();
  readonly #serviceSeconds: ReadonlyMap<Journey, number>;
  readonly #agents: Agent[];
  readonly #isByIdleTime: boolean;
  readonly #due: { at: number; rank: Rank; number: number; happen: () => void }[] = [];
  readonly #queues = new Map<string, Waiting[]>();
  /** Contacts that may yet come to the queue of a type. */
  readonly #expected = new Map<string, number>();
  #now = 0;
  #numbers = 0;

  constructor(
    journeys: readonly Journey[],
    roster: readonly RosterEntry[],
    serviceSeconds: ReadonlyMap<Journey, number>,
    isByIdleTime: boolean,
  ) {
    this.#serviceSeconds = serviceSeconds;
    this.#isByIdleTime = isByIdleTime;
    this.#agents = roster.map((entry) => ({
      entry,
      span: -1,
      state: 'away',
      isOver: false,
      freeSince: 0,
      idleFrom: 0,
      idleSeconds: 0,
    }));
    for (const journey of journeys) {
      if (journey.queued) {
        this.#expected.set(journey.type, (this.#expected.get(journey.type) ?? 0) + 1);
      }
      this.#at(journey.submitAtSeconds, 2, () => this.#submitted(journey));
    }
    for (const agent of this.#agents) this.#nextSpan(agent);
  }

  run(): void {
    for (let next = this.#due.shift(); next !== undefined; next = this.#due.shift()) {
      this.#now = Math.max(this.#now, next.at);
      next.happen();
    }
  }

  /** Kept sorted by time, rank and order of entry. */
  #at(at: number, rank: Rank, happen: () => void): void {
    const due = this.#due;
    let [low, high] = [0, due.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = due[middle]!;
      if (other.at < at || (other.at === at && other.rank <= rank)) low = middle + 1;
      else high = middle;
    }
    due.splice(low, 0, { at, rank, number: this.#numbers++, happen });
  }

  #submitted(journey: Journey): void {
    if (!journey.queued) return;
    this.#at(journey.menuExitAtSeconds, 2, () => this.#queued(journey));
  }

  #queued(journey: Journey): void {
    const { type, kind } = journey;
    const queue = this.#queues.get(type) ?? [];
    this.#queues.set(type, queue);
    const waiting = { journey, number: this.#numbers++, sinceSeconds: this.#now };
    queue.push(waiting);
    const left = this.#expected.get(type)! - 1;
    this.#expected.set(type, left);
    if (kind !== 'served') {
      this.#at(journey.queueExitAtSeconds, 0, () => this.#givesUp(waiting));
    }
    const able = this.#agents.filter(
      ({ state, entry }) => state === 'free' && entry.types.includes(type),
    );
    const idle = (agent: Agent): number => (this.#isByIdleTime ? agent.idleFrom : 0);
    const order = (a: Agent, b: Agent): number => idle(a) - idle(b) || a.freeSince - b.freeSince;
    for (const agent of able.toSorted(order)) this.#look(agent);
  }

  #givesUp({ journey, sinceSeconds }: Waiting): void {
    if (this.results.has(journey)) return;
    this.#leaves(journey, { waitSeconds: this.#now - sinceSeconds, agentName: undefined });
  }

  #leaves(journey: Journey, how: Recounted): void {
    const queue = this.#queues.get(journey.type)!;
    queue.splice(
      queue.findIndex((waiting) => waiting.journey === journey),
      1,
    );
    this.results.set(journey, how);
  }

  #nextSpan(agent: Agent): void {
    agent.state = 'away';
    if (agent.span >= 0) agent.idleSeconds = this.#now - agent.idleFrom;
    const span = agent.entry.spans[++agent.span];
    if (span === undefined) return;
    this.#at(span.from, 3, () => {
      agent.idleFrom = this.#now - agent.idleSeconds;
      this.#becomesFree(agent, false);
      // Those of a span that is over, when it is, find another one.
      const { span: number } = agent;
      this.#at(span.to, 1, () => {
        if (agent.span !== number) return;
        agent.isOver = true;
        if (agent.state === 'free') this.#look(agent);
      });
    });
  }

  #becomesFree(agent: Agent, isOver: boolean): void {
    agent.state = 'free';
    agent.isOver = isOver || this.#now >= agent.entry.spans[agent.span]!.to;
    agent.freeSince = this.#numbers++;
    this.#look(agent);
  }

  /** What a free agent does. */
  #look(agent: Agent): void {
    const isLast = agent.span === agent.entry.spans.length - 1;
    if (agent.isOver && !isLast) return this.#nextSpan(agent);
    const type = this.#longestWaiting(agent.entry.types);
    if (type !== undefined) return this.#take(agent, type);
    if (agent.isOver && !this.#isNeeded(agent)) this.#nextSpan(agent);
  }

  #longestWaiting(types: readonly string[]): string | undefined {
    const since = (type: string): number =>
      Math.min(...(this.#queues.get(type) ?? []).map(({ sinceSeconds }) => sinceSeconds));
    const [first] = types.toSorted((a, b) =>
      since(a) < since(b) ? -1 : since(a) > since(b) ? 1 : 0,
    );
    return first !== undefined && since(first) < Infinity ? first : undefined;
  }

  /**
   * The greatest priority, then the earliest that came to the server, then the one placed first.
   */
  #take(agent: Agent, type: string): void {
    const priority = ({ journey }: Waiting): number => journey.record.priority ?? 0;
    const came = ({ journey }: Waiting): number => journey.submitAtSeconds;
    const [first] = this.#queues
      .get(type)!
      .toSorted((a, b) => priority(b) - priority(a) || came(a) - came(b) || a.number - b.number);
    const { journey, sinceSeconds } = first!;
    const { agentName } = agent.entry;
    this.#leaves(journey, { waitSeconds: this.#now - sinceSeconds, agentName });
    agent.state = 'busy';
    const seconds = this.#serviceSeconds.get(journey) ?? 0;
    this.#at(this.#now + seconds, 1, () => {
      agent.idleFrom = this.#now;
      this.#becomesFree(agent, agent.isOver);
    });
  }

  /** The last one there for a type of which somebody may yet come. */
  #isNeeded(agent: Agent): boolean {
    const isThere = (other: Agent, type: string): boolean =>
      other.span < other.entry.spans.length && other.entry.types.includes(type);
    return agent.entry.types.some(
      (type) =>
        (this.#expected.get(type) ?? 0) > 0 &&
        this.#agents.filter((other) => isThere(other, type)).length === 1,
    );
  }
}

/**
 * The waits of a day in mode `order`; `isByIdleTime`: who has been idle for longest since the end
 * of the last service comes first, else who became free first. Contacts that are not in it never
 * left their queue.
 */
export function recountOrder(
  journeys: readonly Journey[],
  roster: readonly RosterEntry[],
  serviceSeconds: ReadonlyMap<Journey, number>,
  isByIdleTime = false,
): ReadonlyMap<Journey, Recounted> {
  const recount = new Recount(journeys, roster, serviceSeconds, isByIdleTime);
  recount.run();
  return recount.results;
}
