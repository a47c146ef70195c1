/** Workbins as messages and properties name them, and which one an interaction is in. */
import { packedKey, PairWriter, type PackedPairs } from '../pack/pairs.js';
import { workbinTypeOf } from '../text/index.js';
import { InteractionState, type StateRecord } from './state-record.js';
import { filed, WorkbinOwner, type Workbin } from './state-sections.js';

/** By kind of owner: the attribute of messages and the property that name it, packed. */
const names = {
  [WorkbinOwner.agent]: {
    attribute: packedKey('WorkbinAgentId'),
    property: packedKey('WorkbinAgentId'),
  },
  [WorkbinOwner.agentGroup]: {
    attribute: packedKey('WorkbinGroupId'),
    property: packedKey('WorkbinAgentGroupId'),
  },
  [WorkbinOwner.place]: {
    attribute: packedKey('WorkbinPlaceId'),
    property: packedKey('WorkbinPlaceId'),
  },
  [WorkbinOwner.placeGroup]: {
    attribute: packedKey('WorkbinPlaceGroupId'),
    property: packedKey('WorkbinPlaceGroupId'),
  },
} as const;
const typeAttribute = packedKey('WorkbinTypeId');
const typeProperty = packedKey('Workbin');

/** What an interaction is in or was taken from as properties. */
export const workbinProperties = 2;

/** A workbin as messages name it: its type and one of the four owners. */
export interface NamedWorkbin {
  readonly WorkbinTypeId: string;
  readonly WorkbinAgentId?: string | undefined;
  readonly WorkbinGroupId?: string | undefined;
  readonly WorkbinPlaceId?: string | undefined;
  readonly WorkbinPlaceGroupId?: string | undefined;
}

/** Attributes of messages that name an owner, by its kind. */
export const ownerAttributes = {
  [WorkbinOwner.agent]: 'WorkbinAgentId',
  [WorkbinOwner.agentGroup]: 'WorkbinGroupId',
  [WorkbinOwner.place]: 'WorkbinPlaceId',
  [WorkbinOwner.placeGroup]: 'WorkbinPlaceGroupId',
} as const satisfies Readonly<Record<WorkbinOwner, keyof NamedWorkbin>>;

/** Owners as types of workbins and objects name their kinds. */
export const ownerKinds = {
  [WorkbinOwner.agent]: 'agent',
  [WorkbinOwner.agentGroup]: 'agentGroup',
  [WorkbinOwner.place]: 'place',
  [WorkbinOwner.placeGroup]: 'placeGroup',
} as const;

/** The workbin that an interaction is in; undefined: it is in none, as while somebody has it. */
export function workbinIn(record: StateRecord): Workbin | undefined {
  if (record.sections.length === 0 || record.state !== InteractionState.queued) return undefined;
  return filed.of(record);
}

export const isSameWorkbin = (one: Workbin | undefined, other: Workbin | undefined): boolean =>
  one?.type === other?.type && one?.ownerKind === other?.ownerKind && one?.owner === other?.owner;

/** Details of events; `queue`: the name of the queue under it. */
export function workbinDetails({ ownerKind, owner }: Workbin, queue: string): PackedPairs {
  const pairs = new PairWriter();
  pairs.string(typeAttribute, workbinTypeOf(queue));
  pairs.string(names[ownerKind].attribute, owner);
  return pairs.take();
}

/** Writes `workbinProperties` of them. */
export function packWorkbin(
  writer: PairWriter,
  { ownerKind, owner }: Workbin,
  queue: string,
): void {
  writer.string(typeProperty, workbinTypeOf(queue));
  writer.string(names[ownerKind].property, owner);
}

/**
 * AssignedTo: who has it; in the workbin of an agent, that agent. Empty: nobody.
 */
export function assignedToOf(record: StateRecord): string {
  const inside = workbinIn(record);
  return inside?.ownerKind === WorkbinOwner.agent ? inside.owner : record.assignedTo;
}
