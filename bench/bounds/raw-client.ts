/** A connection without the SDK, for clients that do what no good client does. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  decodeAnswer,
  FrameSplitter,
  FrameWriter,
  messageByName,
  protocolVersion,
  readHeader,
  RouteKind,
  type Body,
  type RequestName,
} from '../../lib/protocol/index.js';

const errorNumber = messageByName('EventError').number;

/** An answer or event, decoded when it is asked for. */
export interface RawFrame {
  readonly message: number;
  readonly reference: number;
  readonly isError: boolean;
  body(): Readonly<Record<string, unknown>>;
}

/** What a request is routed by: one of these, or nothing. */
export interface RawRoute {
  readonly id?: string;
  readonly queue?: string;
  readonly agent?: string;
}

export class RawClient {
  readonly socket: Socket;
  /** Told of each frame, once `open` has resolved; while absent, bytes are thrown away unread. */
  onFrame: ((frame: RawFrame) => void) | undefined;
  receivedBytes = 0;
  readonly #writer = new FrameWriter();

  private constructor(socket: Socket) {
    this.socket = socket;
    // Its end is looked for by `socket.destroyed`.
    socket.on('error', () => undefined);
  }

  /** Connects and registers as proxy client 1. */
  static async open(server: string, clientType: string): Promise<RawClient> {
    const [host = '', port] = server.split(':');
    const socket = connect({ host, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    const client = new RawClient(socket);
    const identity = { ClientName: 'bench.loud', ClientType: clientType };
    const body = { ...identity, ProtocolVersion: protocolVersion };
    client.socket.write(client.frame('RequestRegisterClient', 1, body));
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    if (readHeader(chunk, 0).message === errorNumber) throw new Error('not registered');
    client.#read();
    return client;
  }

  /** The bytes of a request; they are the caller's. */
  frame(name: RequestName, reference: number, body: Body, to: RawRoute = {}) {
    const { number } = messageByName(name);
    const [kind] = Object.keys(to) as (keyof RawRoute)[];
    const route = kind === undefined ? RouteKind.none : RouteKind[kind];
    const key = kind === undefined ? '' : to[kind]!;
    this.#writer.write(number, 0, reference, 1, route, key, body);
    return this.#writer.take();
  }

  #read(): void {
    const splitter = new FrameSplitter((buffer, start) => {
      const header = readHeader(buffer, start);
      const { message, reference } = header;
      const body = () => decodeAnswer(buffer, header.bodyStart, header.bodyEnd);
      this.onFrame?.({ message, reference, isError: message === errorNumber, body });
    });
    this.socket.on('data', (chunk: Buffer) => {
      this.receivedBytes += chunk.length;
      if (this.onFrame !== undefined) splitter.push(chunk);
    });
  }
}
