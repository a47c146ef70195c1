/**
 * The order of requests by identifier at their home, while their interaction moves between two other
 * partitions, or from another one to its home.
 *
 * Home passes a request on to where the interaction is. If it has left from there, the request waits
 * there, and comes back to home when the move is over: so a later request, passed on to where the
 * interaction is now, would overtake it. Therefore home, once it learns of a move, lets requests for
 * that identifier wait, and recalls those that wait at the source. The link between two partitions is
 * first in, first out: what home had passed on comes to the source before the recall, and what waits
 * there comes back to home before the answer to it. Then those that waited at home go on.
 *
 * Several moves may be under way. A request that comes back says of which move it waited for the end,
 * and waits again while a later move is not done with. Of those that wait, the greater that number the earlier
 * the request was made: what is passed on to the place of a later move was ahead of what came back
 * from an earlier one. Requests that have not been passed on are behind all of them, in their order.
 *
 * The list of moves outlives a crash of this actor, the requests do not: those are answered.
 */
import { limits } from '../limits.js';
import type { Ports } from './peer.js';
import { afterDelay, Refusal, type Request } from './request.js';

const busyRetryMs = 20;

/** A move whose source has not said yet that nothing waits there any more. */
export interface Recall {
  readonly id: string;
  readonly move: number;
  readonly source: number;
}

/** Recalls by identifier and move. */
export type Recalls = Map<string, Map<number, Recall>>;

/** A request that waits, and since when. */
interface Waiter {
  readonly request: Request;
  readonly sinceMs: number;
}

export class HomeOrder {
  readonly #ports: Ports;
  readonly #recalls: Recalls;
  readonly #nowMs: () => number;
  /** By identifier, in the order in which they are to go on. */
  readonly #waiting = new Map<string, Waiter[]>();
  /** Executes a request that has waited. */
  execute: (request: Request) => void = () => undefined;

  /** `nowMs`: time of the partition. */
  constructor(ports: Ports, recalls: Recalls, nowMs: () => number) {
    this.#ports = ports;
    this.#nowMs = nowMs;
    this.#recalls = recalls;
  }

  get isEmpty(): boolean {
    return this.#recalls.size === 0;
  }

  /** An interaction has moved from another partition, as its home learns just now. */
  moved(id: string, move: number, source: number): void {
    let moves = this.#recalls.get(id);
    if (moves === undefined) this.#recalls.set(id, (moves = new Map()));
    moves.set(move, { id, move, source });
    this.#ports.send(source, { type: 'recall', id, move });
  }

  /**
   * Lets a request wait that must not overtake those which are to come back.
   * @throws {Refusal} Busy
   */
  holds(request: Request, id: string): boolean {
    if (this.#recalls.size === 0) return false;
    const moves = this.#recalls.get(id);
    if (moves === undefined || !isBehind(request, moves)) return false;
    const waiting = this.#waiting.get(id) ?? [];
    if (waiting.length >= limits.waitersPerHandOff) {
      throw new Refusal('Busy', 'the interaction is on the move', busyRetryMs);
    }
    const at = waiting.findIndex((other) => waitedForOf(other.request) < waitedForOf(request));
    const waiter = { request, sinceMs: this.#nowMs() };
    waiting.splice(at === -1 ? waiting.length : at, 0, waiter);
    this.#waiting.set(id, waiting);
    return true;
  }

  /** All that waited for the end of a move at its source have come back. */
  recalled(id: string, move: number): void {
    const moves = this.#recalls.get(id);
    if (moves?.delete(move) !== true) return;
    if (moves.size === 0) this.#recalls.delete(id);
    const waiting = this.#waiting.get(id) ?? [];
    while (waiting.length > 0 && !isBehind(waiting[0]!.request, moves)) {
      const { request, sinceMs } = waiting.shift()!;
      this.execute(afterDelay(request, this.#nowMs() - sinceMs));
    }
    if (waiting.length === 0) this.#waiting.delete(id);
  }

  /** Asks again where no answer has come. */
  recallAgain(): void {
    for (const moves of this.#recalls.values()) {
      for (const { id, move, source } of moves.values()) {
        this.#ports.send(source, { type: 'recall', id, move });
      }
    }
  }

  /** Requests that wait here, taken out. */
  takeWaiters(): Request[] {
    const all = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    return all.map(({ request }) => request);
  }
}

/** 0: it has not been passed on. */
const waitedForOf = ({ waitedFor = 0 }: Request): number => waitedFor;

/** Whether a move is not done with that is later than the one whose end the request waited for. */
function isBehind(request: Request, moves: ReadonlyMap<number, Recall>): boolean {
  for (const move of moves.keys()) if (move > waitedForOf(request)) return true;
  return false;
}
