/** Keys of the rows of a partition. Part of the data format. */
import { orderOf, type StateRecord } from '../../interaction/state-record.js';
import { KeyBuilder, readU32, readU64, u32Key, u64Key } from '../../store/keys.js';

const builder = new KeyBuilder();

/**
 * Where an interaction that waits is in the default order of its queue: priority descending, then
 * received, then identifier.
 */
export const orderKeyOf = (id: string, record: StateRecord): string =>
  builder
    .begin()
    .u32(record.queue)
    .i32Descending(record.priority)
    .u64(orderOf(record))
    .text(id)
    .take();

export const idOfOrderKey = (key: string): string => builder.begin().text(key, 16).take();

/** Kinds of deadlines, one character each. */
export const DeadlineKind = { resume: 'r', tombstone: 't' } as const;
export type DeadlineKind = (typeof DeadlineKind)[keyof typeof DeadlineKind];

/** Before the time of a deadline of the steady clock; those of the wall clock begin with a 0. */
const steadyMark = '\x01';

/** Ascending by time of the wall clock, so that the next one is the first. */
export const deadlineKey = (atMs: number, kind: DeadlineKind, id: string): string =>
  u64Key(Math.max(0, Math.ceil(atMs))) + kind + id;

/** The same by the steady clock (`Turn.nowMs`): behind all those of the wall clock. */
export const steadyDeadlineKey = (atMs: number, kind: DeadlineKind, id: string): string =>
  steadyMark + deadlineKey(atMs, kind, id);

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
  readonly id: string;
}

export function readDeadlineKey(key: string): Deadline {
  const isSteady = key.startsWith(steadyMark);
  const at = isSteady ? 1 : 0;
  return { atMs: readU64(key, at), isSteady, kind: key[at + 8]!, id: key.slice(at + 9) };
}

/** A hand-off: identifiers hold no NUL, so the pair is unambiguous. */
export const moveKey = (id: string, move: number): string => `${id}\0${u32Key(move)}`;

export const readMoveKey = (key: string): { id: string; move: number } => {
  const end = key.length - 5;
  return { id: key.slice(0, end), move: readU32(key, end + 1) };
};

/** What a session holds; the session key is 32 hexadecimal digits. */
export const ownerKey = (sessionKey: string, id: string): string =>
  builder.begin().text(sessionKey).text(id).take();
export const sessionOfOwnerKey = (key: string): string => key.slice(0, 32);
export const idOfOwnerKey = (key: string): string => key.slice(32);
