/** The row `#format`: what a partition is, and in which format. */
import { Buffer } from 'node:buffer';
import type { PartitionIdentity } from './identity.js';
import { type History, isTimeline, isTimelineId } from '../timeline.js';

/** Its key among the store's own rows. */
export const formatKey = '#format';

/** The format row. */
export interface FormatRow extends PartitionIdentity, History {
  readonly format: number;
  readonly pageBytes: number;
}

/** The row as it is stored. */
export function encodeFormat(row: FormatRow): Uint8Array {
  return Buffer.from(JSON.stringify(row), 'utf8');
}

/** What `encodeFormat` wrote; undefined: it cannot be read. */
export function decodeFormat(bytes: Uint8Array): FormatRow | undefined {
  let row: Partial<FormatRow> | null;
  try {
    row = JSON.parse(Buffer.from(bytes).toString('utf8')) as Partial<FormatRow> | null;
  } catch {
    return undefined;
  }
  const { format, pageBytes, storeId, partition, partitions } = row ?? {};
  const numbers = [format, pageBytes, partition, partitions].every(Number.isSafeInteger);
  if (!numbers || typeof storeId !== 'string') return undefined;
  const { timeline, past } = row!;
  const isHistory =
    isTimeline(timeline) &&
    Array.isArray(past) &&
    past.every(({ id, lastSequence }) => isTimelineId(id) && Number.isSafeInteger(lastSequence));
  return isHistory ? (row as FormatRow) : undefined;
}
