/** What a router has offered to agents, and what becomes of it. */
import type { Attributes } from '../protocol/index.js';
import { numberIn } from './administration.js';
import { textOf, ticketOf } from './results.js';
import type * as Sdk from './types.js';

const keyOf = (interactionId: string, ticket: number): string => `${ticket} ${interactionId}`;

export class Deliveries {
  /** Whose outcome is awaited. */
  readonly #open = new Map<string, (outcome: Sdk.DeliveryOutcome) => void>();

  /** An invitation was acknowledged; called before whatever comes behind that is looked at. */
  made(interactionId: string, answer: Attributes): Sdk.Delivery {
    const ticketId = ticketOf(answer);
    const outcome = new Promise<Sdk.DeliveryOutcome>((resolve) =>
      this.#open.set(keyOf(interactionId, ticketId), resolve),
    );
    return { interactionId, ticketId, outcome };
  }

  /** Whether it is such an event, which is taken then. */
  event(name: string, attributes: Attributes): boolean {
    if (name !== 'EventRouteUsed') return false;
    const key = keyOf(textOf(attributes, 'InteractionId') ?? '', numberIn(attributes, 'TicketId'));
    const resolve = this.#open.get(key);
    this.#open.delete(key);
    resolve?.({
      outcome: textOf(attributes, 'Outcome') as Sdk.DeliveryOutcome['outcome'],
      agentId: textOf(attributes, 'AgentId'),
      reason: textOf(attributes, 'ReasonSystemName'),
      description: textOf(attributes, 'ReasonDescription'),
    });
    return true;
  }

  /** The server tells this client nothing more of them. */
  lost(reason: string): void {
    const unknown = { outcome: 'unknown', agentId: undefined, description: undefined } as const;
    for (const resolve of this.#open.values()) resolve({ ...unknown, reason });
    this.#open.clear();
  }
}
