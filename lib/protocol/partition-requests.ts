/** The requests that a partition answers: what is done to interactions. */
import {
  boolean,
  identifier,
  integer,
  keyValues,
  name,
  orEmpty,
  required,
  timestamp,
  userData,
} from './attribute.js';
import { limits } from '../limits.js';
import type { PartitionRow } from './message.js';
import {
  changeAttributes,
  changeLists,
  holdAttributes,
  holdChange,
  interactionId,
  submittedWorkbin,
  updatableProperties,
  workbinAttributes,
} from './shared-attributes.js';

const byId = [{ kind: 'id', attribute: 'InteractionId' }] as const;

const ticket = required(integer('Of the invitation; see EventInvite.', 1, 4_294_967_295));

/** What an interaction is handed in with. */
const submission = {
  Queue: required(name('Where it is to wait.')),
  TenantId: integer('Tenant; absent: that of the client.', 0, 2_147_483_647),
  MediaType: required(name('Medium, as email or chat.')),
  InteractionType: required(name('Inbound, Outbound or Internal.')),
  InteractionSubtype: orEmpty(name('Kind within the type; empty: none.')),
  ReceivedAt: timestamp('When the media server got it; absent: now. Part of the order of a queue.'),
  ...holdAttributes,
  UserData: userData('Attached data.'),
};

/** The rows as they are written, for tables and types made from them. */
export const partitionRequests = [
  {
    number: 101,
    name: 'RequestSubmit',
    routes: [
      { kind: 'queue', attribute: 'Queue' },
      { kind: 'id', attribute: 'InteractionId' },
    ],
    answers: ['EventAck'],
    does: 'handsIn',
    operation: 'submit',
    about:
      'Hands an interaction in. Routed by id when the client chooses the identifier, else by queue. While an identifier is known (ten minutes after the end, or longer by option identifierRetentionMinutes), submitting it again by the same client is acknowledged with Extension.Duplicate = 1.',
    attributes: {
      InteractionId: identifier('Chosen by the client; absent: the server makes one.'),
      ...submission,
      ...submittedWorkbin,
      ...updatableProperties,
      ...changeAttributes,
    },
  },
  {
    number: 102,
    name: 'RequestStopProcessing',
    routes: byId,
    answers: ['EventAck'],
    does: 'makesRoom',
    operation: 'stop',
    about:
      'Ends an interaction. ReasonSystemName is one of Normal (default), AutoResponded, Forwarded, Redirected, Sent, Terminated, Abandoned, or any other name.',
    attributes: { InteractionId: interactionId, ...changeAttributes },
  },
  {
    number: 103,
    name: 'RequestChangeProperties',
    routes: byId,
    answers: ['EventAck'],
    does: 'changes',
    operation: 'change',
    about: 'Changes attached data and the properties that may be changed.',
    attributes: {
      InteractionId: interactionId,
      ...updatableProperties,
      ...changeLists,
      ...changeAttributes,
    },
  },
  {
    number: 105,
    name: 'RequestPlaceInQueue',
    routes: byId,
    answers: ['EventAck'],
    does: 'changes',
    operation: 'place',
    about:
      'Places an interaction in a queue, of this or another partition, and changes properties on the way. In the queue that it is in it gets a new place (PlaceInQueueSeq); with __BACK__ as queue, who has it puts it back in its own, where it keeps its place, or in the workbin that it was taken from.',
    attributes: {
      InteractionId: interactionId,
      Queue: required(name('Where it is to wait; __BACK__: where it was taken from.')),
      ...changeLists,
      ...holdChange,
      ...changeAttributes,
    },
  },
  {
    number: 106,
    name: 'RequestPlaceInWorkbin',
    routes: byId,
    answers: ['EventAck'],
    does: 'changes',
    operation: 'placeInWorkbin',
    about:
      'Places an interaction in a workbin, where its owner finds it, and changes properties on the way. It stays in its partition. Anybody may place into any workbin of its tenant.',
    attributes: {
      InteractionId: interactionId,
      ...workbinAttributes,
      ...changeLists,
      ...holdChange,
      ...changeAttributes,
    },
  },
  {
    number: 108,
    name: 'RequestPull',
    routes: [{ kind: 'queue', attribute: 'ViewId' }, { kind: 'id' }],
    answers: ['EventPulledInteractions'],
    does: 'takes',
    operation: 'pull',
    about:
      'Takes interactions: from a queue in its order, or what the condition of a view selects in the order of the view (ViewId = name of the queue or view, route queue), or one known interaction (ViewId = _system_, its identifier as the only key of PullParameters, route id), as from a workbin.',
    attributes: {
      ViewId: required(name('Name of a queue or view, or _system_.')),
      PullParameters: keyValues(
        'With _system_: the identifier of the interaction as key. With a view: values for the parameters of its condition; one that is missing is absent.',
      ),
      Count: integer('Most interactions to take; absent: 1.', 1, limits.pullCount),
      IgnoreHold: boolean('Take interactions that are on hold too; only with _system_.'),
      WaitTimeoutMs: integer(
        'Hold the pull until something is there, at most so long; absent: 0.',
        0,
        limits.pullWaitMs,
      ),
      ...changeAttributes,
    },
  },
  {
    number: 112,
    name: 'RequestLeaveInteraction',
    routes: byId,
    answers: ['EventAck'],
    does: 'makesRoom',
    operation: 'leave',
    about:
      'The agent of this client takes no part any more. Who had it hands it over to the first who joined in mode conference; with the last of these it goes back to its place in its queue.',
    attributes: { InteractionId: interactionId, ...changeAttributes },
  },
  {
    number: 128,
    name: 'RequestAccept',
    routes: byId,
    answers: ['EventAck'],
    does: 'changes',
    operation: 'accept',
    about:
      'Takes an interaction that EventInvite has offered: the agent has it from now on, or takes part in it (conference, intrusion), as VisibilityMode said.',
    attributes: { InteractionId: interactionId, TicketId: ticket, ...changeAttributes },
  },
  {
    number: 129,
    name: 'RequestReject',
    routes: byId,
    answers: ['EventAck'],
    does: 'makesRoom',
    operation: 'reject',
    about:
      'Refuses one: it is where it was before, and is not offered to the agent again for a time (reject-delay).',
    attributes: { InteractionId: interactionId, TicketId: ticket, ...changeAttributes },
  },
  {
    number: 188,
    name: 'RequestGetInteractionProperties',
    routes: byId,
    answers: ['EventInteractionProperties'],
    does: 'reads',
    operation: 'get',
    about: 'Reads all properties of an interaction.',
    attributes: { InteractionId: interactionId },
  },
  {
    number: 1001,
    name: 'RequestHold',
    routes: byId,
    answers: ['EventAck'],
    does: 'changes',
    operation: 'hold',
    about: 'Puts an interaction on hold: it keeps its place but no pull takes it.',
    attributes: {
      InteractionId: interactionId,
      HoldUntil: timestamp('Resume by itself at this time; absent: only by request.'),
      ...changeAttributes,
    },
  },
  {
    number: 1002,
    name: 'RequestResume',
    routes: byId,
    answers: ['EventAck'],
    does: 'makesRoom',
    operation: 'resume',
    about: 'Takes an interaction off hold.',
    attributes: { InteractionId: interactionId, ...changeAttributes },
  },
  {
    number: 1011,
    name: 'RequestImportInteraction',
    routes: byId,
    answers: ['EventAck'],
    does: 'handsIn',
    operation: 'submit',
    about:
      'Hands in an interaction that has been listed before, here or elsewhere. It waits in its queue, whoever had it. Answered as a submit: an identifier that the same submitter has here already, or that ended not long ago, is answered with Extension.Duplicate = 1.',
    attributes: {
      InteractionId: interactionId,
      ...submission,
      Workbin: name('It was in the workbin of this type, and is again; Queue is that under it.'),
      WorkbinAgentId: name('Whose that is, if an agent owns it.'),
      WorkbinAgentGroupId: name('The same of an agent group.'),
      WorkbinPlaceId: name('The same of a place.'),
      WorkbinPlaceGroupId: name('The same of a group of places.'),
      SubmittedBy: name('Who handed it in first; absent: this client.'),
      SubmittedAt: timestamp('When that was; absent: now.'),
      PlacedInQueueAt: timestamp('When it was placed in its queue; absent: now.'),
      MovedToQueueAt: timestamp('When it first came to its queue; absent: now.'),
      HeldAt: timestamp('When it was put on hold; absent: now. Only with Hold.'),
      DeliveredAt: timestamp('When it was first offered to an agent.'),
      SubmittedToRouterAt: timestamp('When it was last given to a router.'),
      AbandonedAt: timestamp('When its customer left.'),
      AssignedAt: timestamp('When it was last given to anybody.'),
      CompletedAt: timestamp(
        'When work on it was completed; absent: it was not, whatever its queue.',
      ),
      InteractionVersion: integer(
        'How many changes it has had; absent: 1. Those that follow count on.',
        1,
        limits.importedVersion,
      ),
      ...updatableProperties,
      ...changeAttributes,
    },
  },
  {
    number: 1023,
    name: 'RequestCustomReporting',
    routes: byId,
    answers: ['EventAck'],
    does: 'changes',
    operation: 'report',
    about:
      'Tells reporting clients something about an interaction, by EventCustomReporting; it stays as it is. Of one that is over, or never was, it is told as well, in the tenant of this client.',
    attributes: {
      InteractionId: interactionId,
      EventId: required(integer('What it is, for who reads it.', 0, 2_147_483_647)),
      EventContent: keyValues('What is told, as it is, as R_TimeInFocus.'),
      AgentId: name('The agent that it is about.'),
      PlaceId: name('The place that it is about.'),
      MediaTypeName: name('The medium that it is about.'),
      ...changeAttributes,
    },
  },
] as const satisfies readonly PartitionRow[];
