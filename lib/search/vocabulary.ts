/** How the properties of interactions that conditions may name are read from a row. */
import {
  interactionProperties,
  Vocabulary,
  type Property,
  type Value,
} from '../condition/index.js';
import { MappedKeys, type MappedKey } from '../interaction/mapped-keys.js';
import { WorkbinOwner } from '../interaction/state-sections.js';
import type { TimeName } from '../interaction/times.js';
import { assignedToOf, workbinIn } from '../interaction/workbin.js';
import { workbinTypeOf } from '../text/index.js';
import type { Subject } from './subject.js';

type Read = (subject: Subject) => Value | undefined;

const textOf =
  (name: Parameters<Subject['text']>[0]): Read =>
  (subject) =>
    subject.text(name);
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
  ServiceObjective: ({ serviceObjective }) => serviceObjective,
  SubmitSeq: ({ record }) => record.submitSeq,
  // What was never placed in a queue has none.
  PlaceInQueueSeq: ({ record }) => (record.placeSeq === 0 ? undefined : record.placeSeq),
  ReceivedAt: timeOf('ReceivedAt'),
  SubmittedAt: timeOf('SubmittedAt'),
  PlacedInQueueAt: timeOf('PlacedInQueueAt'),
  MovedToQueueAt: timeOf('MovedToQueueAt'),
  HeldAt: timeOf('HeldAt'),
  HoldUntil: timeOf('HoldUntil'),
  DeliveredAt: timeOf('DeliveredAt'),
  SubmittedToRouterAt: timeOf('SubmittedToRouterAt'),
  AbandonedAt: timeOf('AbandonedAt'),
  AssignedAt: timeOf('AssignedAt'),
  CompletedAt: timeOf('CompletedAt'),
};

/** A key of attached data that conditions may name, since it has a column. */
export interface SearchColumn {
  readonly mapped: MappedKey;
  /**
   * Whether the record of an interaction says all that there is of it. Until then its attached
   * data is looked at.
   */
  covers(id: string): boolean;
}

const builtIn: readonly Property<Subject>[] = interactionProperties.map((property) => ({
  ...property,
  read: readers[property.name]!,
}));
/** Names of what every interaction has, in small letters. */
const builtInNames: ReadonlySet<string> = new Set(
  builtIn.flatMap(({ name, columns = [] }) => [name, ...columns].map((one) => one.toLowerCase())),
);

/** All of `interactionProperties`, and these. */
export function vocabularyOf(all: readonly SearchColumn[]): Vocabulary<Subject> {
  const taken = new Set<string>();
  const more = all.flatMap(({ mapped, covers }): Property<Subject>[] => {
    // What is not free was refused where it was configured, but for keys that have another name.
    const names = [mapped.key, mapped.column].filter(
      (one): one is string =>
        one !== undefined && !builtInNames.has(one.toLowerCase()) && !taken.has(one),
    );
    const [name, ...columns] = new Set(names);
    if (name === undefined) return [];
    for (const one of names) taken.add(one);
    const alone = new MappedKeys([mapped]);
    const read: Read = (subject) => subject.column(mapped, alone, covers);
    return [{ name, columns, type: mapped.type, columnNumber: mapped.number, read }];
  });
  return new Vocabulary<Subject>([...builtIn, ...more]);
}

/** All of `interactionProperties`. */
export const searchVocabulary = vocabularyOf([]);
