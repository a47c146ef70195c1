/** All properties of an interaction as one packed map: what an answer carries. */
import type { Body } from './body.js';
import { PairWriter, packedKey } from '../pack/pairs.js';
import type { StateRecord } from './state-record.js';
import { filed } from './state-sections.js';
import { packTimes, timesSet } from './times.js';
import { assignedToOf, packWorkbin, workbinProperties } from './workbin.js';

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
  SubmitSeq: packedKey('SubmitSeq'),
  PlaceInQueueSeq: packedKey('PlaceInQueueSeq'),
} as const;
/** Properties that every interaction has. */
const alwaysSet = 10;

/** More than the packed names and values of a state record, identifier and queue name can have. */
const stateBytesMax = 3_072;

/** Bytes that `packProperties` will have at most, whatever state this body is in then. */
export const packedBytesMax = ({ properties, userData }: Body): number =>
  stateBytesMax + properties.bytes.length + userData.length;

/** Packs all properties that are set; attached data are under `UserData`, copied as they are. */
export function packProperties(
  id: string,
  record: StateRecord,
  queueName: string,
  body: Body,
): Uint8Array {
  const { times, placeSeq, sections } = record;
  const { properties, userData } = body;
  const kept = sections.length === 0 ? undefined : filed.of(record);
  const assignedTo = kept === undefined ? record.assignedTo : assignedToOf(record);
  const more =
    (assignedTo === '' ? 0 : 1) +
    (placeSeq === 0 ? 0 : 1) +
    (userData.length === 0 ? 0 : 1) +
    (kept === undefined ? 0 : workbinProperties);
  const writer = new PairWriter(alwaysSet + timesSet(times) + properties.count + more);
  writer.string(keys.InteractionId, id);
  writer.number(keys.InteractionVersion, record.version);
  writer.number(keys.InteractionState, record.state);
  writer.string(keys.Queue, queueName);
  writer.number(keys.TenantId, record.tenantId);
  writer.number(keys.Priority, record.priority);
  writer.number(keys.IsOnline, record.isOnline ? 1 : 0);
  writer.number(keys.IsHeld, record.isHeld ? 1 : 0);
  writer.number(keys.IsLocked, record.isLocked ? 1 : 0);
  if (assignedTo !== '') writer.string(keys.AssignedTo, assignedTo);
  writer.number(keys.SubmitSeq, record.submitSeq);
  if (placeSeq !== 0) writer.number(keys.PlaceInQueueSeq, placeSeq);
  if (kept !== undefined) packWorkbin(writer, kept, queueName);
  packTimes(writer, times);
  writer.append(properties);
  if (userData.length > 0) writer.packed(keys.UserData, userData);
  return writer.takeMap();
}
