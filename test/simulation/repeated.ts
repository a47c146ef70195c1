/**
 * Requests of a lane that were answered, to be sent again later: each must be answered the same.
 */
import { Unpackr } from 'msgpackr';
import type { Random } from '../../lib/clock.js';
import { limits } from '../../lib/limits.js';
import type { Answer, Operation, SessionInfo } from '../../lib/partition/request.js';

/** A request that is repeated, and what it must bring. */
export interface Repetition {
  readonly operation: Operation;
  readonly session: SessionInfo;
  readonly check: (answer: Answer) => void;
}

interface Done {
  readonly operation: Operation;
  readonly session: SessionInfo;
  readonly sentMs: number;
  readonly answer: Answer;
}

export class RepeatedRequests {
  readonly #done: Done[] = [];
  readonly #random: Random;
  readonly #complain: (what: string) => void;

  constructor(random: Random, complain: (what: string) => void) {
    this.#random = random;
    this.#complain = complain;
  }

  /** A request got its answer. Refusals, and pulls that found nothing, are not kept. */
  answered(operation: Operation, session: SessionInfo, sentMs: number, answer: Answer): void {
    if (operation.kind === 'get' || answer.kind === 'error') return;
    if (answer.kind === 'pulled' && answer.interactions.length === 0) return;
    this.#done.push({ operation, session, sentMs, answer });
  }

  /** One of them, old or new, as it is repeated at this time; undefined: there is none. */
  any(nowMs: number): Repetition | undefined {
    const done = this.#done[Math.floor(this.#random.fraction() * this.#done.length)];
    if (done === undefined) return undefined;
    const { operation, session, answer, sentMs } = done;
    const RetryAgeMs = nowMs - sentMs;
    const { kind, attributes } = operation;
    return {
      operation: { kind, attributes: { ...attributes, RetryAgeMs } } as Operation,
      session,
      check: (again) => {
        const isOld = RetryAgeMs > limits.retryKeyMs;
        if (isForgotten(again) && isOld) return;
        const [first, second] = [essenceOf(answer), essenceOf(again)];
        // Its key is forgotten, its identifier is not.
        if (isOld && second === `${first} duplicate`) return;
        if (answer.kind === 'pulled' ? isPartOf(second, first) : second === first) return;
        this.#complain(`${kind} of ${RetryAgeMs} ms ago, again: ${second}, not ${first}`);
      },
    };
  }
}

/** The server says that it does not know any more. */
export const isForgotten = (answer: Answer): boolean =>
  answer.kind === 'error' && answer.error === 'UnknownOutcome' && answer.retryAfterMs === undefined;

/** What must be the same. */
function essenceOf(answer: Answer): string {
  switch (answer.kind) {
    case 'ack':
      return `ack ${answer.interactionId ?? ''}${answer.duplicate === true ? ' duplicate' : ''}`;
    case 'pulled':
      return `pulled ${answer.interactions.map(idOf).join()}`;
    case 'error':
      return `${answer.error} (${answer.detail})`;
    default:
      return answer.kind;
  }
}

/** A repeated pull brings what its client still has. */
const isPartOf = (part: string, whole: string): boolean =>
  part.startsWith('pulled ') &&
  part
    .slice(7)
    .split(',')
    .every((id) => whole.includes(id));

const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true });
const idOf = (packed: Uint8Array): string =>
  String((unpackr.unpack(packed) as Record<string, unknown>)['InteractionId']);
