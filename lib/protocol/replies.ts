/** The two answers that every part of the server gives. */
import { IxionError } from '../errors.js';
import type { ErrorName } from '../errors.js';
import { limits } from '../limits.js';
import type { Body } from './encode.js';
import { messageByName } from './registry.js';
import { RouteKind } from './message.js';
import type { FrameWriter } from './frame-writer.js';

/** Whom an answer goes to; a FrameHeader will do. */
export interface Asker {
  readonly reference: number;
  readonly proxyClient: number;
}

/** An error as data, or an IxionError. */
export type ErrorReply =
  | IxionError
  | {
      readonly error: ErrorName;
      readonly detail: string;
      readonly retryAfterMs?: number | undefined;
    };

const ackNumber = messageByName('EventAck').number;
const errorNumber = messageByName('EventError').number;

/** Appends an EventAck. */
export function writeAck(writer: FrameWriter, asker: Asker, extension?: Body): void {
  const body = { Extension: extension };
  writer.write(ackNumber, 0, asker.reference, asker.proxyClient, RouteKind.none, '', body);
}

/** Appends an EventError. A long description is cut. */
export function writeError(writer: FrameWriter, asker: Asker, reply: ErrorReply): void {
  const error =
    reply instanceof IxionError
      ? reply
      : new IxionError(reply.error, reply.detail, { retryAfterMs: reply.retryAfterMs });
  const body = {
    ErrorCode: error.code,
    // Three bytes per UTF-16 unit at most.
    ErrorDescription: error.message.slice(0, Math.floor(limits.stringPropertyBytes / 3)),
    RetryAfterMs: error.retryAfterMs,
  };
  writer.write(errorNumber, 0, asker.reference, asker.proxyClient, RouteKind.none, '', body);
}
