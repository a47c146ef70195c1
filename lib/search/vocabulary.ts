/** How the properties of interactions that conditions may name are read from a row. */
import { interactionProperties, Vocabulary, type Value } from '../condition/index.js';
import type { BodyProperties } from '../interaction/body.js';
import type { TimeName } from '../interaction/times.js';
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
/** Nothing says it yet: it is absent. */
const absent: Read = () => undefined;

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
  Workbin: absent,
  WorkbinAgentId: absent,
  WorkbinAgentGroupId: absent,
  WorkbinPlaceId: absent,
  WorkbinPlaceGroupId: absent,
  SubmittedBy: textOf('SubmittedBy'),
  AssignedTo: ({ record: { assignedTo } }) => (assignedTo === '' ? undefined : assignedTo),
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
