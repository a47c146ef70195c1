/**
 * Requests of a lane that were answered, to be sent again later: each must be answered the same.
 */
import type { Random } from '../../lib/clock.js';
import { limits } from '../../lib/limits.js';
import type { Asked, Came } from '../world/frame-client.js';

/** A request that is repeated, and what it must bring. */
export interface Repetition {
  readonly asked: Asked;
  readonly logical: number;
  readonly check: (answer: Came) => void;
}

interface Done {
  readonly asked: Asked;
  readonly logical: number;
  readonly sentMs: number;
  readonly answer: Came;
}

export class RepeatedRequests {
  /** Repetitions that were answered as too old to be known. */
  forgotten = 0;
  readonly #done: Done[] = [];
  readonly #random: Random;
  readonly #complain: (what: string) => void;

  constructor(random: Random, complain: (what: string) => void) {
    this.#random = random;
    this.#complain = complain;
  }

  /** A request got its answer. Refusals, and pulls that found nothing, are not kept. */
  answered({ asked, logical, sentMs, answer }: Done): void {
    if (asked.name === 'RequestGetInteractionProperties' || answer.error !== undefined) return;
    if (essenceOf(answer) === 'pulled ') return;
    this.#done.push({ asked, logical, sentMs, answer });
  }

  /** One of them, old or new, as it is repeated at this time; undefined: there is none. */
  any(nowMs: number): Repetition | undefined {
    const done = this.#done[Math.floor(this.#random.fraction() * this.#done.length)];
    if (done === undefined) return undefined;
    const { asked, logical, answer, sentMs } = done;
    const RetryAgeMs = Math.ceil(nowMs - sentMs);
    return {
      asked: { ...asked, body: { ...asked.body, RetryAgeMs } },
      logical,
      check: (again) => {
        const isOld = RetryAgeMs > limits.retryKeyMs;
        if (isForgotten(again) && isOld) {
          this.forgotten++;
          return;
        }
        const [first, second] = [essenceOf(answer), essenceOf(again)];
        // Its key is forgotten, its identifier is not.
        if (isOld && second === `${first} duplicate`) return;
        const isPull = asked.name === 'RequestPull';
        if (isPull ? isPartOf(second, first) : second === first) return;
        this.#complain(`${asked.name} of ${RetryAgeMs} ms ago, again: ${second}, not ${first}`);
      },
    };
  }
}

/** The server says that it does not know any more. */
export const isForgotten = ({ error, body }: Came): boolean =>
  error === 'UnknownOutcome' && body['RetryAfterMs'] === undefined;

/** What must be the same. */
function essenceOf({ name, error, body }: Came): string {
  if (error !== undefined) return `${error} (${String(body['ErrorDescription'])})`;
  if (name === 'EventPulledInteractions') {
    const interactions = body['Interactions'] as { InteractionId: string }[];
    return `pulled ${interactions.map(({ InteractionId }) => InteractionId).join()}`;
  }
  if (name !== 'EventAck') return name;
  const { InteractionId = '', Duplicate } = (body['Extension'] ?? {}) as {
    InteractionId?: string;
    Duplicate?: number;
  };
  return `ack ${InteractionId}${Duplicate === 1 ? ' duplicate' : ''}`;
}

/** A repeated pull brings what its client still has. */
const isPartOf = (part: string, whole: string): boolean =>
  part.startsWith('pulled ') &&
  part
    .slice(7)
    .split(',')
    .every((id) => whole.includes(id));
