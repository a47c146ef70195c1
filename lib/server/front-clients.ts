/**
 * The life of logical clients (messages 100 and 174).
 *
 * A registration is told to every partition before any frame of its session, over the same ordered
 * link. Requests may follow it at once, without waiting for its answer. A client that brings its
 * session key takes over what that key holds: a live session with the same key is ended first, and
 * the answer waits until all partitions have said what is held. A session ends by message 174, with
 * its connection, or by being replaced; answers that come later are dropped.
 */
import type { Random } from '../clock.js';
import { IxionError } from '../errors.js';
import { limits } from '../limits.js';
import type { Connection } from '../net/connection.js';
import type { NetLimits } from '../net/net-limits.js';
import { SessionTable } from '../net/session.js';
import type { Session, SessionIdentity } from '../net/session.js';
import { clientTypes, type ClientType } from '../partition/request.js';
import { protocolVersion } from '../protocol/frame-layout.js';
import type { AttributesOf } from '../protocol/registry.js';
import type { Admission, Grant } from '../security/admission.js';
import { AskTurns } from './front-asks.js';
import { PartitionLink } from './front-link.js';
import type { Replies } from './front-replies.js';
import type { Subscriptions } from './front-subscriptions.js';
import type { SessionInfo } from './messages.js';

/** Partitions asked at once for what clients hold that come back. */
const heldAsksAtOnce = 256;

export type RegisterAttributes = AttributesOf<'RequestRegisterClient'>;

export interface ClientsOptions {
  readonly links: readonly PartitionLink[];
  readonly subscriptions: Subscriptions;
  readonly replies: Replies;
  readonly random: Random;
  readonly limits: NetLimits;
  /** Says who clients are. */
  admission(): Admission;
  /** Whether so many bytes more may be held. */
  hasRoom(bytes: number): boolean;
}

export class Clients {
  readonly sessions = new SessionTable();
  readonly #options: ClientsOptions;
  readonly #turns: AskTurns;

  constructor(options: ClientsOptions) {
    this.#options = options;
    const atOnce = Math.max(1, Math.floor(heldAsksAtOnce / options.links.length));
    this.#turns = new AskTurns({ atOnce, waitingPerSession: 1 });
  }

  /**
   * Opens a session. The caller answers with `held`: what the session key holds in all partitions.
   * @throws {IxionError} AlreadyRegistered, TooManyClients, Busy, UnsupportedProtocolVersion,
   *   WrongAttributeType, InvalidCredentials, TooManyAttempts, NotPermitted
   */
  open(
    connection: Connection,
    proxyClient: number,
    attributes: RegisterAttributes,
  ): { readonly session: Session; readonly held: Promise<readonly string[]> | undefined } {
    this.#checkRoom(connection, proxyClient);
    PartitionLink.checkRoom(this.#options.links);
    const { identity, grant } = this.#identityOf(connection, attributes);
    const former = this.sessions.withKey(identity.sessionKey);
    if (former !== undefined) {
      this.#options.replies.forcedDisconnect(former, 'SessionReplaced');
      this.close(former, false);
    }
    const ownBytes = bytesOf(identity, this.#options.links.length);
    if (!this.#options.hasRoom(ownBytes)) throw new IxionError('TooMuchHeld');
    const session = this.sessions.open(connection, proxyClient, identity, grant);
    session.ownBytes = ownBytes;
    connection.account.add('clients', ownBytes);
    const info: SessionInfo = { session: session.number, ...identity };
    for (const link of this.#options.links) link.send({ type: 'session-opened', info });
    // Nobody can hold anything under a key that was made just now.
    const held =
      attributes.SessionKey === undefined
        ? undefined
        : this.#turns.run(session, () => this.#heldBy(identity.sessionKey));
    return { session, held };
  }

  /** Ends a session. `release`: what it holds goes back at once, else after reconnect-timeout. */
  close(session: Session, release: boolean): void {
    for (const number of session.subscriptions) this.#options.subscriptions.close(session, number);
    this.sessions.close(session);
    const message = { type: 'session-closed', session: session.number, release } as const;
    for (const link of this.#options.links) link.send(message);
  }

  /** Ends the sessions that would not be admitted as they were. */
  review(): void {
    const admission = this.#options.admission();
    for (const session of this.sessions) {
      if (admission.stillHolds(session.identity.clientName, session.application)) continue;
      this.#options.replies.forcedDisconnect(session, 'NotPermitted');
      this.close(session, false);
    }
  }

  async #heldBy(sessionKey: string): Promise<readonly string[]> {
    const limit = limits.heldInteractionsTold;
    const message = { type: 'held-interactions', sessionKey, limit } as const;
    const lists = await Promise.all(this.#options.links.map((link) => link.ask<string[]>(message)));
    return lists.flat().slice(0, limit);
  }

  #checkRoom(connection: Connection, proxyClient: number): void {
    const { clientsPerConnection, sessions } = this.#options.limits;
    if (connection.sessions.has(proxyClient)) throw new IxionError('AlreadyRegistered');
    if (connection.sessions.size >= clientsPerConnection || this.sessions.size >= sessions) {
      throw new IxionError('TooManyClients');
    }
  }

  #identityOf(
    connection: Connection,
    attributes: RegisterAttributes,
  ): { identity: SessionIdentity & { clientType: ClientType }; grant: Grant } {
    const { ClientName: clientName, ClientType: type, ProtocolVersion: version } = attributes;
    if (version !== protocolVersion) {
      const detail = `version ${version} of the protocol; this server speaks ${protocolVersion}`;
      throw new IxionError('UnsupportedProtocolVersion', detail);
    }
    const asked = clientTypes.find((known) => known === type);
    if (asked === undefined) {
      const detail = `ClientType "${type}" is none of ${clientTypes.join(', ')}`;
      throw new IxionError('WrongAttributeType', detail);
    }
    const grant = this.#options.admission().admit({
      address: connection.address,
      clientName,
      clientType: asked,
      clientTypeByRole: attributes.ClientTypeByRole,
      credentials: attributes.Credentials,
      tenantId: attributes.TenantId,
      sessionKey: attributes.SessionKey ?? this.#options.random.bytes(16),
    });
    const { tenantId, sessionKey, application, role } = grant;
    const identity = {
      clientName,
      clientType: grant.clientType as ClientType,
      tenantId,
      sessionKey,
      ...(application?.tenants !== undefined && { tenants: application.tenants }),
      ...((role === 'supervisor' || role === 'admin') && { supervises: true as const }),
    };
    return { identity, grant };
  }
}

/** What a client takes in the main thread and in each partition, which all know it. */
function bytesOf({ clientName, tenants = [] }: SessionIdentity, partitions: number): number {
  const own = limits.clientOverheadBytes + 2 * clientName.length + 8 * tenants.length;
  return (partitions + 1) * own;
}
