/**
 * A connection that submits without the SDK: its frames are built before, only reference
 * and request key change, so that one process can offer more than a server takes. What
 * it sends is valid.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { submitBody } from '../../lib/client/bodies.js';
import {
  decodeAnswer,
  type FrameHeader,
  FrameOffset,
  FrameSplitter,
  FrameWriter,
  messageByName,
  protocolVersion,
  readHeader,
  RouteKind,
} from '../../lib/protocol/index.js';
import type { RecordMaker } from '../support/record.js';

const templateCount = 64;
const batchBytes = 262_144;
const proxyClient = 1;
/** What a key is in a template, to find its place. */
const placeholder = Buffer.from('key-of-16-bytes!');
const ackNumber = messageByName('EventAck').number;

interface Template {
  readonly frame: Uint8Array;
  readonly keyOffset: number;
}

/** An answer: to which reference, whether accepted, and its body, decoded when it is asked for. */
export interface FloodAnswer {
  readonly reference: number;
  readonly isAccepted: boolean;
  body(): Record<string, unknown>;
  /** Whether its body has these bytes. */
  hasBody(bytes: Uint8Array): boolean;
  /** A copy of the body. */
  bytes(): Uint8Array;
}

export class FloodConnection {
  /** Submits without an answer. */
  unanswered = 0;
  readonly #socket: Socket;
  readonly #templates: readonly Template[];
  readonly #keyPrefix = randomBytes(12);
  #batch = Buffer.allocUnsafe(0);
  #length = 0;
  #reference = 1;

  private constructor(socket: Socket, templates: readonly Template[]) {
    this.#socket = socket;
    this.#templates = templates;
  }

  /**
   * Connects and registers.
   * @param answered called for each answer; what it submits is sent with the others
   */
  static async open(
    server: string,
    { queues, makeRecord }: { queues: readonly string[]; makeRecord: RecordMaker },
    answered: (connection: FloodConnection, answer: FloodAnswer) => void,
  ): Promise<FloodConnection> {
    const [host = '', port] = server.split(':');
    const socket = connect({ host, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    const connection = new FloodConnection(socket, templatesOf(queues, makeRecord));
    await connection.#register();
    const splitter = new FrameSplitter((buffer, start) => {
      connection.unanswered -= 1;
      answered(connection, new Answer(buffer, readHeader(buffer, start)));
    });
    socket.on('data', (chunk: Buffer) => {
      splitter.push(chunk);
      connection.flush();
    });
    return connection;
  }

  /** Bytes that the system has not taken yet. */
  get backlogBytes(): number {
    return this.#socket.writableLength + this.#length;
  }

  /** Adds a submit to the batch; returns its reference. */
  submit(): number {
    this.#reference += 1;
    const { frame, keyOffset } = this.#templates[this.#reference % templateCount]!;
    if (this.#length + frame.length > this.#batch.length) {
      this.flush();
      this.#batch = Buffer.allocUnsafe(Math.max(batchBytes, frame.length));
    }
    const at = this.#length;
    this.#batch.set(frame, at);
    this.#batch.writeUInt32BE(this.#reference, at + FrameOffset.reference);
    this.#batch.set(this.#keyPrefix, at + keyOffset);
    this.#batch.writeUInt32BE(this.#reference, at + keyOffset + this.#keyPrefix.length);
    this.#length += frame.length;
    this.unanswered += 1;
    return this.#reference;
  }

  /** Sends the batch. */
  flush(): void {
    if (this.#length === 0) return;
    this.#socket.write(this.#batch.subarray(0, this.#length));
    this.#batch = this.#batch.subarray(this.#length);
    this.#length = 0;
  }

  close(): void {
    this.#socket.destroy();
  }

  async #register(): Promise<void> {
    const writer = new FrameWriter();
    writer.write(
      messageByName('RequestRegisterClient').number,
      0,
      this.#reference,
      proxyClient,
      RouteKind.none,
      '',
      { ClientName: 'bench.flood', ClientType: 'MediaServer', ProtocolVersion: protocolVersion },
    );
    this.#socket.write(writer.take());
    const [chunk] = (await once(this.#socket, 'data')) as [Buffer];
    const { message } = readHeader(chunk, 0);
    if (message !== ackNumber) throw new Error(`the registration was answered by ${message}`);
  }
}

function templatesOf(queues: readonly string[], makeRecord: RecordMaker): Template[] {
  const writer = new FrameWriter();
  const { number } = messageByName('RequestSubmit');
  return Array.from({ length: templateCount }, (_, index) => {
    const queue = queues[index % queues.length]!;
    const body = submitBody(makeRecord(index, queue), placeholder, undefined);
    writer.write(number, 0, 0, proxyClient, RouteKind.queue, queue, body);
    const frame = Buffer.from(writer.take());
    return { frame, keyOffset: frame.indexOf(placeholder) };
  });
}

class Answer implements FloodAnswer {
  readonly #buffer: Buffer;
  readonly #header: FrameHeader;

  constructor(buffer: Uint8Array, header: FrameHeader) {
    this.#buffer = Buffer.from(buffer.buffer, buffer.byteOffset, buffer.length);
    this.#header = header;
  }

  get reference(): number {
    return this.#header.reference;
  }

  get isAccepted(): boolean {
    return this.#header.message === ackNumber;
  }

  body(): Record<string, unknown> {
    return decodeAnswer(this.#buffer, this.#header.bodyStart, this.#header.bodyEnd);
  }

  hasBody(bytes: Uint8Array): boolean {
    const { bodyStart, bodyEnd } = this.#header;
    return this.#buffer.compare(bytes, 0, bytes.length, bodyStart, bodyEnd) === 0;
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#buffer.subarray(this.#header.bodyStart, this.#header.bodyEnd));
  }
}
