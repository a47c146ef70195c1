/**
 * The server socket: which connections there are, and the sweep over them. With TLS a connection is
 * one only after its handshake.
 */
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Server as TlsServer, TLSSocket } from 'node:tls';
import type { Clock, Timer } from '../clock.js';
import type { TlsMaterial } from '../security/tls.js';
import type { ByteSocket } from './byte-socket.js';
import type { BufferedBytes } from './buffered-bytes.js';
import { Connection } from './connection.js';
import type { ConnectionOwner, EndReason } from './connection.js';
import type { NetLimits } from './net-limits.js';
import { Newcomers, type Newcomer } from './newcomers.js';

/** Time after which the kernel asks a silent peer whether it is there. */
const keepAliveAfterMs = 30_000;
/** Time for peers to end their side when the listener closes. */
const closeGraceMs = 250;
/** Connections above the limit that may be there at once to be told so. */
const refusedAtOnce = 64;

/** Time that a connection has to register, before it may have to go at the limit. */
const graceMs = 1_000;

const socketOptions = {
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: keepAliveAfterMs,
} as const;

/** Where a listener is bound. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export interface ListenerOptions {
  readonly clock: Clock;
  readonly limits: NetLimits;
  /** What is buffered for all connections. */
  readonly buffered: BufferedBytes;
  readonly owner: ConnectionOwner;
  /** The server socket reported an error while it was serving; it goes on. */
  failed(error: Error): void;
  /** A connection was refused because all places are taken. */
  refused(): void;
  /** The frame that a connection above the limit gets before it is closed. */
  refusal(): Uint8Array;
}

export class Listener {
  readonly connections = new Set<Connection>();
  readonly #options: ListenerOptions;
  #server: Server | undefined;
  /** Those of TLS whose handshake is not over, by their peer. */
  readonly #handshakes = new Map<string, Newcomer>();
  readonly #newcomers: Newcomers;
  #timer: Timer | undefined;
  #empty: () => void = () => undefined;
  #closing: Promise<void> | undefined;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#newcomers = new Newcomers(Math.min(graceMs, options.limits.registrationTimeoutMs / 4));
  }

  /** Binds; rejects with the system's error (`EADDRINUSE` ...). Port 0 takes a free one. */
  async listen(address: ListenAddress, tls?: TlsMaterial): Promise<ListenAddress> {
    const server = tls === undefined ? this.#plainServer() : await this.#tlsServer(tls);
    server.maxConnections = this.#options.limits.connections + refusedAtOnce;
    server.on('drop', () => this.#options.refused());
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: address.host, port: address.port, backlog: 511 }, () => {
        server.off('error', reject);
        server.on('error', (error) => this.#options.failed(error));
        resolve();
      });
    });
    this.open();
    const bound = server.address() as AddressInfo;
    return { host: bound.address, port: bound.port };
  }

  /** Watches over connections; without `listen` they come by `accept` alone. */
  open(): void {
    this.#sweepLater();
  }

  /** Other certificates for connections to come; only when it listens with TLS. */
  setTls(tls: TlsMaterial): void {
    (this.#server as TlsServer).setSecureContext(tls);
  }

  /** Takes no more connections; those that are there stay. */
  stopAccepting(): void {
    this.#server?.close();
  }

  /** To be called by the owner when a connection has ended. */
  forget(connection: Connection): void {
    this.connections.delete(connection);
    this.#newcomers.delete(connection);
    if (this.connections.size === 0) this.#empty();
  }

  /** Destroys every connection. */
  destroyAll(reason: EndReason): void {
    for (const connection of this.connections) connection.destroy(reason);
  }

  /**
   * Stops listening and ends every connection once what it was sent has left; those whose peer does
   * not end within a grace are destroyed. Resolves when none is left, a second call as well.
   */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#timer?.cancel();
    for (const connection of this.connections) connection.close('server stopped');
    const grace = this.#options.clock.setTimer(closeGraceMs, () =>
      this.destroyAll('server stopped'),
    );
    this.#server?.close();
    // The server's own event comes before those of its last sockets.
    if (this.connections.size > 0) {
      await new Promise<void>((resolve) => {
        this.#empty = resolve;
      });
    }
    grace.cancel();
    for (const handshake of this.#handshakes.values()) handshake.makeRoom();
  }

  #plainServer(): Server {
    return createServer(socketOptions).on('connection', (socket) => this.accept(socket));
  }

  async #tlsServer(material: TlsMaterial): Promise<Server> {
    const tls = await import('node:tls');
    const server = tls.createServer({ ...material, ...socketOptions });
    server.on('connection', (socket: Socket) => this.#shakeHands(socket));
    return server.on('secureConnection', (socket) => {
      this.#endHandshake(peerOf(socket));
      if (hasWrongCertificate(socket)) socket.destroy();
      else this.accept(socket);
    });
  }

  /** Takes a connection, if there is room for it. */
  accept(socket: ByteSocket): void {
    const { limits, owner, buffered } = this.#options;
    if (!this.#hasRoom()) {
      this.#options.refused();
      socket.on('error', () => socket.destroy());
      socket.end(this.#options.refusal());
      socket.destroySoon();
      return;
    }
    const connection = new Connection(socket, owner, limits, buffered);
    this.connections.add(connection);
    this.#newcomers.add(connection, this.#options.clock.monotonicMs());
  }

  #shakeHands(socket: Socket): void {
    if (!this.#hasRoom()) {
      this.#options.refused();
      socket.destroy();
      return;
    }
    const peer = peerOf(socket);
    const handshake = { isNew: true, makeRoom: () => void socket.destroy() };
    this.#handshakes.set(peer, handshake);
    this.#newcomers.add(handshake, this.#options.clock.monotonicMs());
    socket.once('close', () => this.#endHandshake(peer));
  }

  #endHandshake(peer: string): void {
    const handshake = this.#handshakes.get(peer);
    if (handshake === undefined) return;
    this.#handshakes.delete(peer);
    this.#newcomers.delete(handshake);
  }

  /** Whether one more may come, if need be for one that has not registered. */
  #hasRoom(): boolean {
    const { clock, limits } = this.#options;
    if (this.connections.size + this.#handshakes.size < limits.connections) return true;
    return this.#newcomers.makeRoom(clock.monotonicMs());
  }

  #sweepLater(): void {
    const { registrationTimeoutMs, frameTimeoutMs, readerStallMs, sweepMs } = this.#options.limits;
    const shortestMs = Math.min(registrationTimeoutMs, frameTimeoutMs, readerStallMs);
    this.#timer = this.#options.clock.setTimer(Math.min(sweepMs, shortestMs / 4), () => {
      const nowMs = this.#options.clock.monotonicMs();
      for (const connection of this.connections) connection.sweep(nowMs);
      this.#sweepLater();
    });
  }
}

/** Tells a connection from all others, with TLS and below it. */
const peerOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;

/** A client need not have a certificate, unless it is required; one that it has must be good. */
function hasWrongCertificate(socket: TLSSocket): boolean {
  return !socket.authorized && Object.keys(socket.getPeerCertificate() ?? {}).length > 0;
}
