/**
 * The life of logical clients (messages 100 and 174).
 *
 * A registration is told to every partition before any frame of its session, over the same ordered
 * link. Requests may follow it at once, without waiting for its answer. A client that brings its
 * session key takes over what that key owns, and the answer waits until all partitions have said
 * what that is.
 *
 * However a client ends, what it had under way is dealt with first:
 * - Unregistered: its waiting pulls are answered with nothing, everything else as it is; then the
 *   partitions give back what it owns, and when that is on disk everywhere, it is acknowledged.
 * - Replaced by another with its session key, or no longer admitted: the same, up to the
 *   answers; then it is told. What it owns is the other's, who is registered only then, or
 *   waits for it to return.
 * - Its connection ended: nobody can be answered. Each partition has done all that came before its
 *   word of the end, and drops what another one passes on to it later.
 */
import type { Clock, Random } from '../clock.js';
import { IxionError, type ErrorName } from '../errors.js';
import { limits } from '../limits.js';
import type { Connection } from '../net/connection.js';
import type { NetLimits } from '../net/net-limits.js';
import type { Session, SessionIdentity, SessionTable } from '../net/session.js';
import { clientTypes, type ClientType } from '../protocol/client-types.js';
import { protocolVersion } from '../protocol/frame-layout.js';
import type { AttributesOf } from '../protocol/registry.js';
import type { Admission, Grant } from '../security/admission.js';
import { AskTurns } from './asks.js';
import type { DeskLink } from './desk-link.js';
import type { Faults } from './faults.js';
import type { Fences } from './fences.js';
import { PartitionLink } from './partition-link.js';
import type { Replies } from './replies.js';
import type { Subscriptions } from './subscriptions.js';
import type { FrontMessage, SessionInfo } from '../mail/partition.js';
import { isLaterSession } from '../mail/sessions.js';
import { agentKeyOf } from '../interaction/agent-key.js';

/** Partitions asked at once for what clients own that come back. */
const ownedAsksAtOnce = 256;

export type RegisterAttributes = AttributesOf<'RequestRegisterClient'>;

/** Longest wait for the answers of a client that is ended by the server. */
const endWaitMs = 2_000;
/** Longest wait for the partitions to give back what a client owned, and between two attempts. */
const giveBackWaitMs = 10_000;
const giveBackRetryMs = 20;

export interface ClientsOptions {
  readonly clock: Clock;
  readonly links: readonly PartitionLink[];
  readonly desk: DeskLink;
  readonly subscriptions: Subscriptions;
  readonly replies: Replies;
  readonly random: Random;
  readonly limits: NetLimits;
  readonly sessions: SessionTable;
  readonly fences: Fences;
  readonly faults: Pick<Faults, 'check' | 'ended'>;
  /** Says who clients are. */
  admission(): Admission;
  /** Whether so many bytes more may be buffered. */
  mayBuffer(bytes: number): boolean;
  /** An answer was appended outside of a turn of the connection: it has to be flushed. */
  answered(): void;
  /** A programmer error in late work. */
  crash(error: Error): void;
}

export class Clients {
  readonly sessions: SessionTable;
  readonly #options: ClientsOptions;
  readonly #turns: AskTurns;

  constructor(options: ClientsOptions) {
    this.#options = options;
    const atOnce = Math.max(1, Math.floor(ownedAsksAtOnce / options.links.length));
    this.#turns = new AskTurns({ atOnce, waitingPerSession: 1 });
    this.sessions = options.sessions;
  }

  /**
   * Those that came after the one of this number, in the order of registration; after 0 all.
   * Numbers begin again some day: where that client is says more, if it is still there.
   */
  *after(number: number): IterableIterator<Session> {
    const last = this.sessions.get(number);
    let isBehind = last === undefined;
    for (const session of this.sessions) {
      if (!isBehind) isBehind = session === last;
      else if (last !== undefined || number === 0 || isLaterSession(session.number, number)) {
        yield session;
      }
    }
  }

  /**
   * Opens a session. The caller answers with `owned`: what the session key owns in all partitions.
   * @throws {IxionError} AlreadyRegistered, TooManyClients, Busy, UnsupportedProtocolVersion,
   *   WrongAttributeType, InvalidCredentials, TooManyAttempts, NotPermitted
   */
  open(
    connection: Connection,
    proxyClient: number,
    attributes: RegisterAttributes,
  ): { readonly session: Session; readonly owned: Promise<readonly string[]> | undefined } {
    this.#checkCount(connection, proxyClient);
    PartitionLink.checkNotFull(this.#options.links);
    const { identity, grant } = this.#identityOf(connection, proxyClient, attributes);
    const former = this.sessions.withKey(identity.sessionKey);
    const ownBytes = bytesOf(identity, this.#options.links.length);
    if (!this.#options.mayBuffer(ownBytes)) throw new IxionError('TooMuchHeld');
    const session = this.sessions.open(connection, proxyClient, identity, grant);
    session.ownBytes = ownBytes;
    session.registeredAtMs = Math.floor(this.#options.clock.nowMs());
    connection.account.add('clients', ownBytes);
    if (former !== undefined) {
      this.#options.fences.shut(session, false);
      return { session, owned: this.#takeOver(former, session) };
    }
    this.#tellOpened(session);
    // Nobody can own anything under a key that was made just now.
    const owned =
      attributes.SessionKey === undefined
        ? undefined
        : this.#turns.run(session, () => this.#ownedBy(identity.sessionKey));
    return { session, owned };
  }

  /**
   * Gives back what a client owns, once nothing of it is under way; resolves with whether every
   * partition has said that it is, on disk. Follow it by `close`.
   */
  async giveBack(session: Session): Promise<boolean> {
    const { fences, links, clock } = this.#options;
    fences.shut(session, true);
    session.isLeaving = true;
    this.#leave(session, true);
    const untilMs = clock.monotonicMs() + giveBackWaitMs;
    const { sessionKey } = session.identity;
    const done = await this.#turns.run(session, () =>
      Promise.all(links.map((link) => this.#isBack(link, sessionKey, untilMs))),
    );
    return !done.includes(false);
  }

  /**
   * Ends a session at once. `release`: what it owns goes back at once, else after
   * reconnect-timeout. Returns the frames of it that wait, which are nobody's now.
   */
  close(session: Session, release: boolean): readonly Uint8Array[] {
    this.#leave(session, release || session.isLeaving);
    this.sessions.close(session);
    this.#options.faults.ended(session);
    return this.#options.fences.clear(session);
  }

  /** Ends the sessions that would not be admitted as they were. */
  review(): void {
    const admission = this.#options.admission();
    for (const session of this.sessions) {
      if (admission.isStillAdmitted(session.identity.clientName, session.application)) continue;
      this.#end(session, 'NotPermitted').catch((error: Error) => this.#options.crash(error));
    }
  }

  /**
   * Ends a session at once, as an administrator wants: it is told, and what it owns goes back.
   * Resolves with whether every partition has said that it is, on disk.
   */
  async disconnect(session: Session): Promise<boolean> {
    const { links, clock } = this.#options;
    session.isLeaving = true;
    await this.#end(session, 'Disconnected');
    const untilMs = clock.monotonicMs() + giveBackWaitMs;
    const { sessionKey } = session.identity;
    const done = await Promise.all(links.map((link) => this.#isBack(link, sessionKey, untilMs)));
    return !done.includes(false);
  }

  /** Ends a session because the desk says so, as `disconnect`, but what it has waits for it. */
  endFor(number: number, reason: ErrorName): void {
    const session = this.sessions.get(number);
    if (session === undefined) return;
    this.#end(session, reason).catch((error: Error) => this.#options.crash(error));
  }

  /**
   * Lets all partitions know whom a client speaks for, before anything that it asks for later. What
   * others than agent applications take is their own.
   */
  speaksFor({ type, session: number, agent: who }: FrontMessage & { type: 'session-agent' }): void {
    const session = this.sessions.get(number);
    if (session === undefined || session.hasLeft) return;
    if (session.identity.clientType !== 'AgentApplication') return;
    const agent = who && { ...who, key: agentKeyOf(who.id) };
    for (const link of this.#options.links) link.send({ type, session: number, agent });
  }

  /** Tells the partitions of the end of a session, once. */
  #leave(session: Session, release: boolean): void {
    if (session.hasLeft) return;
    session.hasLeft = true;
    const { subscriptions, links, desk } = this.#options;
    if (session.isAtDesk) desk.ended(session, release);
    for (const number of session.subscriptions) subscriptions.close(session, number);
    const message = { type: 'session-closed', session: session.number, release } as const;
    for (const link of links) link.send(message);
  }

  /** Ends a session whose requests have been answered; those that wait are left to nobody. */
  async #end(session: Session, reason: ErrorName): Promise<void> {
    const { fences, clock, replies } = this.#options;
    fences.shut(session, true);
    fences.endPulls(session);
    await new Promise<void>((resolve) => {
      const timer = clock.setTimer(endWaitMs, resolve);
      void fences.idle(session).then(() => {
        timer.cancel();
        resolve();
      });
    });
    if (!session.live) return;
    const { connection } = session;
    replies.forcedDisconnect(session, reason);
    const frames = this.close(session, false);
    fences.again(connection, frames);
    this.#options.answered();
  }

  /** Lets a session begin when the one that had its key has ended; its requests wait until then. */
  async #takeOver(former: Session, session: Session): Promise<readonly string[]> {
    await this.#end(former, 'SessionReplaced');
    if (!session.live) return [];
    this.#tellOpened(session);
    return await this.#turns.run(session, () => {
      const owned = this.#ownedBy(session.identity.sessionKey);
      this.#options.fences.open(session);
      this.#options.answered();
      return owned;
    });
  }

  #tellOpened(session: Session): void {
    const { number, identity } = session;
    const info = { number, ...identity } as SessionInfo;
    for (const link of this.#options.links) link.send({ type: 'session-opened', info });
    this.#options.desk.opened(session);
  }

  /** Whether a partition says in time that nothing is owned there any more under this key. */
  async #isBack(link: PartitionLink, sessionKey: string, untilMs: number): Promise<boolean> {
    const { clock } = this.#options;
    for (;;) {
      try {
        await link.ask({ type: 'session-released', sessionKey });
        return true;
      } catch (error) {
        if (!(error instanceof IxionError)) throw error;
        if (clock.monotonicMs() + giveBackRetryMs > untilMs) return false;
      }
      await new Promise<void>((resolve) => void clock.setTimer(giveBackRetryMs, resolve));
    }
  }

  async #ownedBy(sessionKey: string): Promise<readonly string[]> {
    const limit = limits.ownedInteractionsReported;
    const message = { type: 'owned-interactions', sessionKey, limit } as const;
    const lists = await Promise.all(this.#options.links.map((link) => link.ask<string[]>(message)));
    return lists.flat().slice(0, limit);
  }

  #checkCount(connection: Connection, proxyClient: number): void {
    const { clientsPerConnection, sessions } = this.#options.limits;
    if (connection.sessions.has(proxyClient)) throw new IxionError('AlreadyRegistered');
    if (connection.sessions.size >= clientsPerConnection || this.sessions.size >= sessions) {
      throw new IxionError('TooManyClients');
    }
  }

  #identityOf(
    connection: Connection,
    proxyClient: number,
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
    const { SubmittedBy: submittedBy } = attributes;
    this.#options.faults.check(connection.address, clientName, application);
    const identity = {
      clientName,
      clientType: grant.clientType as ClientType,
      tenantId,
      sessionKey,
      ...(application?.tenants !== undefined && { tenants: application.tenants }),
      // What is bound acts by way of the desk, which knows to what.
      ...((role === 'supervisor' || role === 'admin') &&
        application?.isBound !== true && { supervises: true as const }),
      ...(submittedBy !== undefined && { submitter: { name: submittedBy, proxyClient } }),
    };
    return { identity, grant };
  }
}

/** What a client takes in the main thread and in each partition, which all know it. */
function bytesOf({ clientName, tenants = [] }: SessionIdentity, partitions: number): number {
  const own = limits.clientOverheadBytes + 2 * clientName.length + 8 * tenants.length;
  return (partitions + 1) * own;
}
