/**
 * Rows of the tables `transit`, `gone` and `taken`: hand-offs that are not over yet. Part of the
 * data format. Each is a list that begins with the version of the codec, 1; what is sent again is
 * in it as the message that it was.
 */
import { assert } from '../../assert.js';
import { packItem, unpackItem } from '../../pack/items.js';
import { PackReader } from '../../pack/reader.js';
import { PackWriter } from '../../pack/writer.js';
import type { Offer, PeerMessage } from '../peer.js';

type Gone = Extract<PeerMessage, { type: 'gone' }>;

/** A hand-off that its source has not seen the end of. Who asked is in no row. */
export interface TransitRow {
  readonly target: number;
  readonly offer: Omit<Offer, 'asker'>;
}

const codecVersion = 1;
const writer = new PackWriter();
const reader = new PackReader();

export const encodeTransit = ({ target, offer }: TransitRow): Uint8Array => encode(target, offer);

/** @throws {AssertionError} for a version that this code does not know, or a row cut short */
export function decodeTransit(row: Uint8Array): TransitRow {
  const [target, offer] = decode(row, 2);
  return { target: target as number, offer: offer as TransitRow['offer'] };
}

export const encodeGone = (message: Gone): Uint8Array => encode(message);

/** @throws {AssertionError} as `decodeTransit` */
export const decodeGone = (row: Uint8Array): Gone => decode(row, 1)[0] as Gone;

/** @param source of the hand-off that ended here and may be offered again */
export const encodeTaken = (source: number): Uint8Array => encode(source);

/** The source. @throws {AssertionError} as `decodeTransit` */
export const decodeTaken = (row: Uint8Array): number => decode(row, 1)[0] as number;

function encode(...values: unknown[]): Uint8Array {
  packItem(writer, [codecVersion, ...values]);
  return writer.take();
}

/** So many values behind the version. */
function decode(row: Uint8Array, count: number): unknown[] {
  const values = unpackRow(row);
  assert(Array.isArray(values), 'a row of a hand-off is a list');
  const [version, ...rest] = values as unknown[];
  assert(version === codecVersion, `row of a hand-off of unknown version ${String(version)}`);
  assert(rest.length === count, 'a row of a hand-off has other members');
  return rest;
}

function unpackRow(row: Uint8Array): unknown {
  reader.reset(row, 0, row.length);
  const values = unpackItem(reader);
  assert(reader.position === row.length, 'a row of a hand-off is longer than what is in it');
  return values;
}
