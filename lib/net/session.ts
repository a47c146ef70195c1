/** Logical clients: who they are, and the tables that find them. */
import type { Grant } from '../security/admission.js';
import type { Connection } from './connection.js';
import type { Fence } from './fence.js';

/** Who a client is, as it said when it registered and as it was found to be. */
export interface SessionIdentity {
  readonly clientName: string;
  readonly clientType: string;
  readonly tenantId: number;
  /** 32 hexadecimal digits. */
  readonly sessionKey: string;
  /** Tenants whose interactions it sees; absent: all. */
  readonly tenants?: readonly number[];
  /** It may change, place and stop what others have; absent: no. */
  readonly supervises?: true;
  /** Under which name it submits, and hears of ends; absent: its own, and it hears of none. */
  readonly submitter?: { readonly name: string; readonly proxyClient: number };
}

/** One logical client on one connection, from its registration to its end. */
export class Session {
  /** 1 to `sessionMax`; used again only when all others have been. */
  readonly number: number;
  readonly proxyClient: number;
  readonly connection: Connection;
  readonly identity: SessionIdentity;
  /** Roles whose requests it may send, as bits; see `lib/security/permissions.ts`. */
  readonly permissions: number;
  /** Undefined: it registered without credentials. */
  readonly application: Grant['application'];
  /** Requests of this client that were taken and are not answered; those behind a fence not. */
  inFlight = 0;
  /** Bytes of those of them that are large, or wait to be begun. */
  requestBytes = 0;
  /** Bytes of its large pulls that are not answered, by reference; undefined: it never had one. */
  largePulls: Map<number, number> | undefined;
  /**
   * References of its requests that an agent is to answer, as a transfer, and has not: nothing
   * waits for them. Undefined: it never had one.
   */
  offers: Set<number> | undefined;
  /** Since when it is registered, milliseconds since 1970 UTC. */
  registeredAtMs = 0;
  /** Bytes that it takes by being there. */
  ownBytes = 0;
  /** Requests of it that wait for the others; undefined: none do, and none has to. */
  fence: Fence | undefined;
  /** It has sent a pull: one of its requests may wait. */
  hasPulled = false;
  /** The partitions are being asked which of its pulls wait there. */
  isAskedFor = false;
  /** The partitions have been told to end its pulls. */
  pullsEnd = false;
  /** It is to be unregistered: what it owns goes back at once, however it ends. */
  isLeaving = false;
  /** The desk knows it: it has sent something about agents. */
  isAtDesk = false;
  /** The partitions have been told of its end. */
  hasLeft = false;
  /** Numbers of its event subscriptions. */
  readonly subscriptions = new Set<number>();
  /** False from its end on: answers to it are dropped. */
  live = true;

  /** Requests in flight that are answered as soon as the server can. */
  get underWay(): number {
    return this.inFlight - (this.offers?.size ?? 0);
  }

  constructor(
    number: number,
    proxyClient: number,
    connection: Connection,
    identity: SessionIdentity,
    { permissions, application }: Pick<Grant, 'permissions' | 'application'>,
  ) {
    this.number = number;
    this.proxyClient = proxyClient;
    this.connection = connection;
    this.identity = identity;
    this.permissions = permissions;
    this.application = application;
  }
}

/** All live sessions, and the number of their requests in flight. */
export class SessionTable {
  readonly #byNumber = new Map<number, Session>();
  readonly #byKey = new Map<string, Session>();
  readonly #numberMax: number;
  #lastNumber: number;
  /** Requests of live sessions that were taken and are not answered. */
  inFlight = 0;
  /** Those of them that an agent is to answer. */
  #offers = 0;

  /**
   * @param numberMax after which numbers begin again at 1
   * @param lastNumber that was given before
   */
  constructor(numberMax: number, lastNumber: number = 0) {
    this.#numberMax = numberMax;
    this.#lastNumber = lastNumber;
  }

  get size(): number {
    return this.#byNumber.size;
  }

  /** Requests in flight that are answered as soon as the server can. */
  get underWay(): number {
    return this.inFlight - this.#offers;
  }

  get(number: number): Session | undefined {
    return this.#byNumber.get(number);
  }

  withKey(sessionKey: string): Session | undefined {
    return this.#byKey.get(sessionKey);
  }

  [Symbol.iterator](): IterableIterator<Session> {
    return this.#byNumber.values();
  }

  /**
   * Adds a session; one with the same key is no longer found by it, and to be ended by the caller.
   */
  open(
    connection: Connection,
    proxyClient: number,
    identity: SessionIdentity,
    rights: Pick<Grant, 'permissions' | 'application'>,
  ): Session {
    const number = this.#nextNumber();
    const session = new Session(number, proxyClient, connection, identity, rights);
    this.#byNumber.set(session.number, session);
    this.#byKey.set(identity.sessionKey, session);
    connection.sessions.set(proxyClient, session);
    return session;
  }

  /** Removes a session; what it has in flight no longer counts. */
  close(session: Session): void {
    const { number, identity, connection, proxyClient } = session;
    const unanswered = session.inFlight + (session.fence?.frames.length ?? 0);
    session.live = false;
    this.#byNumber.delete(number);
    // One that comes for it has the key already while this one ends.
    if (this.#byKey.get(identity.sessionKey) === session) this.#byKey.delete(identity.sessionKey);
    connection.sessions.delete(proxyClient);
    connection.inFlight -= unanswered;
    this.inFlight -= unanswered;
    session.inFlight = 0;
    this.#offers -= session.offers?.size ?? 0;
    session.offers = undefined;
    session.connection.account.add('requests', -session.requestBytes);
    session.connection.account.add('clients', -session.ownBytes);
  }

  /** Counts bytes of a request of a live session until `release`; with the session they go. */
  buffer(session: Session, bytes: number): void {
    session.requestBytes += bytes;
    session.connection.account.add('requests', bytes);
  }

  release(session: Session, bytes: number): void {
    if (session.live) this.buffer(session, -bytes);
  }

  /** The same of a pull, which may wait until something is there. */
  bufferPull(session: Session, reference: number, bytes: number): void {
    session.largePulls ??= new Map();
    session.largePulls.set(reference, (session.largePulls.get(reference) ?? 0) + bytes);
    this.buffer(session, bytes);
  }

  /** To be called with the reference of each answer to a session that had large pulls. */
  releasePull(session: Session, reference: number): void {
    const bytes = session.largePulls?.get(reference);
    if (bytes === undefined) return;
    session.largePulls!.delete(reference);
    this.release(session, bytes);
  }

  /** A request that was begun is to be answered by an agent. */
  offer(session: Session, reference: number): void {
    session.offers ??= new Set();
    const { size } = session.offers;
    this.#offers += session.offers.add(reference).size - size;
  }

  /** To be called with the reference of each answer to a session that had such a one. */
  endOffer(session: Session, reference: number): void {
    if (session.offers?.delete(reference) === true) this.#offers--;
  }

  /** Those of live sessions are passed over; there are fewer of them than numbers. */
  #nextNumber(): number {
    do this.#lastNumber = (this.#lastNumber % this.#numberMax) + 1;
    while (this.#byNumber.has(this.#lastNumber));
    return this.#lastNumber;
  }

  /** Counts a request that waits behind a fence: as unanswered, but not by its client. */
  wait({ connection }: Session): void {
    connection.inFlight++;
    this.inFlight++;
  }

  /** Counts a request as no longer waiting. */
  endWait({ connection }: Session): void {
    connection.inFlight--;
    this.inFlight--;
  }

  /** Counts a request as taken. */
  begin(session: Session): void {
    session.inFlight++;
    session.connection.inFlight++;
    this.inFlight++;
  }

  /** Counts a request as answered. */
  end(session: Session): void {
    session.inFlight--;
    session.connection.inFlight--;
    this.inFlight--;
  }
}
