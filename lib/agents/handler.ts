/** What a request is that the desk answers, and what they share. */
import type { Reason } from '../desk/index.js';
import { IxionError } from '../errors.js';
import type { DeskDoing } from '../protocol/doing.js';
import { deliveryRequests } from '../protocol/delivery-requests.js';
import {
  messageByName,
  requestByNumber,
  type AttributesOf,
  type RequestThat,
} from '../protocol/registry.js';
import type { Asker } from '../protocol/replies.js';
import type { Client } from './client.js';
import type { Actor } from './events.js';
import type { DeskParts } from './parts.js';

/** They take as long as they take; others of their client do not wait for them. */
export const longOnes: ReadonlySet<number> = new Set([
  ...deliveryRequests.map(({ number }) => number),
  messageByName('RequestTakeSnapshot').number,
]);

/** Executes a request and answers it; rejects with an IxionError to refuse it. */
export type Handler<Name extends DeskRequestName> = (
  parts: DeskParts,
  client: Client,
  body: AttributesOf<Name>,
  asker: Asker,
) => Promise<void>;

export type DeskRequestName = RequestThat<DeskDoing>;

/** A line for every one of them. */
export type DeskRequests = { readonly [Name in DeskRequestName]: Handler<Name> };

/** Why, as requests say it. */
export interface Why {
  readonly ReasonSystemName: string | undefined;
  readonly ReasonDescription: string | undefined;
  readonly Extension: Uint8Array | undefined;
}

/** The reason that a request gives; undefined: it gives none. */
export function reasonOf({ ReasonSystemName, ReasonDescription }: Why): Reason | undefined {
  if (ReasonSystemName === undefined && ReasonDescription === undefined) return undefined;
  return { name: ReasonSystemName, description: ReasonDescription };
}

/** Who asks, and what of the request goes into its events. */
export const actorOf = (id: string, body: Why): Actor => ({
  id,
  reason: reasonOf(body),
  extension: body.Extension,
});

/** @throws {IxionError} RouteMismatch; an empty key is taken where the client says who it is */
export function checkRoute(key: string, agentId: string | undefined, message: number): void {
  const isFree = requestByNumber(message)!.routes.every(({ attribute }) => attribute === undefined);
  if (key === agentId || (isFree && (key === '' || agentId === undefined))) return;
  throw new IxionError('RouteMismatch', `the route key is "${key}", the agent "${agentId}"`);
}
