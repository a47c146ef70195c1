/**
 * A client of the protocol alone: it sends the frames that it is told to, once or again, with or
 * without the flag `retry` and the age, and gives back whatever comes.
 */
import { connect, type Socket } from 'node:net';
import { errorNameOf, type ErrorName } from '../../lib/errors.js';
import { encodeBody, type Body } from '../../lib/protocol/encode.js';
import { FrameFlag, protocolVersion } from '../../lib/protocol/frame-layout.js';
import { FrameWriter } from '../../lib/protocol/frame-writer.js';
import { FrameSplitter, readHeader } from '../../lib/protocol/frame.js';
import {
  answerByNumber,
  decodeAnswer,
  messageByName,
  RouteKind,
  type RequestName,
} from '../../lib/protocol/index.js';

/** A request whose body is packed once, however often it is sent. */
export interface RawRequest {
  readonly message: number;
  readonly routeKind: RouteKind;
  readonly routeKey: string;
  readonly body: Uint8Array;
}

export interface RawAnswer {
  readonly name: string;
  /** Of an EventError. */
  readonly error: ErrorName | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** How a request is sent again; absent: as the first time. */
export interface Again {
  readonly flag: boolean;
  readonly ageMs?: number | undefined;
}

export interface RawIdentity {
  readonly clientName: string;
  readonly clientType: 'MediaServer' | 'AgentApplication';
  readonly sessionKey: Uint8Array;
}

/** A request by queue or, with an identifier, by that. */
export function rawRequest(name: RequestName, body: Body, route?: { queue: string }): RawRequest {
  const { number: message } = messageByName(name);
  const id = body['InteractionId'];
  if (route !== undefined || typeof id !== 'string') {
    const routeKey = route?.queue ?? String(body['Queue'] ?? body['ViewId']);
    return { message, routeKind: RouteKind.queue, routeKey, body: encodeBody(message, body) };
  }
  return { message, routeKind: RouteKind.id, routeKey: id, body: encodeBody(message, body) };
}

/** A pull of one known interaction. */
export function rawPullById(id: string, more: Body): RawRequest {
  const { number: message } = messageByName('RequestPull');
  const body = { ViewId: '_system_', PullParameters: { [id]: '' }, ...more };
  return { message, routeKind: RouteKind.id, routeKey: id, body: encodeBody(message, body) };
}

export class RawClient {
  readonly #socket: Socket;
  readonly #writer = new FrameWriter();
  readonly #waiting = new Map<number, (answer: RawAnswer | undefined) => void>();
  #reference = 0;
  #isOpen = true;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const splitter = new FrameSplitter((buffer, start) => this.#frame(buffer, start));
    socket.on('data', (chunk: Uint8Array) => void splitter.push(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => this.#closed());
  }

  /** Connects and registers; undefined: there is no server, or it did not take the client. */
  static async open(address: string, identity: RawIdentity): Promise<RawClient | undefined> {
    const [host, port] = address.split(':') as [string, string];
    const socket = connect({ host, port: Number(port), noDelay: true });
    const isConnected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    if (!isConnected) return undefined;
    const client = new RawClient(socket);
    const answer = await client.register(identity);
    if (answer?.name === 'EventAck') return client;
    client.destroy();
    return undefined;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  register({ clientName, clientType, sessionKey }: RawIdentity): Promise<RawAnswer | undefined> {
    return this.#control('RequestRegisterClient', {
      ClientName: clientName,
      ClientType: clientType,
      ProtocolVersion: protocolVersion,
      SessionKey: sessionKey,
    });
  }

  /** Ends the logical client; `register` makes it anew on the same connection. */
  unregister(): Promise<RawAnswer | undefined> {
    return this.#control('RequestUnregisterClient', {});
  }

  ping(): Promise<RawAnswer | undefined> {
    return this.#control('RequestPing', {});
  }

  /** Resolves with the answer; with undefined when the connection ended before. */
  send(request: RawRequest, again?: Again): Promise<RawAnswer | undefined> {
    const flags = again?.flag === true ? FrameFlag.retry : 0;
    const reference = ++this.#reference;
    const { message, routeKind, routeKey, body } = request;
    this.#writer.write(message, flags, reference, 0, routeKind, routeKey, body, again?.ageMs);
    return this.#write(reference);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #control(name: RequestName, body: Body): Promise<RawAnswer | undefined> {
    const { number } = messageByName(name);
    const reference = ++this.#reference;
    this.#writer.write(number, 0, reference, 0, RouteKind.none, '', body);
    return this.#write(reference);
  }

  #write(reference: number): Promise<RawAnswer | undefined> {
    const bytes = this.#writer.take();
    if (!this.#isOpen) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#waiting.set(reference, resolve);
      this.#socket.write(bytes);
    });
  }

  #frame(buffer: Uint8Array, start: number): void {
    const { message, reference, bodyStart, bodyEnd } = readHeader(buffer, start);
    const resolve = this.#waiting.get(reference);
    if (resolve === undefined) return;
    this.#waiting.delete(reference);
    const name = answerByNumber(message)?.name ?? String(message);
    const body = decodeAnswer(buffer, bodyStart, bodyEnd);
    const error = name === 'EventError' ? errorNameOf(Number(body['ErrorCode'])) : undefined;
    resolve({ name, error, body });
  }

  #closed(): void {
    this.#isOpen = false;
    for (const resolve of this.#waiting.values()) resolve(undefined);
    this.#waiting.clear();
  }
}

/** Identifiers of what a pull brought. */
export const rawPulledIds = (answer: RawAnswer): string[] =>
  (answer.body['Interactions'] as Record<string, unknown>[]).map((each) =>
    String(each['InteractionId']),
  );
