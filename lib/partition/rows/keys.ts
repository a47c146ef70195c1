/** Keys of the rows of a partition. Part of the data format. */
import { orderOf, type StateRecord } from '../../interaction/state-record.js';
import { KeyBuilder, readU32, readU64, u32Key, u64Key } from '../../store/keys.js';

const builder = new KeyBuilder();

/**
 * Where an interaction that waits is in the own order of its queue: the number of that index,
 * priority descending, then received, then PlaceInQueueSeq, which no other one has. The identifier
 * stands behind it so that it is found.
 */
export const orderKeyOf = (index: number, id: string, record: StateRecord): string =>
  builder
    .begin()
    .u32(index)
    .i32Descending(record.priority)
    .u64(orderOf(record))
    .u64(record.placeSeq)
    .text(id)
    .take();

/** The number of the index that a key of the order is of. */
export const indexOfOrderKey = (key: string): number => readU32(key, 0);
export const idOfOrderKey = (key: string): string => builder.begin().text(key, 24).take();

/** Kinds of deadlines, one character each. */
export const DeadlineKind = {
  resume: 'r',
  tombstone: 't',
  invitation: 'i',
  aside: 'a',
  /** Of an index (its number is that of the index): an interaction may come into it, or leave. */
  view: 'v',
} as const;
export type DeadlineKind = (typeof DeadlineKind)[keyof typeof DeadlineKind];

/** Before the time of a deadline of the steady clock; those of the wall clock begin with a 0. */
const steadyMark = '\x01';

/**
 * Ascending by time of the wall clock, so that the next one is the first.
 * @param number of the offer that it is of, so that one of an earlier offer is seen as such; 0: of
 *   none
 */
export const deadlineKey = (
  atMs: number,
  kind: DeadlineKind,
  id: string,
  number: number = 0,
): string => u64Key(Math.max(0, Math.ceil(atMs))) + kind + u32Key(number) + id;

/** The same by the steady clock (`Turn.nowMs`): behind all those of the wall clock. */
export const steadyDeadlineKey = (
  atMs: number,
  kind: DeadlineKind,
  id: string,
  number: number = 0,
): string => steadyMark + deadlineKey(atMs, kind, id, number);

/** Whether the key of a deadline is by the steady clock. */
export const isSteadyDeadline = (key: string): boolean => key.startsWith(steadyMark);

/**
 * Bounds of the deadlines that are due at a moment of the wall clock, and of all there are by it.
 */
export const wallDeadlinesTo = (nowMs: number): string => u64Key(nowMs + 1);
export const wallDeadlinesEnd = steadyMark;
/** The same of the steady clock: from where on, and up to what is due. */
export const steadyDeadlinesFrom = steadyMark;
export const steadyDeadlinesTo = (nowMs: number): string => steadyMark + u64Key(nowMs + 1);

export interface Deadline {
  /** By the wall clock, or by the steady one if it `isSteady`. */
  readonly atMs: number;
  readonly isSteady: boolean;
  readonly kind: string;
  /** Of the offer that it is of; 0: of none. */
  readonly number: number;
  readonly id: string;
}

export function readDeadlineKey(key: string): Deadline {
  const isSteady = isSteadyDeadline(key);
  const at = isSteady ? 1 : 0;
  const number = readU32(key, at + 9);
  return { atMs: readU64(key, at), isSteady, kind: key[at + 8]!, number, id: key.slice(at + 13) };
}

/** A hand-off: identifiers hold no NUL, so the pair is unambiguous. */
export const moveKey = (id: string, move: number): string => `${id}\0${u32Key(move)}`;

export const readMoveKey = (key: string): { id: string; move: number } => {
  const end = key.length - 5;
  return { id: key.slice(0, end), move: readU32(key, end + 1) };
};
