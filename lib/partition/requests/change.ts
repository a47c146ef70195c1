/** RequestChangeProperties. */
import {
  changeKeyValues,
  emptyKeyValues,
  unlessEmpty,
  unpackKeyValues,
} from '../../interaction/attached-data.js';
import { packBody, unpackProperties, type Body } from '../../interaction/body.js';
import { packedKey, packedMap, packPairs, PairWriter, type PackedPairs } from '../../pack/pairs.js';
import { transitions } from '../../interaction/lifecycle.js';
import { setOnline } from '../../interaction/record-changes.js';
import { checkOnline, checkParent, checkRight, findHere, onlineOf, remember } from './find.js';
import { causeOf } from '../ledger/cause.js';
import type { RequestCore } from './core.js';
import { readBody } from '../ledger/interactions.js';
import type { ChangeLists, ChangePropertiesAttributes, Request } from '../request.js';
import type { Turn } from '../turn.js';

/**
 * @throws {Refusal} UnknownInteraction, Busy, WrongClientType, HeldByAnother, PropertyReadOnly,
 *   InvalidInteractionId
 */
export function changeProperties(
  core: RequestCore,
  turn: Turn,
  request: Request,
  attributes: ChangePropertiesAttributes,
): void {
  const id = attributes.InteractionId;
  const record = findHere(core, turn, request, id);
  if (record === undefined) return;
  checkRight(request, record);
  checkOnline(request, attributes.IsOnline);
  if (attributes.ParentId !== undefined) checkParent(attributes.ParentId, id);
  const former = readBody(turn, id);
  const body = changedBody(former, attributes);
  const isOnline =
    attributes.IsOnline && onlineOf(attributes.IsOnline, unpackProperties(former).MediaType);
  const details = changeDetails({ ...attributes, IsOnline: isOnline });
  const isReordered = attributes.Priority !== undefined && attributes.Priority !== record.priority;
  const transition = isReordered ? transitions.reorder : transitions.change;
  if (record.isOnline && isOnline === false) core.invitations.customerLeft(turn, id, record);
  const change = core.ledger.open(turn, id, record, transition, causeOf(request));
  if (attributes.Priority !== undefined) record.priority = attributes.Priority;
  if (isOnline !== undefined) setOnline(record, isOnline, turn.wallMs);
  remember(core, turn, request, id, record);
  core.ledger.close(change, body, details);
  turn.reply(request, { kind: 'ack' });
}

/** The body after the change; undefined: it stays as it is. */
function changedBody(body: Body, attributes: ChangePropertiesAttributes): Body | undefined {
  const { ExternalId, ParentId, ServiceObjective, InQueues, OutQueues } = attributes;
  const hasProperties =
    ExternalId !== undefined ||
    ParentId !== undefined ||
    ServiceObjective !== undefined ||
    InQueues !== undefined ||
    OutQueues !== undefined;
  const userData = changedUserData(body, attributes);
  if (!hasProperties) {
    return userData === undefined ? undefined : { properties: body.properties, userData };
  }
  const properties = unpackProperties(body);
  if (ExternalId !== undefined) properties.ExternalId = ExternalId;
  if (ParentId !== undefined) properties.ParentId = ParentId;
  if (ServiceObjective !== undefined) properties.ServiceObjective = ServiceObjective;
  if (InQueues !== undefined) properties.InQueues = unlessEmpty(InQueues);
  if (OutQueues !== undefined) properties.OutQueues = unlessEmpty(OutQueues);
  return packBody(properties, userData ?? body.userData);
}

/**
 * The attached data after the change lists; undefined: they stay as they are.
 * @throws {IxionError} AttachedDataTooLarge
 */
export function changedUserData(body: Body, lists: ChangeLists): Uint8Array | undefined {
  const { AddedProperties, ChangedProperties, DeletedProperties } = lists;
  const isChanged =
    AddedProperties !== undefined ||
    ChangedProperties !== undefined ||
    DeletedProperties !== undefined;
  if (!isChanged) return undefined;
  const before = body.userData.length === 0 ? emptyKeyValues : body.userData;
  return changeKeyValues(before, {
    added: AddedProperties,
    changed: ChangedProperties,
    deleted: DeletedProperties,
  });
}

const changedKey = packedKey('Changed');
const deletedKey = packedKey('Deleted');
const changedSystemKey = packedKey('ChangedSystem');

/**
 * What EventPropertiesChanged tells of the change; undefined: nothing.
 * @throws {IxionError} AttachedDataTooLarge
 */
export function changeDetails(attributes: ChangePropertiesAttributes): PackedPairs | undefined {
  const { AddedProperties, ChangedProperties, DeletedProperties } = attributes;
  const changed =
    AddedProperties !== undefined && ChangedProperties !== undefined
      ? changeKeyValues(AddedProperties, { changed: ChangedProperties })
      : (AddedProperties ?? ChangedProperties);
  const deleted = DeletedProperties && Object.keys(unpackKeyValues(DeletedProperties));
  const system = packSystem(attributes);
  if (changed === undefined && deleted === undefined && system.count === 0) return undefined;
  const changedSystem = system.count === 0 ? undefined : packedMap(system);
  const pairs = new PairWriter();
  pairs.packed(changedKey, changed);
  pairs.item(deletedKey, deleted);
  pairs.packed(changedSystemKey, changedSystem);
  return pairs.take();
}

const inQueuesKey = packedKey('InQueues');
const outQueuesKey = packedKey('OutQueues');

function packSystem(attributes: ChangePropertiesAttributes): PackedPairs {
  const { ExternalId, ParentId, ServiceObjective, Priority, IsOnline } = attributes;
  const { InQueues, OutQueues } = attributes;
  const plain = packPairs({ ExternalId, ParentId, ServiceObjective, Priority, IsOnline });
  if (InQueues === undefined && OutQueues === undefined) return plain;
  const pairs = new PairWriter();
  pairs.append(plain);
  pairs.packed(inQueuesKey, InQueues);
  pairs.packed(outQueuesKey, OutQueues);
  return pairs.take();
}
