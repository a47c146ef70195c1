/** What is in a workbin: its parts in the partitions as one list. Pure. */
import { IxionError } from '../errors.js';
import type { WorkbinItem, WorkbinPart, WorkbinPlace } from '../mail/partition.js';
import { readWhole } from '../text/index.js';

/** Order of what is in a workbin; identifiers are ASCII. */
export function comparePlaces(one: WorkbinPlace, other: WorkbinPlace): number {
  if (one.atMs !== other.atMs) return one.atMs - other.atMs;
  if (one.id === other.id) return 0;
  return one.id < other.id ? -1 : 1;
}

/** A page of it; `next`: where the next one begins, undefined: there is none. */
export interface WorkbinPage {
  readonly items: readonly WorkbinItem[];
  readonly next: WorkbinPlace | undefined;
}

/** The first of all parts together: at most `count`, one at least, and about so many bytes. */
export function mergeParts(
  parts: readonly WorkbinPart[],
  count: number,
  bytesMax: number,
): WorkbinPage {
  // Behind the end of a part that goes on, something of it may come before what others have.
  const ends = parts.flatMap(({ next }) => next ?? []).sort(comparePlaces);
  const [end] = ends;
  const all = parts
    .flatMap(({ items }) => items)
    .filter((item) => end === undefined || comparePlaces(item, end) <= 0)
    .sort(comparePlaces);
  let [taken, bytes] = [0, 0];
  for (const { properties } of all) {
    bytes += properties.length;
    if (taken > 0 && (taken === count || bytes > bytesMax)) break;
    taken++;
  }
  const items = all.slice(0, taken);
  return { items, next: taken < all.length ? items.at(-1) : end };
}

/** A place as clients say it. */
export const writePlace = ({ atMs, id }: WorkbinPlace): string => `${atMs}:${id}`;

/** @throws {IxionError} WrongAttributeType */
export function readPlace(text: string): WorkbinPlace {
  const end = text.indexOf(':');
  const atMs = readWhole(text.slice(0, Math.max(0, end)));
  if (end > 0 && typeof atMs === 'number' && atMs >= 0) return { atMs, id: text.slice(end + 1) };
  throw new IxionError('WrongAttributeType', `After, "${text}", is not Next of a page before`);
}
