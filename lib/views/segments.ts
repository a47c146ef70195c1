/**
 * Segments of a view: interactions with the same value of a property. Each may have only so many
 * with routers at a time; an absent value is a segment of its own.
 */
import type { Property, Value } from '../condition/index.js';
import { limits } from '../limits.js';
import type { Subject } from '../search/index.js';

/** A property by which a view is segmented. */
export interface Segmentation {
  readonly property: Property<Subject>;
  /** How many of one value may be with routers. */
  readonly limit: number;
}

/** What a view has of it. */
export interface Segmented {
  readonly segmentation: readonly Segmentation[];
  /** How many of all; undefined: any number. */
  readonly segmentTotal: number | undefined;
}

/** The name of all segments of a view together. */
export const allSegments = '';
const marks = { string: 't', number: 'n', boolean: 'b' } as const;

/** The segment of a value, without NUL: of a text its first 128 bytes count. */
function segmentOf({ name }: Property<Subject>, value: Value | undefined): string {
  if (value === undefined) return `${name}`;
  const text = typeof value === 'string' ? firstBytes(value) : String(value);
  return `${name}=${marks[typeof value as keyof typeof marks]}${text}`;
}

/** NUL, which keys of rows do not have, is told from what stands for it. */
const firstBytes = (text: string): string => {
  const bytes = Buffer.from(text).subarray(0, limits.orderTextBytes);
  return bytes.toString('latin1').replaceAll('\\', '\\\\').replaceAll('\0', '\\0');
};

/** Segments that an interaction counts in, with the limit of each. */
export function segmentsOf(
  { segmentation, segmentTotal }: Segmented,
  subject: Subject,
): { readonly name: string; readonly limit: number }[] {
  const all = segmentation.map(({ property, limit }) => ({
    name: segmentOf(property, property.read(subject)),
    limit,
  }));
  if (segmentTotal !== undefined) all.push({ name: allSegments, limit: segmentTotal });
  return all;
}
