/**
 * The header of a frame, byte by byte. All numbers are big-endian.
 *
 * | offset | size | field |
 * |---|---|---|
 * | 0 | 4 | length of the whole frame in bytes, these four included |
 * | 4 | 2 | message number |
 * | 6 | 2 | flags |
 * | 8 | 4 | reference, chosen by the client, repeated in the answer; 0 in an event |
 * | 12 | 4 | proxy client: the logical client on this connection |
 * | 16 | 1 | route kind |
 * | 17 | 1 | route key length |
 * | 18 | n | route key, UTF-8 |
 * | 18+n | | body: one MessagePack map |
 */
export const FrameOffset = {
  length: 0,
  message: 4,
  flags: 6,
  reference: 8,
  proxyClient: 12,
  routeKind: 16,
  routeKeyLength: 17,
  routeKey: 18,
} as const;

/** Bytes of a header whose route key is empty. */
export const frameHeaderBytes = 18;

/** Bits of the flags field; all others are 0 when sent, and ignored when received. */
export const FrameFlag = {
  /** The frame may have reached the server before: it is sent again with the same RequestKey. */
  retry: 1,
  /** The frame is executed when every earlier request of its logical client has been answered. */
  fence: 2,
} as const;

/** The version of the protocol that this code speaks. */
export const protocolVersion = 1;
