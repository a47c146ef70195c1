/**
 * The order of requests by identifier at their home, while their interaction moves between two
 * other partitions, or from another one to its home.
 *
 * Home passes a request on to where the interaction is. If it has left from there, the request
 * waits there, and comes back to home when the move is over: so a later request, passed on to where
 * the interaction is now, would overtake it. Therefore home, once it learns of a move, lets
 * requests for that identifier wait, and recalls those that wait at the source. The link between
 * two partitions is first in, first out: what home had passed on comes to the source before the
 * recall, and what waits there comes back to home before the answer to it. Then those that waited
 * at home (`waiting.ts`) go on.
 *
 * Several moves may be under way. A request that comes back says of which move it waited for the
 * end, and waits again while a later move is not done with. Of those that wait, the greater that
 * number the earlier the request was made: what is passed on to the place of a later move was ahead
 * of what came back from an earlier one. Requests that have not been passed on are behind all of
 * them, in their order.
 *
 * The list of moves outlives a crash of this actor, the requests do not: those are answered.
 */
import type { Ports } from '../peer.js';
import type { Request } from '../request.js';
import { waitedForOf, type Waiting } from './waiting.js';

/** A move whose source has not said yet that nothing waits there any more. */
interface Recall {
  readonly id: string;
  readonly move: number;
  readonly source: number;
  /** Told apart from one of before a crash, which may have been answered already. */
  readonly number: number;
  /** The timer has passed once since it was sent: it is sent again. */
  isLate: boolean;
}

/** Recalls by identifier and move, and how many were ever made. */
export interface Recalls {
  readonly byId: Map<string, Map<number, Recall>>;
  made: number;
}

export class HomeOrder {
  readonly #ports: Ports;
  readonly #recalls: Recalls;
  readonly #waiting: Waiting;
  readonly #resume: (request: Request) => void;

  /** `resume` executes a request that has waited, or lets it wait again. */
  constructor(
    ports: Ports,
    recalls: Recalls,
    waiting: Waiting,
    resume: (request: Request) => void,
  ) {
    this.#ports = ports;
    this.#recalls = recalls;
    this.#waiting = waiting;
    this.#resume = resume;
  }

  get isEmpty(): boolean {
    return this.#recalls.byId.size === 0;
  }

  /** An interaction has moved from another partition, as its home learns just now. */
  moved(id: string, move: number, source: number): void {
    const { byId } = this.#recalls;
    let moves = byId.get(id);
    if (moves === undefined) byId.set(id, (moves = new Map()));
    const number = ++this.#recalls.made;
    moves.set(move, { id, move, source, number, isLate: false });
    this.#ports.send(source, { type: 'recall', id, move, number });
  }

  /**
   * Lets a request wait that must not overtake others that wait, here or elsewhere.
   * @throws {Refusal} Busy
   */
  makesWait(request: Request, id: string): boolean {
    const { byId } = this.#recalls;
    const waiting = this.#waiting;
    if (byId.size === 0 && waiting.isEmpty) return false;
    if (!isBehind(request, byId.get(id)) && !waiting.isBehind(request, id)) return false;
    waiting.add(request, id);
    return true;
  }

  /** All that waited for the end of a move at its source have come back. */
  recalled(id: string, move: number, number: number): void {
    const { byId } = this.#recalls;
    const moves = byId.get(id);
    if (moves?.get(move)?.number !== number) return;
    moves.delete(move);
    if (moves.size === 0) byId.delete(id);
    this.#waiting.release(id, this.#resume);
  }

  /** Asks again where no answer has come, `most` times at most. To be called by a timer. */
  recallAgain(most: number): void {
    let left = most;
    for (const moves of this.#recalls.byId.values()) {
      for (const recall of moves.values()) {
        const { id, move, source, number, isLate } = recall;
        if (!isLate) recall.isLate = true;
        else if (left-- > 0) this.#ports.send(source, { type: 'recall', id, move, number });
      }
    }
  }
}

/** Whether a move is not done with that is later than the one whose end the request waited for. */
function isBehind(request: Request, moves: ReadonlyMap<number, Recall> | undefined): boolean {
  if (moves === undefined) return false;
  for (const move of moves.keys()) if (move > waitedForOf(request)) return true;
  return false;
}
