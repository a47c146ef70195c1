/**
 * Agents and places that a router has reserved: until that is over, others offer them nothing.
 * Requests are gathered for a time before any is granted, so that the most important of those that
 * compete gets the agent, not the first. Memory only: a reservation is shorter than a restart
 * matters. No I/O: time comes in as an argument, an outcome goes to who asked.
 *
 * A request waits (gathered) until its time is over, or that of another which wants one of the same
 * names; then it is granted (held, until its time is over, it is cancelled or its client is gone)
 * or refused. What is held by another refuses at once.
 */

/**
 * `granted`; `taken`: another has it; `again`: this client has it already; `over`: its client or
 * the server ends.
 */
export type ReserveOutcome = 'granted' | 'taken' | 'again' | 'over';

export interface ReserveOrder {
  /** Of agents and places; all are reserved, or none. */
  readonly names: readonly string[];
  /** The session of who asks. */
  readonly client: number;
  /** The greatest is granted first, among equal ones that which came first. */
  readonly priority: number;
  /** How long it is to hold. */
  readonly forMs: number;
  /** Told once. */
  readonly decided: (outcome: ReserveOutcome) => void;
}

interface Held {
  readonly client: number;
  readonly untilMs: number;
}

interface Gathered extends ReserveOrder {
  readonly dueMs: number;
}

export class Reservations {
  readonly #held = new Map<string, Held>();
  /** In the order in which they came. */
  #gathered: Gathered[] = [];

  /** Names that are reserved, among them some whose time is over. */
  get size(): number {
    return this.#held.size;
  }

  /** Who has reserved one of these, other than this client; undefined: nobody has. */
  holder(names: readonly string[], client: number, nowMs: number): number | undefined {
    for (const name of names) {
      const held = this.#heldNow(name, nowMs);
      if (held !== undefined && held.client !== client) return held.client;
    }
    return undefined;
  }

  /**
   * Asks for a reservation.
   * @param gatherMs for how long competing requests are gathered; 0: it is decided at once
   * @param renews whether a client that has it already gets another time, instead of `again`
   */
  request(
    order: ReserveOrder,
    { nowMs, gatherMs, renews }: { nowMs: number; gatherMs: number; renews: boolean },
  ): void {
    const { names, client } = order;
    if (this.holder(names, client, nowMs) !== undefined) return order.decided('taken');
    const own = names.filter((name) => this.#heldNow(name, nowMs) !== undefined);
    if (own.length > 0 && !renews) return order.decided('again');
    if (own.length === names.length) return this.#grant(order, nowMs);
    this.#gathered.push({ ...order, dueMs: nowMs + gatherMs });
    if (gatherMs === 0) this.decide(nowMs);
  }

  /** Decides what is due, together with all that competes with it. */
  decide(nowMs: number): void {
    for (;;) {
      const due = this.#gathered.find(({ dueMs }) => dueMs <= nowMs);
      if (due === undefined) return;
      const rivals = this.#rivalsOf(due);
      this.#gathered = this.#gathered.filter((one) => !rivals.has(one));
      // Sorting keeps the order of equal ones.
      for (const one of [...rivals].sort((a, b) => b.priority - a.priority)) {
        const isTaken = this.holder(one.names, one.client, nowMs) !== undefined;
        if (isTaken) one.decided('taken');
        else this.#grant(one, nowMs);
      }
    }
  }

  /** Gives reservations up. False: this client has not reserved all of these. */
  cancel(names: readonly string[], client: number, nowMs: number): boolean {
    if (names.some((name) => this.#heldNow(name, nowMs)?.client !== client)) return false;
    for (const name of names) this.#held.delete(name);
    return true;
  }

  /** A client is gone: it reserves nothing any more; what it has asked for is over. */
  gone(client: number): void {
    const its = this.#gathered.filter((one) => one.client === client);
    this.#gathered = this.#gathered.filter((one) => one.client !== client);
    for (const { decided } of its) decided('over');
    for (const [name, held] of this.#held) if (held.client === client) this.#held.delete(name);
  }

  /** The server stops: what is gathered is not granted. */
  end(): void {
    for (const { decided } of this.#gathered.splice(0)) decided('over');
  }

  /** All that want a name that it wants, or that one of them wants, in their order. */
  #rivalsOf(first: Gathered): Set<Gathered> {
    const names = new Set(first.names);
    for (let before = 0; before < names.size;) {
      before = names.size;
      for (const one of this.#gathered) {
        if (one.names.some((name) => names.has(name)))
          for (const name of one.names) names.add(name);
      }
    }
    return new Set(this.#gathered.filter((one) => one.names.some((name) => names.has(name))));
  }

  #grant({ names, client, forMs, decided }: ReserveOrder, nowMs: number): void {
    this.#dropPast(nowMs);
    for (const name of names) {
      this.#held.delete(name);
      this.#held.set(name, { client, untilMs: nowMs + forMs });
    }
    decided('granted');
  }

  /** Forgets the oldest whose time is over, so that names of the past do not add up. */
  #dropPast(nowMs: number): void {
    for (const [name, { untilMs }] of this.#held) {
      if (untilMs > nowMs) return;
      this.#held.delete(name);
    }
  }

  #heldNow(name: string, nowMs: number): Held | undefined {
    const held = this.#held.get(name);
    if (held === undefined || held.untilMs > nowMs) return held;
    this.#held.delete(name);
    return undefined;
  }
}
