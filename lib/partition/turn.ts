/**
 * One turn of a partition: requests are executed against it one after the other, and at its end all
 * changes become one write set. Nothing of a turn leaves the partition before that is durable.
 */
import { interactionEvent, type InteractionEvent } from '../interaction/event.js';
import type { Reader } from '../store/contract.js';
import { Draft } from '../store/draft.js';
import type { PeerMessage } from './peer.js';
import type { Answer, Asker, Reply } from './request.js';

/** What a keyed request got, to be kept with the write set. */
export interface KeptResult {
  readonly clientName: string;
  /** 16 bytes as a binary string. */
  readonly requestKey: string;
  readonly kind: 'ack' | 'pulled';
  /** Identifiers: of a submit one, of a pull those taken, of other requests none. */
  readonly ids: readonly string[];
}

export class Turn extends Draft {
  readonly nowMs: number;
  readonly replies: Reply[] = [];
  readonly events: InteractionEvent[] = [];
  readonly messages: { readonly partition: number; readonly message: PeerMessage }[] = [];
  /** Who gets an answer of another partition, unless this turn fails. */
  readonly departed: Asker[] = [];
  readonly results: KeptResult[] = [];
  /** Queues whose totals this turn changed. */
  readonly touchedQueues = new Set<number>();
  /** A deadline was put or removed. */
  hasNewDeadlines = false;

  constructor(store: Reader, nowMs: number) {
    super(store);
    this.nowMs = nowMs;
  }

  reply(to: Asker, answer: Answer): void {
    this.replies.push({ to, answer });
  }

  /** An answer that is not given at all when the turn fails: another attempt will give it. */
  replyWhenDurable(to: Asker, answer: Answer): void {
    this.replies.push({ to, answer, silentOnFailure: true });
  }

  /** Notes an event; see `interactionEvent`. */
  event(...event: Parameters<typeof interactionEvent>): void {
    this.events.push(interactionEvent(...event));
  }

  /** Sends a message to another partition once this turn is durable. */
  send(partition: number, message: PeerMessage): void {
    this.messages.push({ partition, message });
  }
}
