/** Frames of clients in the mail of a partition, and how they travel between partitions. */
import type { Envelope } from '../actor/index.js';
import type { PeerMessage } from '../partition/peer.js';
import type { Past, Request } from '../partition/request.js';
import type { PartitionMessage, SessionInfo } from '../mail/partition.js';

/** A request on its way between partitions: its frame, and what is not in it. */
export interface ForwardedFrame {
  readonly type: 'forwarded-frame';
  readonly session: SessionInfo;
  readonly frame: Uint8Array;
  readonly hops: number;
  /** Of a pull that has waited: what is left of its wait. */
  readonly waitLeftMs?: number | undefined;
  /** Of one that comes back to its home: the move whose end it waited for. */
  readonly waitedFor?: number | undefined;
  readonly past: Past | undefined;
  readonly delayedMs: number | undefined;
}

/** The request of a message, as it travels. */
export function forwardedFrameOf({
  request,
  waitLeftMs,
  waitedFor,
}: PeerMessage & { type: 'forward' }): ForwardedFrame {
  const { session, frame, hops, past, delayedMs } = request as Request & { session: SessionInfo };
  return {
    type: 'forwarded-frame',
    session,
    frame: copyOf(frame!),
    hops,
    waitLeftMs,
    waitedFor,
    past,
    delayedMs,
  };
}

/** The frame of a client in an envelope. */
export function frameOf(envelope: Envelope<PartitionMessage>): Uint8Array | undefined {
  if (envelope.kind === 'bytes') return envelope.bytes;
  if (envelope.message.type !== 'peer') return undefined;
  const message = envelope.message.message as PeerMessage | ForwardedFrame;
  return message.type === 'forwarded-frame' ? message.frame : undefined;
}

/** A structured clone takes the whole buffer under a view: such bytes are copied out first. */
export const copyOf = (bytes: Uint8Array): Uint8Array => Uint8Array.from(bytes);
