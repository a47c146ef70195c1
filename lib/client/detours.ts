/**
 * When a request by queue has to wait in the server (flag `fence`) for what this client asked before it.
 *
 * A request by queue goes straight to the partition of the queue. One by identifier goes by way of the
 * identifier's home: for an identifier that a client chose, or an interaction that has moved, that is
 * another partition, and the request by queue overtakes it. The client does not know where anything is; so
 * it counts the unanswered requests that may be on such a detour, and fences a request by queue that may
 * be about the same:
 *
 * - a submit with an identifier of its own, and a placing: for requests of the queue that they name;
 * - holding and resuming: for all (anybody may have moved the interaction);
 * - every other change of an interaction whose identifier no server made, or that this client has placed:
 *   for all. But not while this client has it in hand, for then no queue gives it to anybody.
 *
 * What else may have moved is not seen here: who has to know waits for the answer or sets `fence`. Nothing
 * is counted for the life of an interaction that is submitted by queue, pulled and stopped.
 */
import { isMadeByServer } from '../interaction/identifier.js';

/** Requests without an answer. */
export interface Detour {
  unanswered: number;
}

/** Identifiers remembered of each kind: the oldest is forgotten, at the price of a fence too many or few. */
const most = 4_096;
/** Queues with a count before those without one unanswered are dropped. */
const mostQueues = 1_024;

export class Detours {
  /** Of which it is not known which queue they concern. */
  readonly #anywhere: Detour = { unanswered: 0 };
  readonly #toQueues = new Map<string, Detour>();
  /** Placed by this client: maybe away from home. */
  readonly #placed = new Set<string>();
  /** Pulled by this client, and maybe away from home. */
  readonly #inHand = new Set<string>();

  /** Whether a request of this queue has to wait for those before it. */
  concern(queue: string): boolean {
    if (this.#anywhere.unanswered > 0) return true;
    return this.#toQueues.size > 0 && (this.#toQueues.get(queue)?.unanswered ?? 0) > 0;
  }

  /** Of a request that puts into a queue what comes from elsewhere. */
  into(queue: string): Detour {
    let detour = this.#toQueues.get(queue);
    if (detour === undefined) {
      if (this.#toQueues.size >= mostQueues) this.#dropIdle();
      detour = { unanswered: 0 };
      this.#toQueues.set(queue, detour);
    }
    return detour;
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
  ofPlacing(id: string, queue: string): Detour {
    const detour = this.ofChange(id) ?? this.into(queue);
    this.#inHand.delete(id);
    remember(this.#placed, id);
    return detour;
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

  #dropIdle(): void {
    for (const [queue, { unanswered }] of this.#toQueues) {
      if (unanswered === 0) this.#toQueues.delete(queue);
    }
  }
}

function remember(ids: Set<string>, id: string): void {
  ids.add(id);
  if (ids.size <= most) return;
  const [oldest] = ids;
  ids.delete(oldest!);
}
