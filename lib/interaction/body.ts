/**
 * What seldom changes of an interaction: its submitted properties and its attached data, written once
 * and copied into answers without being decoded.
 *
 * Layout of the row `interaction`, codec version 1 (big-endian): version u8, length of state u16,
 * number of properties u16, length of properties u32; then the state as of the time of writing (a
 * row `state` wins over it), the properties as packed pairs, and the packed map of attached data
 * (empty: none). To change it: raise the version, keep this reader, add a case to `decodeRow`.
 */
import { Unpackr } from 'msgpackr';
import { assert } from '../assert.js';
import { skipItem } from './attached-data.js';
import { PackReader } from './attached-data-reader.js';
import { PairWriter, packedKey, packedMap, type PackedPairs } from './packed-map.js';
import { bufferOf, rowBytes } from './row-bytes.js';

/** Properties that stand in the body, by their name on the wire (domain 2.2, 2.3). */
export interface BodyProperties {
  SubmittedBy?: string | undefined;
  MediaType?: string | undefined;
  InteractionType?: string | undefined;
  InteractionSubtype?: string | undefined;
  ExternalId?: string | undefined;
  ParentId?: string | undefined;
  ServiceObjective?: number | undefined;
  InQueues?: string | undefined;
  /** A packed map. */
  OutQueues?: Uint8Array | undefined;
}

/** `userData` is a packed map, or empty. */
export interface Body {
  readonly properties: PackedPairs;
  readonly userData: Uint8Array;
}

/** A whole row, its parts still packed. */
export interface InteractionRow {
  readonly state: Uint8Array;
  readonly body: Body;
}

const codecVersion = 1;
const headerBytes = 9;
const noBytes = new Uint8Array(0);

const keys = {
  SubmittedBy: packedKey('SubmittedBy'),
  MediaType: packedKey('MediaType'),
  InteractionType: packedKey('InteractionType'),
  InteractionSubtype: packedKey('InteractionSubtype'),
  ExternalId: packedKey('ExternalId'),
  ParentId: packedKey('ParentId'),
  InQueues: packedKey('InQueues'),
} as const;
const serviceObjectiveKey = packedKey('ServiceObjective');
const outQueuesKey = packedKey('OutQueues');
const textNames = Object.keys(keys) as (keyof typeof keys)[];

/** Packs a body. `userData` is kept as it is, so its buffer must not change afterwards. */
export function packBody(properties: BodyProperties, userData: Uint8Array | undefined): Body {
  const writer = new PairWriter();
  for (const name of textNames) writer.string(keys[name], properties[name]);
  writer.number(serviceObjectiveKey, properties.ServiceObjective);
  writer.packed(outQueuesKey, properties.OutQueues);
  return { properties: writer.take(), userData: userData ?? noBytes };
}

const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true });

/** Decodes the properties of a body; OutQueues is packed again as it was. */
export function unpackProperties(body: Body): BodyProperties {
  const values = unpackr.unpack(packedMap(body.properties)) as Record<string, unknown>;
  const { OutQueues, ...rest } = values;
  if (OutQueues === undefined) return rest;
  return { ...rest, OutQueues: spanOfOutQueues(body.properties) };
}

/**
 * OutQueues is the last pair of a body, so its value reaches to the end. The pairs before it are
 * walked over: bytes that look like its key may stand in any value, its own included.
 */
function spanOfOutQueues({ count, bytes }: PackedPairs): Uint8Array {
  const reader = new PackReader().reset(bytes, 0, bytes.length);
  for (let items = (count - 1) * 2; items > 0; items--) skipItem(reader);
  return bytes.subarray(reader.position + outQueuesKey.length);
}

/** The row of an interaction with this state and body; for the store, see `rowBytes`. */
export function encodeRow(state: Uint8Array, body: Body): Buffer {
  const { properties, userData } = body;
  const propertiesAt = headerBytes + state.length;
  const userDataAt = propertiesAt + properties.bytes.length;
  const row = rowBytes(userDataAt + userData.length);
  row[0] = codecVersion;
  row.writeUInt16BE(state.length, 1);
  row.writeUInt16BE(properties.count, 3);
  row.writeUInt32BE(properties.bytes.length, 5);
  row.set(state, headerBytes);
  row.set(properties.bytes, propertiesAt);
  row.set(userData, userDataAt);
  return row;
}

/**
 * Takes a row apart; the parts are views into it.
 * @throws {AssertionError} for a version that this code does not know
 */
export function decodeRow(row: Uint8Array): InteractionRow {
  assert(row[0] === codecVersion, `interaction row of unknown version ${row[0]}`);
  const buffer = bufferOf(row);
  const propertiesAt = headerBytes + buffer.readUInt16BE(1);
  const userDataAt = propertiesAt + buffer.readUInt32BE(5);
  return {
    state: row.subarray(headerBytes, propertiesAt),
    body: {
      properties: { count: buffer.readUInt16BE(3), bytes: row.subarray(propertiesAt, userDataAt) },
      userData: row.subarray(userDataAt),
    },
  };
}
