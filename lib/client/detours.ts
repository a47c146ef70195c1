/**
 * When a request by queue has to wait in the server (flag `fence`) for what this
 * client asked before it.
 *
 * A request by queue goes straight to the partition of the queue. One by identifier goes by way of
 * the identifier's home: for an identifier that a client chose, or an interaction that has moved,
 * that is another partition, and the request by queue overtakes it. The client does not know where
 * anything is; so it counts the unanswered requests that may be on such a detour, and fences a pull
 * that may be about the same:
 *
 * - a submit with an identifier of its own, and a placing: for pulls from the queue that they name;
 * - holding, resuming and importing: for all (anybody may have moved the interaction);
 * - every other change of an interaction whose identifier no server made, or that this
 *   client has placed: for all. But not while this client has it in hand, for then no queue
 *   gives it to anybody;
 * - leaving such an interaction, or placing it back (`__BACK__`), in hand or not: for all, as the
 *   client need not know its queue.
 *
 * An offer of an interaction goes by way of the desk, which asks its partition: what is asked of
 * the interaction itself while that is unanswered waits for it.
 *
 * A submit by queue makes something new, and only its place behind what was submitted before can be
 * lost: it waits for submits with own identifiers into the same queue, and for nothing else.
 *
 * What else may have moved is not seen here: who has to know waits for the answer or sets `fence`.
 * Nothing is counted for the life of an interaction that is submitted by queue, pulled and stopped.
 */
import { isMadeByServer } from '../interaction/identifier.js';

/** Requests without an answer. */
export interface Detour {
  unanswered: number;
}

/**
 * Identifiers remembered of each kind: the oldest is forgotten, at the price of a
 * fence too many or few.
 */
const most = 4_096;
/** As a queue: where the interaction was taken from. */
export const backWord = '__BACK__';
/** Interactions with a count of offers before those without one unanswered are dropped. */
const offeredMax = 64;
/** Queues with a count before those without one unanswered are dropped. */
const queuesMax = 1_024;

export class Detours {
  /** Of which it is not known which queue they concern. */
  readonly #anywhere: Detour = { unanswered: 0 };
  readonly #toQueues = new Map<string, { readonly submits: Detour; readonly placings: Detour }>();
  /** Placed by this client: maybe away from home. */
  readonly #placed = new Set<string>();
  /** By the interaction that is offered. */
  readonly #offers = new Map<string, Detour>();
  /** Pulled by this client, and maybe away from home. */
  readonly #inHand = new Set<string>();

  /** Whether a pull from this queue has to wait for what was asked before. */
  concernPull(queue: string): boolean {
    if (this.#anywhere.unanswered > 0) return true;
    if (this.#toQueues.size === 0) return false;
    const detours = this.#toQueues.get(queue);
    return detours !== undefined && detours.submits.unanswered + detours.placings.unanswered > 0;
  }

  /** Whether a submit by this queue has to wait. */
  concernSubmit(queue: string): boolean {
    return this.#toQueues.size > 0 && (this.#toQueues.get(queue)?.submits.unanswered ?? 0) > 0;
  }

  /** Whether what is asked of an interaction has to wait for an offer of it. */
  concernChange(id: string): boolean {
    return this.#offers.size > 0 && (this.#offers.get(id)?.unanswered ?? 0) > 0;
  }

  /** Of an offer. */
  ofOffer(id: string): Detour {
    let offers = this.#offers.get(id);
    if (offers === undefined) {
      if (this.#offers.size >= offeredMax) this.#dropAnswered();
      offers = { unanswered: 0 };
      this.#offers.set(id, offers);
    }
    return offers;
  }

  /** Of a submit with an identifier of its own. */
  ofSubmit(queue: string): Detour {
    return this.#into(queue).submits;
  }

  /** Of holding and resuming, and of an import. */
  anywhere(): Detour {
    return this.#anywhere;
  }

  /** Of a change of an interaction; undefined: it takes the straight way. */
  ofChange(id: string): Detour | undefined {
    const isStraight = isMadeByServer(id) && !(this.#placed.size > 0 && this.#placed.has(id));
    return isStraight || this.#inHand.has(id) ? undefined : this.#anywhere;
  }

  /** Of placing an interaction. */
  ofPlacing(id: string, queue: string): Detour | undefined {
    if (queue === backWord) return this.ofLeaving(id);
    const detour = this.ofChange(id) ?? this.#into(queue).placings;
    this.#inHand.delete(id);
    remember(this.#placed, id);
    return detour;
  }

  /** Of what brings it from this client's hands to its place in its queue. */
  ofLeaving(id: string): Detour | undefined {
    if (this.#inHand.size > 0) this.#inHand.delete(id);
    return this.ofChange(id);
  }

  /** Of the end of an interaction. */
  ofEnd(id: string): Detour | undefined {
    const detour = this.ofChange(id);
    if (this.#inHand.size > 0) this.#inHand.delete(id);
    if (this.#placed.size > 0) this.#placed.delete(id);
    return detour;
  }

  /** This client has it now. */
  pulled(id: string): void {
    if (!isMadeByServer(id) || (this.#placed.size > 0 && this.#placed.has(id))) {
      remember(this.#inHand, id);
    }
  }

  /** Somebody else has it now, or nobody. */
  gone(id: string): void {
    if (this.#inHand.size > 0) this.#inHand.delete(id);
  }

  #into(queue: string): { readonly submits: Detour; readonly placings: Detour } {
    let detours = this.#toQueues.get(queue);
    if (detours === undefined) {
      if (this.#toQueues.size >= queuesMax) this.#dropIdle();
      detours = { submits: { unanswered: 0 }, placings: { unanswered: 0 } };
      this.#toQueues.set(queue, detours);
    }
    return detours;
  }

  #dropAnswered(): void {
    for (const [id, { unanswered }] of this.#offers) if (unanswered === 0) this.#offers.delete(id);
  }

  #dropIdle(): void {
    for (const [queue, { submits, placings }] of this.#toQueues) {
      if (submits.unanswered + placings.unanswered === 0) this.#toQueues.delete(queue);
    }
  }
}

function remember(ids: Set<string>, id: string): void {
  ids.add(id);
  if (ids.size <= most) return;
  const [oldest] = ids;
  ids.delete(oldest!);
}
