/** A server in this process that does what a test's script says, to try the client's every case. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { ErrorName } from '../../lib/errors.js';
import {
  decodeAnswer,
  FrameSplitter,
  FrameWriter,
  messageByName,
  readHeader,
  requestByNumber,
  routeKeyOf,
  RouteKind,
  writeError,
  type Body,
  type MessageName,
} from '../../lib/protocol/index.js';

/** A request as it came. */
export interface Received {
  readonly name: string;
  readonly flags: number;
  readonly reference: number;
  readonly proxyClient: number;
  readonly route: string;
  readonly routeKey: string;
  readonly body: Record<string, unknown>;
  /** The RequestKey as hexadecimal digits. */
  readonly key: string;
}

/** One connection of the fake server. */
export class FakeLink {
  /** Counts connections from 1. */
  readonly number: number;
  readonly #socket: Socket;
  readonly #writer = new FrameWriter();

  constructor(number: number, socket: Socket) {
    this.number = number;
    this.#socket = socket;
  }

  ack(request: Received, extension?: Body): void {
    this.send('EventAck', request.reference, request.proxyClient, { Extension: extension });
  }

  answer(request: Received, name: MessageName, body: Body): void {
    this.send(name, request.reference, request.proxyClient, body);
  }

  refuse(request: Received, error: ErrorName, retryAfterMs?: number): void {
    writeError(this.#writer, request, { error, detail: `no: ${error}`, retryAfterMs });
    this.#socket.write(this.#writer.take());
  }

  event(name: MessageName, proxyClient: number, body: Body): void {
    this.send(name, 0, proxyClient, body);
  }

  send(name: MessageName, reference: number, proxyClient: number, body: Body): void {
    const { number } = messageByName(name);
    this.#writer.write(number, 0, reference, proxyClient, RouteKind.none, '', body);
    this.#socket.write(this.#writer.take());
  }

  raw(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  drop(): void {
    this.#socket.destroy();
  }

  /** Bytes that the client did not take yet. */
  get unreadBytes(): number {
    return this.#socket.writableLength;
  }
}

/** Returns true when it has dealt with the request; else it is acknowledged. */
export type Script = (request: Received, link: FakeLink) => boolean | void;

export interface FakeServer {
  readonly address: string;
  readonly port: number;
  readonly requests: Received[];
  readonly links: FakeLink[];
  /** Names of the requests, registrations left out. */
  names(): string[];
  close(): Promise<void>;
}

/** Listens on a free port, or on the one given, of the loopback interface. */
export function startFakeServer(script: Script, port = 0): Promise<FakeServer> {
  const requests: Received[] = [];
  const links: FakeLink[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const link = new FakeLink(links.length + 1, socket);
    links.push(link);
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    const splitter = new FrameSplitter((buffer, start) => {
      const request = read(buffer, start);
      requests.push(request);
      if (script(request, link) !== true) link.ack(request);
    });
    socket.on('data', (chunk) => void splitter.push(chunk));
  });
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => {
      const { port: actual } = server.address() as AddressInfo;
      resolve({
        address: `127.0.0.1:${actual}`,
        port: actual,
        requests,
        links,
        names: () =>
          requests.map(({ name }) => name).filter((name) => name !== 'RequestRegisterClient'),
        close: () => {
          for (const socket of sockets) socket.destroy();
          return new Promise((done) => server.close(() => done()));
        },
      });
    });
  });
}

function read(buffer: Uint8Array, start: number): Received {
  const header = readHeader(buffer, start);
  const { flags, reference, proxyClient } = header;
  const route = Object.entries(RouteKind).find(([, kind]) => kind === header.routeKind);
  const body = decodeAnswer(buffer, header.bodyStart, header.bodyEnd);
  return {
    name: requestByNumber(header.message)?.name ?? `message ${header.message}`,
    flags,
    reference,
    proxyClient,
    route: route?.[0] ?? '?',
    routeKey: routeKeyOf(buffer, header),
    body,
    key: Buffer.from((body['RequestKey'] as Uint8Array | undefined) ?? []).toString('hex'),
  };
}
