/** What the front itself says to clients, with its errors counted. */
import type { CounterLane } from '../counters/index.js';
import { IxionError, errorTable } from '../errors.js';
import type { ErrorName } from '../errors.js';
import type { Connection } from '../net/connection.js';
import type { Session } from '../net/session.js';
import { FrameWriter } from '../protocol/frame-writer.js';
import { RouteKind } from '../protocol/message.js';
import { messageByName } from '../protocol/registry.js';
import type { AnswerName } from '../protocol/registry.js';
import { writeAck, writeError } from '../protocol/replies.js';
import type { Asker } from '../protocol/replies.js';
import type { BusyFrame } from './busy-frame.js';

type Body = Readonly<Record<string, unknown>>;

/** Whom an answer goes to when no frame is known that it could answer. */
const nobody: Asker = { reference: 0, proxyClient: 0 };
const { code: busyCode } = errorTable.Busy;
const serverDrainingNumber = messageByName('EventServerDraining').number;
const subscriptionEndedNumber = messageByName('EventSubscriptionEnded').number;
const forcedDisconnectNumber = messageByName('EventForcedDisconnect').number;

export class Replies {
  readonly #lane: CounterLane;
  readonly #writer = new FrameWriter();

  constructor(lane: CounterLane) {
    this.#lane = lane;
  }

  ack(connection: Connection, asker: Asker, extension?: Body): void {
    writeAck(this.#writer, asker, extension);
    connection.send(this.#writer.take());
  }

  /** @throws {IxionError} FrameTooLarge when the body does not fit into a frame */
  answer(connection: Connection, asker: Asker, name: AnswerName, body: Body): void {
    const { number } = messageByName(name);
    this.#writer.write(number, 0, asker.reference, asker.proxyClient, RouteKind.none, '', body);
    connection.send(this.#writer.take());
  }

  error(connection: Connection, asker: Asker, error: IxionError): void {
    if (connection.open) connection.send(this.#error(asker, error));
  }

  /** Refuses a request for a reason that passes by itself. */
  busy(connection: Connection, asker: Asker, frame: BusyFrame, retryAfterMs: number): void {
    if (!connection.open) return;
    if (this.#lane.enabled('errors')) this.#lane.add('errors', busyCode);
    connection.send(frame.to(asker, retryAfterMs));
  }

  /** The error for a connection that is closed after it; of no request. */
  farewell(name: ErrorName, detail?: string): Uint8Array {
    return this.#error(nobody, new IxionError(name, detail));
  }

  /** Tells a client that the server has ended it. */
  forcedDisconnect(session: Session, name: ErrorName): void {
    const { code: ErrorCode, cause: ErrorDescription } = errorTable[name];
    this.#tell(session, forcedDisconnectNumber, { ErrorCode, ErrorDescription });
  }

  /** Tells a client that the server stops, and when to come back. */
  serverDraining(session: Session, ReconnectAfterMs: number): void {
    this.#tell(session, serverDrainingNumber, { ReconnectAfterMs });
  }

  /** Tells a client that the server has ended a subscription of it. */
  subscriptionEnded(session: Session, number: number, error: IxionError, Timeline: string): void {
    const { code: ErrorCode, message: ErrorDescription } = error;
    const body = { SubscriptionId: number, ErrorCode, ErrorDescription, Timeline };
    this.#tell(session, subscriptionEndedNumber, body);
  }

  /** Says something that answers nothing. */
  #tell({ connection, proxyClient }: Session, message: number, body: Body): void {
    this.#writer.write(message, 0, 0, proxyClient, RouteKind.none, '', body);
    connection.send(this.#writer.take());
  }

  #error(asker: Asker, error: IxionError): Uint8Array {
    if (this.#lane.enabled('errors')) this.#lane.add('errors', error.code);
    writeError(this.#writer, asker, error);
    return this.#writer.take();
  }
}
