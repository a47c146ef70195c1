/**
 * A timeline is one course of events of a store. A restore begins another: what happened after its
 * backup has not happened in it, and the same sequences will be given to other events. So a
 * position in the events belongs to a timeline.
 */
import { Buffer } from 'node:buffer';
import type { Random } from './clock.js';
import { limits } from './limits.js';

/** A course of events. */
export interface Timeline {
  /** 16 hexadecimal digits. */
  readonly id: string;
  /** 1 for the first of a store, one more with each restore. */
  readonly count: number;
}

/** One that came before, as far as a partition shares it. */
export interface PastTimeline {
  readonly id: string;
  /** The last event of the partition that belongs to the present one too. */
  readonly lastSequence: number;
}

/** The present one, and those before it, oldest first. */
export interface History {
  readonly timeline: Timeline;
  readonly past: readonly PastTimeline[];
}

/** Of a store that was never restored: it follows from the store's identifier, which was drawn. */
export function firstTimeline(storeId: string): Timeline {
  const digits = /^[0-9a-f]{16}/.exec(storeId)?.[0] ?? Buffer.from(storeId).toString('hex');
  return { id: digits.slice(0, 16).padEnd(16, '0'), count: 1 };
}

/** A new one, which a restore begins. */
export const timelineAfter = ({ count }: Timeline, random: Random): Timeline => ({
  id: Buffer.from(random.bytes(8)).toString('hex'),
  count: count + 1,
});

/** Stands for a timeline where none is meant: of what is in no store. */
export const noTimeline = '0000000000000000';

/** Asked for again and again with the same one. */
let lastTimeline = { id: noTimeline, bytes: Uint8Array.from(Buffer.alloc(8)) };

/** The 8 bytes of the identifier of a timeline; not to be changed. */
export function timelineBytes(id: string): Uint8Array {
  if (id !== lastTimeline.id) lastTimeline = { id, bytes: Uint8Array.from(Buffer.from(id, 'hex')) };
  return lastTimeline.bytes;
}

/** The identifier that these 8 bytes are. */
export const timelineOfBytes = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');

/** Whether a text is the identifier of a timeline. */
export const isTimelineId = (text: unknown): text is string =>
  typeof text === 'string' && /^[0-9a-f]{16}$/.test(text);

/** Whether something that was read is a timeline. */
export function isTimeline(value: unknown): value is Timeline {
  const { id, count } = (value ?? {}) as Partial<Timeline>;
  return isTimelineId(id) && Number.isSafeInteger(count) && count! >= 1;
}

/** The history of a partition after a restore, when its last event was this one. */
export function historyAfter(
  { timeline, past }: History,
  next: Timeline,
  lastSequence: number,
): History {
  const before = [...past, { id: timeline.id, lastSequence }];
  return { timeline: next, past: before.slice(-limits.timelinesRemembered) };
}

/** Identifier of the timeline that an event belongs to; undefined: it is no longer known. */
export function timelineAt({ timeline, past }: History, sequence: number): string | undefined {
  const found = past.find(({ lastSequence }) => sequence <= lastSequence);
  if (found === undefined) return timeline.id;
  return found === past[0] && past.length === limits.timelinesRemembered ? undefined : found.id;
}

/** A timeline in words. */
export function describeTimeline({ id, count }: Timeline): string {
  const restores = count - 1;
  if (restores === 0) return `timeline ${id}`;
  return `timeline ${id} (restored ${restores === 1 ? 'once' : `${restores} times`})`;
}

/**
 * Why events cannot go on after a position, as the end of a sentence; undefined: they can.
 * @param id of the timeline that the position was given out in; absent: it was not told
 */
export function contradictionOf(
  { timeline, past }: History,
  id: string | undefined,
  sequence: number,
): string | undefined {
  if (id === timeline.id) return undefined;
  if (id === undefined) {
    const shared = Math.min(...past.map(({ lastSequence }) => lastSequence));
    if (sequence <= shared) return undefined;
    return (
      `the token names no timeline, and the store was restored from a backup: its event ${sequence} ` +
      'may be another than the one that was read'
    );
  }
  const found = past.find((one) => one.id === id);
  if (found === undefined) {
    return `the token is of timeline ${id}, which is none of this store's; it is ${timeline.id} now`;
  }
  if (sequence <= found.lastSequence) return undefined;
  return (
    `the token is of timeline ${id}, which ended with event ${found.lastSequence} when the store was ` +
    `restored from a backup; event ${sequence} of it is gone`
  );
}
