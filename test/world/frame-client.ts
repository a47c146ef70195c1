/** A connection to a world that speaks frames: what is sent, and what comes back. */
import type { ErrorName } from '../../lib/errors.js';
import {
  answerByNumber,
  decodeAnswer,
  errorNameOf,
  FrameFlag,
  FrameSplitter,
  FrameWriter,
  messageByName,
  readHeader,
  RouteKind,
  type Attributes,
  type Body,
  type RequestName,
} from '../../lib/protocol/index.js';
import type { MemoryEnd, World } from '../../lib/world/index.js';

/** A request as it is to be sent. */
export interface Asked {
  readonly name: RequestName;
  /** What it is routed by. */
  readonly route: { readonly kind: RouteKind; readonly key: string };
  readonly body: Body;
}

/** What came for a client: an answer has the reference of its request, an event 0. */
export interface Came {
  readonly name: string;
  readonly proxyClient: number;
  readonly reference: number;
  readonly body: Attributes;
  /** Of an error. */
  readonly error: ErrorName | undefined;
}

export interface FrameClientEvents {
  came(came: Came): void;
  /** The connection has ended. */
  closed(): void;
}

/** By queue, by identifier, or neither. */
export const toQueue = (key: string) => ({ kind: RouteKind.queue, key });
export const toId = (key: string) => ({ kind: RouteKind.id, key });
export const toFront = { kind: RouteKind.none, key: '' };

export class FrameClient {
  readonly #end: MemoryEnd;
  readonly #writer = new FrameWriter();

  constructor(world: World, events: FrameClientEvents) {
    this.#end = world.connect();
    const splitter = new FrameSplitter((buffer, start) => {
      const { message, proxyClient, reference, bodyStart, bodyEnd } = readHeader(buffer, start);
      const body = decodeAnswer(buffer, bodyStart, bodyEnd) as Attributes;
      const name = answerByNumber(message)!.name;
      const error = name === 'EventError' ? errorNameOf(body['ErrorCode'] as number) : undefined;
      events.came({ name, proxyClient, reference, body, error });
    });
    this.#end.on('data', (chunk) => {
      if (splitter.push(chunk) !== undefined) throw new Error('what came is no frame');
    });
    this.#end.on('close', () => events.closed());
  }

  /** @param isRetried the same was sent before */
  send(
    proxyClient: number,
    reference: number,
    { name, route, body }: Asked,
    isRetried = false,
  ): void {
    const { number } = messageByName(name);
    const flags = isRetried ? FrameFlag.retry : 0;
    this.#writer.write(number, flags, reference, proxyClient, route.kind, route.key, body);
    this.#end.write(this.#writer.take());
  }

  /** Ends the connection, as a process that dies. */
  destroy(): void {
    this.#end.destroy();
  }
}

/** How a client registers. */
export const registration = (
  clientName: string,
  clientType: string,
  sessionKey?: Uint8Array,
): Asked => ({
  name: 'RequestRegisterClient',
  route: toFront,
  body: {
    ClientName: clientName,
    ClientType: clientType,
    ProtocolVersion: 1,
    SessionKey: sessionKey,
  },
});
