/** What an attack is, and what most of them do. */
import type { ErrorName } from '../../lib/errors.js';
import { RouteKind } from '../../lib/protocol/message.js';
import type { RawClient, Received } from '../net/harness.js';
import { identityOf, type Secured } from './secured-server.js';

/** What an attack works on: the server, and interactions of tenant 2 and of tenant 1. */
export interface Target extends Secured {
  readonly blueId: string;
  readonly ownId: string;
}

export interface Attack {
  readonly name: string;
  /** The error that must come, or `closed` for a connection that the server ends. */
  readonly ends: ErrorName | 'closed' | 'nothing shown';
  /** What came; `nothing shown` is for those that throw by themselves when something was. */
  try(target: Target): Promise<Received | 'closed' | undefined>;
}

export const idRoute = (key: string) => ({ kind: RouteKind.id, key });
export const inRoute = { kind: RouteKind.queue, key: 'in' };

/** Registers with these attributes instead of the right ones. */
export const registering =
  (body: object, name = 'media') =>
  async ({ socket }: Target): Promise<Received> =>
    (await socket()).register(2, { ...identityOf(name), ...body });

/** Sends a request as this application. */
export const asking =
  (name: string, message: number, make: (target: Target) => object, key?: string) =>
  async (target: Target): Promise<Received> => {
    const client = await target.client(name);
    return client.ask(message, 2, make(target) as never, key === undefined ? {} : idRoute(key));
  };

/** Sends a request by identifier about the interaction of the other tenant. */
export const aboutBlue =
  (message: number, more: object = {}, name = 'media') =>
  async (target: Target): Promise<Received> => {
    const client = await target.client(name);
    const body = { InteractionId: target.blueId, ...more };
    return client.ask(message, 2, body, idRoute(target.blueId));
  };

export async function ended(client: RawClient): Promise<'closed'> {
  await client.end();
  return 'closed';
}
