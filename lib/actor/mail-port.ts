/** The way from one thread to another: a port of Node, or of a simulator that delivers itself. */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Packet } from './packet.js';

/** What a thread needs of it. Packets come in the order in which they were posted. */
export interface MailPort {
  postMessage(packet: Packet, transfer?: readonly ArrayBuffer[]): void;
  on(event: 'message', listener: (packet: Packet) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  close(): void;
  /** The next packet, if one was posted and not read; absent: a port of Node. */
  take?(): Packet | undefined;
}

/** The next packet that was posted to a port and not read; undefined: there is none. */
export function takeFrom(port: MailPort): Packet | undefined {
  if (port.take !== undefined) return port.take();
  return receiveMessageOnPort(port as unknown as MessagePort)?.message as Packet | undefined;
}
