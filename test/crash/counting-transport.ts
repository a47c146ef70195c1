/**
 * TCP that counts: what its clients sent, what errors they got, and that each
 * request has one answer.
 */
import { tcpTransport } from '../../lib/client/tcp.js';
import type { TransportFactory } from '../../lib/client/index.js';
import { errorNameOf } from '../../lib/errors.js';
import {
  decodeAnswer,
  FrameSplitter,
  messageByName,
  readHeader,
  requestByNumber,
} from '../../lib/protocol/index.js';

const errorNumber = messageByName('EventError').number;

export class Tally {
  readonly requests: Record<string, number> = {};
  readonly errors: Record<string, number> = {};
  readonly complaints: string[] = [];

  /** A transport whose frames are counted here. */
  readonly transport: TransportFactory = Object.assign(
    async (...[server, handlers, signal]: Parameters<TransportFactory>) => {
      const unanswered = new Set<number>();
      const sent = new FrameSplitter((buffer, start) => this.#sent(buffer, start, unanswered));
      const got = new FrameSplitter((buffer, start) => this.#got(buffer, start, unanswered));
      const data = (chunk: Uint8Array): void => {
        got.push(chunk);
        handlers.data(chunk);
      };
      const transport = await tcpTransport(server, { ...handlers, data }, signal);
      const write = (bytes: Uint8Array): boolean => {
        sent.push(bytes);
        return transport.write(bytes);
      };
      return { ...transport, write };
    },
    { schedule: tcpTransport.schedule! },
  );

  #sent(buffer: Uint8Array, start: number, unanswered: Set<number>): void {
    const { message, reference } = readHeader(buffer, start);
    count(this.requests, requestByNumber(message)?.name ?? String(message));
    if (unanswered.has(reference)) this.complaints.push(`request ${reference} was sent twice`);
    unanswered.add(reference);
  }

  #got(buffer: Uint8Array, start: number, unanswered: Set<number>): void {
    const { message, reference, bodyStart, bodyEnd } = readHeader(buffer, start);
    if (message === errorNumber) {
      const code = Number(decodeAnswer(buffer, bodyStart, bodyEnd)['ErrorCode']);
      count(this.errors, errorNameOf(code) ?? String(code));
    }
    if (reference !== 0 && !unanswered.delete(reference)) {
      this.complaints.push(`a second answer to request ${reference}, message ${message}`);
    }
  }
}

/** The counts of several tallies together. */
export function sumOf(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const each of counts) {
    for (const [name, value] of Object.entries(each)) count(sum, name, value);
  }
  return sum;
}

function count(counts: Record<string, number>, name: string, by = 1): void {
  counts[name] = (counts[name] ?? 0) + by;
}
