/**
 * The way from the front to the desk. It learns of a client with its first request about agents:
 * those who send none cost it nothing.
 */
import type { ActorRef } from '../actor/index.js';
import type { Clock } from '../clock.js';
import { limits } from '../limits.js';
import { IxionError } from '../errors.js';
import type { DeskMessage } from '../mail/desk.js';
import type { Subscribing } from '../mail/partition.js';
import type { Session } from '../net/session.js';
import { retryAfterMsMin } from './admission-control.js';

/** Longest wait of the front for an answer of the desk. */
const askDeadlineMs = 10_000;

/** The actor that it leads to. */
export type DeskActor = ActorRef<DeskMessage>;

export class DeskLink {
  readonly #ref: DeskActor | undefined;
  readonly #clock: Clock;
  /** What must be sent surely, and waits for credit. */
  #waiting: DeskMessage[] = [];
  /** Session keys of clients that it knew and whose link was lost, the longest lost first. */
  readonly #lost = new Set<string>();

  /** @param ref undefined: there is no desk, and all is refused */
  constructor(ref: DeskActor | undefined, clock: Clock) {
    this.#ref = ref;
    this.#clock = clock;
  }

  /** Sends a frame of a client. False: the desk has all that it may hold. */
  forward(session: Session, buffer: Uint8Array, start: number, end: number): boolean {
    const ref = this.#ref;
    if (ref === undefined || this.#waiting.length > 0) return false;
    if (!session.isAtDesk) {
      if (!ref.tell({ type: 'client', client: clientOf(session) })) return false;
      session.isAtDesk = true;
    }
    return ref.tellBytes(session.number, buffer, start, end);
  }

  /** Tells it of a client that is back for what it has there; surely, if not at once. */
  opened(session: Session): void {
    if (this.#lost.size === 0 || !this.#lost.delete(session.identity.sessionKey)) return;
    session.isAtDesk = true;
    this.#sendSurely({ type: 'client', client: clientOf(session) });
  }

  /** Tells it that a client which it knows is gone; surely, if not at once. */
  ended({ number: session, identity: { sessionKey } }: Session, release: boolean): void {
    if (!release) this.#lost.add(sessionKey);
    for (const first of this.#lost.size > limits.sessions ? this.#lost : []) {
      this.#lost.delete(first);
      break;
    }
    this.#sendSurely({ type: 'client-gone', session, release });
  }

  /**
   * Lets the desk subscribe to the events of agents, and keep who is logged in at that point.
   * @throws {IxionError} (as a rejection) Unavailable, and what the desk says
   */
  askStates(session: Session, subscribe: Subscribing, tenants: readonly number[]): Promise<number> {
    return this.ask({ type: 'place-states', client: clientOf(session), subscribe, tenants });
  }

  /** No more of what it keeps for a subscription is wanted. */
  endStates(reader: number): void {
    if (this.#ref !== undefined) this.#sendSurely({ type: 'place-states-end', reader });
  }

  /** @throws {IxionError} (as a rejection) Unavailable, and what the desk says */
  ask<Answer>(message: DeskMessage): Promise<Answer> {
    if (this.#ref === undefined) return Promise.reject(new IxionError('Unavailable'));
    return this.#ref.ask<Answer>(message, { deadlineMs: askDeadlineMs });
  }

  #sendSurely(message: DeskMessage): void {
    this.#waiting.push(message);
    if (this.#waiting.length === 1) this.#send();
  }

  #send(): void {
    let sent = 0;
    while (sent < this.#waiting.length && this.#ref!.tell(this.#waiting[sent]!)) sent++;
    this.#waiting = this.#waiting.slice(sent);
    if (this.#waiting.length > 0) this.#clock.setTimer(retryAfterMsMin, () => this.#send());
  }
}

const clientOf = ({ number, proxyClient, identity, application, connection }: Session) => ({
  session: number,
  proxyClient,
  sessionKey: identity.sessionKey,
  clientName: identity.clientName,
  tenantId: identity.tenantId,
  tenants: identity.tenants,
  role: application?.role,
  address: connection.remote,
});
