/** Keys of the rows of a partition. Part of the data format. */
import { KeyBuilder, readU32, readU64, u32Key, u64Key } from '../store/keys.js';

const builder = new KeyBuilder();

/** Default order of a queue: priority descending, then received, then identifier (domain 0.3). */
export const orderKey = (
  queue: number,
  priority: number,
  receivedAtMs: number,
  id: string,
): string => builder.begin().u32(queue).i32Descending(priority).u64(receivedAtMs).text(id).take();

export const idOfOrderKey = (key: string): string => builder.begin().text(key, 16).take();
export const queueOfOrderKey = (key: string): number => readU32(key, 0);

/** Kinds of deadlines, one character each. */
export const DeadlineKind = { resume: 'r', tombstone: 't' } as const;
export type DeadlineKind = (typeof DeadlineKind)[keyof typeof DeadlineKind];

/** Ascending by time, so that the next one is the first. */
export const deadlineKey = (atMs: number, kind: DeadlineKind, id: string): string =>
  u64Key(Math.max(0, Math.ceil(atMs))) + kind + id;

export interface Deadline {
  readonly atMs: number;
  readonly kind: string;
  readonly id: string;
}

export const readDeadlineKey = (key: string): Deadline => ({
  atMs: readU64(key, 0),
  kind: key[8]!,
  id: key.slice(9),
});

/** A hand-off: identifiers hold no NUL, so the pair is unambiguous. */
export const moveKey = (id: string, move: number): string => `${id}\0${u32Key(move)}`;

export const readMoveKey = (key: string): { id: string; move: number } => {
  const end = key.length - 5;
  return { id: key.slice(0, end), move: readU32(key, end + 1) };
};

/** What a session holds; the session key is 32 hexadecimal digits. */
export const holdingKey = (sessionKey: string, id: string): string =>
  builder.begin().text(sessionKey).text(id).take();
export const sessionOfHoldingKey = (key: string): string => key.slice(0, 32);
export const idOfHoldingKey = (key: string): string => key.slice(32);
