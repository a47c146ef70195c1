/**
 * Keys of table `party` that say what is in workbins, one row each, by the workbin and when it came
 * there. Part of the data format.
 *
 * Kind u8 (`PartyKind.workbin`), number of the type u32, kind of the owner u8, owner in UTF-8 with
 * a NUL behind it, PlacedInQueueAt u64, identifier.
 */
import { assert } from '../../assert.js';
import { PartyKind, type Workbin, type WorkbinOwner } from '../../interaction/state-sections.js';
import {
  prefixEnd,
  readU32,
  readU64,
  readUtf8,
  u32Key,
  u64Key,
  utf8Key,
} from '../../store/keys.js';

const kindKey = String.fromCharCode(PartyKind.workbin);
const timeBytes = 8;
const ownerAt = 6;

/** What all keys of a workbin begin with. */
export function workbinPrefix({ type, ownerKind, owner }: Workbin): string {
  assert(!owner.includes('\0'), 'the owner of a workbin has a NUL in its name');
  return `${kindKey}${u32Key(type)}${String.fromCharCode(ownerKind)}${utf8Key(owner)}\0`;
}

/** @param atMs PlacedInQueueAt */
export const workbinKey = (workbin: Workbin, atMs: number, id: string): string =>
  workbinPrefix(workbin) + workbinPlace(atMs, id);

/** Where something is in its workbin: what a key has behind its prefix. */
export const workbinPlace = (atMs: number, id: string): string => u64Key(atMs) + id;

/** Bounds of the rows of all workbins, or of those of a type. */
export function workbinsRange(type?: number): { readonly from: string; readonly to: string } {
  const from = type === undefined ? kindKey : kindKey + u32Key(type);
  return { from, to: prefixEnd(from)! };
}

/** Something in a workbin. */
export interface WorkbinRow {
  readonly workbin: Workbin;
  readonly atMs: number;
  readonly id: string;
}

/** Whether a key of table `party` is one of these. */
export const isWorkbinKey = (key: string): boolean => key.startsWith(kindKey);

export function readWorkbinKey(key: string): WorkbinRow {
  const end = key.indexOf('\0', ownerAt);
  assert(end > 0, 'the key of a workbin has no owner');
  const ownerKind = key.charCodeAt(ownerAt - 1) as WorkbinOwner;
  const workbin = { type: readU32(key, 1), ownerKind, owner: readUtf8(key, ownerAt, end) };
  const at = end + 1;
  return { workbin, atMs: readU64(key, at), id: key.slice(at + timeBytes) };
}
