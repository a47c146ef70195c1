/**
 * The row of the events of one write set. Part of the data format.
 *
 * Its head says of which kinds its events are and of which tenants, so that who wants none of them
 * passes the row; an index says of each event where it is, what it is and whose, so that nothing is
 * unpacked that nobody wants. Events of one change stand behind what they have in common, which is
 * there once. Big-endian; texts and numbers behind the index are MessagePack (`lib/pack`).
 *
 * | at | bytes | what                                                                  |
 * | -- | ----- | --------------------------------------------------------------------- |
 * | 0  | 1     | version of the codec, 1                                               |
 * | 1  | 1     | 1: the index is a wide one                                            |
 * | 2  | 8     | the timeline; 0: none, of events on their way to another partition    |
 * | 10 | 8     | sequence of the first event                                           |
 * | 18 | 8     | time in milliseconds                                                  |
 * | 26 | 8     | bytes of all rows of the partition up to and including this one       |
 * | 34 | 4     | number of events                                                      |
 * | 38 | 1, 2  | number of kinds, number of tenants                                    |
 * | 41 |       | each kind (2) and each tenant (4), once                               |
 * |    |       | index: of each event the place of its kind (1) and tenant (1, wide 2) |
 * |    |       | in these lists, and where it begins (2, wide 4)                       |
 * |    |       | changes, each with its events behind it                               |
 *
 * A change: what follows as bits, identifier, version, state, queue, type and name of the actor,
 * then place and router of the actor, name and words of the reason, extension, and what the
 * interaction is, as far as there are any. An event: how far back its change begins; what follows
 * as bits; of a party its type, operation, name, place and router; carried keys; details. Both,
 * and what the interaction is, are a number of pairs and the pairs, as a binary.
 */
import type { InteractionEvent } from './event.js';

/** Version of a row of events. */
export const eventCodecVersion = 1;

/** What a row says of itself. */
export interface EventRowHead {
  /** Identifier of the timeline that the events belong to. */
  readonly timeline: string;
  readonly firstSequence: number;
  readonly timeMs: number;
}

/** The events of one write set, numbered from `firstSequence`. */
export interface EventRow extends EventRowHead {
  readonly events: readonly InteractionEvent[];
}

export const rowAt = {
  isWide: 1,
  timeline: 2,
  first: 10,
  time: 18,
  bytes: 26,
  events: 34,
  kinds: 38,
  tenants: 39,
  sets: 41,
} as const;

/** Bytes of an event in the index. */
export const narrowBytes = 4;
export const wideBytes = 7;

/** What follows the fixed parts. */
export const changeBits = {
  place: 1,
  router: 2,
  reason: 4,
  words: 8,
  extension: 16,
  identity: 32,
} as const;
export const eventBits = { party: 1, place: 2, router: 4, carried: 8, details: 16 } as const;
