/** What the server tells of workbins: answers, and reporting events. */
import { identifier, integer, name, record, required, string, timestamp } from './attribute.js';
import { limits } from '../limits.js';
import { eventAttributes, toldWorkbin } from './shared-attributes.js';

const counts = record(
  'Array of maps: WorkbinTypeId, one of WorkbinAgentId, WorkbinGroupId, WorkbinPlaceId and WorkbinPlaceGroupId, Interactions (each partition counts up to 10,000), OldestAt (when the first of them came there; absent: there is none), IsOrphan (true: its owner is no longer among the objects).',
);

/** A part of the answers of `answers.ts`. */
export const workbinAnswerRows = [
  {
    number: 116,
    name: 'EventWorkbinContent',
    about: 'A page of what is in a workbin.',
    attributes: {
      ...toldWorkbin,
      Interactions: required(
        record(
          'Array of maps of properties, as in EventInteractionProperties, in the order in which they came there.',
        ),
      ),
      Next: string('After of the next page; absent: this is the last.'),
    },
  },
  {
    number: 179,
    name: 'EventWorkbinTypesInfo',
    about: 'A page of the types of workbins.',
    attributes: {
      Types: required(
        record(
          'Array of maps: WorkbinTypeId, Number (never given twice), DisplayName, OwnerKind (agent, agentGroup, place, placeGroup), Queue (NAME/PrivateQueue), BusinessProcess, IsEnabled.',
        ),
      ),
      Next: name('After of the next page; absent: this is the last.'),
    },
  },
  {
    number: 181,
    name: 'EventWorkbinStatistic',
    about: 'What is in workbins, in the order of the request.',
    attributes: { Workbins: required(counts) },
  },
  {
    number: 1161,
    name: 'EventWorkbinsInfo',
    about: 'A page of the workbins that have something in them.',
    attributes: {
      Workbins: required(counts),
      Next: string('After of the next page; absent: this is the last.'),
    },
  },
] as const;

/** A part of the events of `answers.ts`. */
export const workbinEventRows = [
  {
    number: 117,
    name: 'EventWorkbinContentChanged',
    about:
      'To who asked for it by RequestWorkbinNotifications: what is in a workbin has changed, on disk. What goes from one workbin to another is told as taken out before it is told as placed in.',
    attributes: {
      ...toldWorkbin,
      Operation: required(
        integer(
          '1 taken out: taken by somebody, placed elsewhere, or ended. 2 placed in. 3 its properties have changed. 0: this client is told nothing more, since it may not look into the workbin any more.',
          0,
          3,
        ),
      ),
      InteractionId: identifier('Which interaction; absent: with 0.'),
      InteractionVersion: integer(
        'Its version by that. What is told of a change and what RequestGetWorkbinContent has read may cross: the greater one is later.',
        1,
        4_294_967_295,
      ),
      Interaction: record(
        'Its properties, as in EventInteractionProperties; without UserData where that has more than 64 KiB.',
      ),
      EventTime: timestamp('When the change was made.'),
      Partition: integer('The partition that has made it.', 0, limits.partitions - 1),
      ActorType: integer('Who did it: 1 a router, 2 an agent, 3 a media server.', 1, 3),
      ActorId: name('AgentId or ClientName of who did it.'),
      ReasonSystemName: name('Why.'),
      ReasonDescription: string('Why.'),
    },
  },
  {
    number: 163,
    name: 'EventPlacedInWorkbin',
    about: 'The interaction was placed in a workbin, or is back in it. Follows EventPlacedInQueue.',
    attributes: { ...eventAttributes, ...toldWorkbin },
  },
  {
    number: 182,
    name: 'EventTakenFromWorkbin',
    about: 'The interaction is in a workbin no more: it was taken, placed elsewhere, or has ended.',
    attributes: { ...eventAttributes, ...toldWorkbin },
  },
] as const;
