/** How the properties of interactions that conditions may name are read from a row. */
import { interactionProperties, Vocabulary, type Value } from '../condition/index.js';
import type { BodyProperties } from '../interaction/body.js';
import { WorkbinOwner } from '../interaction/state-sections.js';
import type { TimeName } from '../interaction/times.js';
import { assignedToOf, workbinIn } from '../interaction/workbin.js';
import { workbinTypeOf } from '../text/index.js';
import type { Subject } from './subject.js';

type Read = (subject: Subject) => Value | undefined;

const textOf =
  (name: Exclude<keyof BodyProperties, 'ServiceObjective' | 'InQueues' | 'OutQueues'>): Read =>
  ({ properties }) =>
    properties[name];
const timeOf =
  (name: TimeName): Read =>
  ({ record }) =>
    record.times[name];
/** Whose the workbin is that it is in; undefined: it is in none of this kind. */
const ownerOf =
  (kind: WorkbinOwner): Read =>
  ({ record }) => {
    const workbin = workbinIn(record);
    return workbin?.ownerKind === kind ? workbin.owner : undefined;
  };

const readers: Readonly<Record<string, Read>> = {
  InteractionId: ({ id }) => id,
  ExternalId: textOf('ExternalId'),
  ParentId: textOf('ParentId'),
  TenantId: ({ record }) => record.tenantId,
  MediaType: textOf('MediaType'),
  InteractionType: textOf('InteractionType'),
  InteractionSubtype: textOf('InteractionSubtype'),
  InteractionState: ({ record }) => record.state,
  IsLocked: ({ record }) => record.isLocked,
  IsOnline: ({ record }) => record.isOnline,
  IsHeld: ({ record }) => record.isHeld,
  Queue: ({ queue }) => queue,
  Workbin: ({ record, queue }) =>
    workbinIn(record) === undefined ? undefined : workbinTypeOf(queue),
  WorkbinAgentId: ownerOf(WorkbinOwner.agent),
  WorkbinAgentGroupId: ownerOf(WorkbinOwner.agentGroup),
  WorkbinPlaceId: ownerOf(WorkbinOwner.place),
  WorkbinPlaceGroupId: ownerOf(WorkbinOwner.placeGroup),
  SubmittedBy: textOf('SubmittedBy'),
  AssignedTo: ({ record }) => {
    const name = assignedToOf(record);
    return name === '' ? undefined : name;
  },
  InQueues: ({ inQueues }) => inQueues,
  Priority: ({ record }) => record.priority,
  ServiceObjective: ({ properties }) => properties.ServiceObjective,
  ReceivedAt: timeOf('ReceivedAt'),
  SubmittedAt: timeOf('SubmittedAt'),
  PlacedInQueueAt: timeOf('PlacedInQueueAt'),
  MovedToQueueAt: timeOf('MovedToQueueAt'),
  HeldAt: timeOf('HeldAt'),
  DeliveredAt: timeOf('DeliveredAt'),
  SubmittedToRouterAt: timeOf('SubmittedToRouterAt'),
  AbandonedAt: timeOf('AbandonedAt'),
  AssignedAt: timeOf('AssignedAt'),
  CompletedAt: timeOf('CompletedAt'),
};

/** All of `interactionProperties`. */
export const searchVocabulary = new Vocabulary<Subject>(
  interactionProperties.map((property) => ({ ...property, read: readers[property.name]! })),
);
