/**
 * What seldom changes of an interaction: its submitted properties and its attached data, written
 * once and copied into answers without being decoded.
 *
 * Layout of the row `interaction`, codec version 1 (big-endian): version u8, length of state u32,
 * number of properties u16, length of properties u32; then the state as of the time of writing (a
 * row `state` wins over it), the properties as packed pairs, and the packed map of attached data
 * (empty: none). To change it: raise the version, keep this reader, add a case to `stateOfRow` and
 * `bodyOfRow`.
 */
import { assert } from '../assert.js';
import { skipItem, unpackItem } from '../pack/items.js';
import { PackReader } from '../pack/reader.js';
import { PackedPairs, PairWriter, packedKey, packedMap } from '../pack/pairs.js';
import { noBytes } from '../pack/sections.js';
import { bufferOf, rowBytes, u32At } from './row-bytes.js';
import { decodeState, stateBytes, writeState, type StateRecord } from './state-record.js';

/** Properties that are in the body, by their name on the wire. */
export interface BodyProperties {
  SubmittedBy?: string | undefined;
  MediaType?: string | undefined;
  InteractionType?: string | undefined;
  InteractionSubtype?: string | undefined;
  ExternalId?: string | undefined;
  ParentId?: string | undefined;
  ServiceObjective?: number | undefined;
  /** A packed map, and so is the next. */
  InQueues?: Uint8Array | undefined;
  OutQueues?: Uint8Array | undefined;
}

/** `userData` is a packed map, or empty. */
export interface Body {
  readonly properties: PackedPairs;
  readonly userData: Uint8Array;
}

const codecVersion = 1;
const headerBytes = 11;

const keys = {
  SubmittedBy: packedKey('SubmittedBy'),
  MediaType: packedKey('MediaType'),
  InteractionType: packedKey('InteractionType'),
  InteractionSubtype: packedKey('InteractionSubtype'),
  ExternalId: packedKey('ExternalId'),
  ParentId: packedKey('ParentId'),
} as const;
const serviceObjectiveKey = packedKey('ServiceObjective');
const inQueuesKey = packedKey('InQueues');
const outQueuesKey = packedKey('OutQueues');

/** Packs the properties that say what an interaction is; its event repeats them. */
export function packIdentity(properties: BodyProperties): PackedPairs {
  const writer = new PairWriter();
  writer.string(keys.SubmittedBy, properties.SubmittedBy);
  writer.string(keys.MediaType, properties.MediaType);
  writer.string(keys.InteractionType, properties.InteractionType);
  writer.string(keys.InteractionSubtype, properties.InteractionSubtype);
  writer.string(keys.ExternalId, properties.ExternalId);
  writer.string(keys.ParentId, properties.ParentId);
  return writer.take();
}

const reader = new PackReader();
const isOfIdentity = new Set<unknown>(Object.keys(keys));

/** The same of a body that is packed already: a view of it. */
export function identityOf({ properties }: Body): PackedPairs {
  const { count, bytes } = properties;
  reader.reset(bytes, 0, bytes.length);
  let found = 0;
  let end = 0;
  // They come first, in their order.
  while (found < count && isOfIdentity.has(unpackItem(reader))) {
    skipItem(reader);
    found++;
    end = reader.position;
  }
  return found === count ? properties : new PackedPairs(found, bytes.subarray(0, end));
}

/**
 * Packs a body. `userData` is kept as it is, so its buffer must not change afterwards; `identity`
 * is what `packIdentity` made of the same properties.
 */
export function packBody(
  properties: BodyProperties,
  userData: Uint8Array | undefined,
  identity: PackedPairs = packIdentity(properties),
): Body {
  const { InQueues, ServiceObjective, OutQueues } = properties;
  if (InQueues === undefined && ServiceObjective === undefined && OutQueues === undefined) {
    return { properties: identity, userData: userData ?? noBytes };
  }
  const writer = new PairWriter();
  writer.append(identity);
  writer.number(serviceObjectiveKey, ServiceObjective);
  writer.packed(inQueuesKey, InQueues);
  writer.packed(outQueuesKey, OutQueues);
  return { properties: writer.take(), userData: userData ?? noBytes };
}

/** Decodes the properties of a body; InQueues and OutQueues are left packed as they were. */
export function unpackProperties(body: Body): BodyProperties {
  const packed = packedMap(body.properties);
  const values = unpackItem(reader.reset(packed, 0, packed.length)) as Record<string, unknown>;
  const { InQueues, OutQueues, ...rest } = values;
  if (InQueues === undefined && OutQueues === undefined) return rest;
  return { ...rest, ...queuesOf(body.properties) };
}

/**
 * The packed values of InQueues and OutQueues. All pairs are walked over: bytes that look like
 * their keys may be in any value, their own included.
 */
function queuesOf({ count, bytes }: PackedPairs): Pick<BodyProperties, 'InQueues' | 'OutQueues'> {
  const found: Pick<BodyProperties, 'InQueues' | 'OutQueues'> = {};
  reader.reset(bytes, 0, bytes.length);
  for (let pairs = count; pairs > 0; pairs--) {
    const name = unpackItem(reader);
    const start = reader.position;
    skipItem(reader);
    if (name !== 'InQueues' && name !== 'OutQueues') continue;
    found[name] = bytes.subarray(start, reader.position);
  }
  return found;
}

/** The row of an interaction with this state and body; for the store, see `rowBytes`. */
export function encodeRow(record: StateRecord, body: Body): Buffer {
  const { properties, userData } = body;
  const propertiesAt = headerBytes + stateBytes(record);
  const userDataAt = propertiesAt + properties.bytes.length;
  const row = rowBytes(userDataAt + userData.length);
  row[0] = codecVersion;
  row.writeUInt32BE(propertiesAt - headerBytes, 1);
  row.writeUInt16BE(properties.count, 5);
  row.writeUInt32BE(properties.bytes.length, 7);
  writeState(row, headerBytes, record);
  row.set(properties.bytes, propertiesAt);
  row.set(userData, userDataAt);
  return row;
}

/** The state of an interaction now: its row `state`, if there is one, wins over its row. */
export const stateNow = (row: Uint8Array, state: Uint8Array | undefined): StateRecord =>
  state === undefined ? stateOfRow(row) : decodeState(state);

/**
 * The state in a row, as of its writing.
 * @throws {AssertionError} for a version that this code does not know
 */
export function stateOfRow(row: Uint8Array): StateRecord {
  assert(row[0] === codecVersion, 'interaction row of unknown version');
  return decodeState(row, headerBytes, headerBytes + bufferOf(row).readUInt32BE(1), false);
}

/**
 * The body in a row; its parts are views of the row.
 * @throws {AssertionError} for a version that this code does not know
 */
export function bodyOfRow(row: Uint8Array): Body {
  assert(row[0] === codecVersion, 'interaction row of unknown version');
  const buffer = bufferOf(row);
  const propertiesAt = headerBytes + buffer.readUInt32BE(1);
  const propertiesBytes = buffer.readUInt32BE(7);
  const userDataAt = propertiesAt + propertiesBytes;
  return {
    properties: new PackedPairs(buffer.readUInt16BE(5), viewOf(row, propertiesAt, propertiesBytes)),
    userData: viewOf(row, userDataAt, row.length - userDataAt),
  };
}

/** Where the packed properties are in a row, and how many. The same object each time. */
export function propertiesIn(row: Uint8Array): {
  readonly start: number;
  readonly end: number;
  readonly count: number;
} {
  assert(row[0] === codecVersion, 'interaction row of unknown version');
  place.start = headerBytes + u32At(row, 1);
  place.end = place.start + u32At(row, 7);
  place.count = (row[5]! << 8) | row[6]!;
  return place;
}

const place = { start: 0, end: 0, count: 0 };

/** Cheaper than `subarray`, which asks what to make first. */
const viewOf = (row: Uint8Array, start: number, length: number): Uint8Array =>
  new Uint8Array(row.buffer, row.byteOffset + start, length);
