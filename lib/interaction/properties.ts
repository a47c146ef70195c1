/** All properties of an interaction as one packed map: what an answer carries (domain 2.2, 2.3). */
import type { Body } from './body.js';
import { PairWriter, packedKey, packedMap } from './packed-map.js';
import { timeNames, type StateRecord } from './state-record.js';

const keys = {
  InteractionId: packedKey('InteractionId'),
  InteractionVersion: packedKey('InteractionVersion'),
  InteractionState: packedKey('InteractionState'),
  Queue: packedKey('Queue'),
  TenantId: packedKey('TenantId'),
  Priority: packedKey('Priority'),
  IsOnline: packedKey('IsOnline'),
  IsHeld: packedKey('IsHeld'),
  IsLocked: packedKey('IsLocked'),
  AssignedTo: packedKey('AssignedTo'),
  UserData: packedKey('UserData'),
} as const;
const timeKeys = timeNames.map((name) => packedKey(name));

/** More than the packed names and values of a state record, identifier and queue name can have. */
const stateBytesMost = 2_048;

/** Bytes that `packProperties` will have at most, whatever state this body is in then. */
export const packedBytesMost = ({ properties, userData }: Body): number =>
  stateBytesMost + properties.bytes.length + userData.length;

/** Packs all properties that are set; attached data stand under `UserData`, copied as they are. */
export function packProperties(
  id: string,
  record: StateRecord,
  queueName: string,
  body: Body,
): Uint8Array {
  const writer = new PairWriter();
  writer.string(keys.InteractionId, id);
  writer.number(keys.InteractionVersion, record.version);
  writer.number(keys.InteractionState, record.state);
  writer.string(keys.Queue, queueName);
  writer.number(keys.TenantId, record.tenantId);
  writer.number(keys.Priority, record.priority);
  writer.number(keys.IsOnline, record.isOnline ? 1 : 0);
  writer.number(keys.IsHeld, record.isHeld ? 1 : 0);
  writer.number(keys.IsLocked, 0);
  if (record.assignedTo !== '') writer.string(keys.AssignedTo, record.assignedTo);
  for (let index = 0; index < timeNames.length; index++) {
    writer.number(timeKeys[index]!, record.times[timeNames[index]!]);
  }
  writer.append(body.properties);
  if (body.userData.length > 0) writer.packed(keys.UserData, body.userData);
  return packedMap(writer.take());
}
