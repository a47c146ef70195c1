/** What `ixion events` prints with `--json`: an event of an interaction, an agent or the server. */
import { z } from 'zod';
import { count, isoTime, text, truth } from './fields.js';
import { free, state } from './interaction.js';

const actor = z.enum(['server', 'strategy', 'agent', 'mediaServer']).describe('its word');

/** When and where, of every event. */
const place = {
  event: text('name of the message, as EventPlacedInQueue'),
  EventTime: isoTime('when it was'),
  Partition: count('the partition that made the event'),
  Sequence: count('number of the event in its partition'),
  SubscriptionId: count('of this subscription'),
  ActorId: text('its ClientName or AgentId').optional(),
};
/** Who and why, of every event of an interaction or an agent. */
const cause = {
  ActorType: count('who did it').optional(),
  ActorTypeName: actor.optional(),
  ReasonSystemName: text('why, for programs').optional(),
  ReasonDescription: text('why, for people').optional(),
  Extension: free('as the request had it').optional(),
};

const change = z.strictObject({
  ...place,
  ...cause,
  InteractionId: text('which interaction'),
  InteractionVersion: count('its version after the event'),
  ...state,
  Queue: text('its queue after the event').optional(),
  PartyType: count('the party that came or went').optional(),
  PartyTypeName: actor.optional(),
  PartyId: text('its ClientName or AgentId').optional(),
  TicketId: count('of an invitation').optional(),
  Operation: count('why it came or went').optional(),
  PlaceId: text('where the party works').optional(),
  VisibilityMode: count('how it takes part').optional(),
  VisibilityModeName: z.enum(['conference', 'monitor', 'coach']).describe('its word').optional(),
  OperationName: text('its word, as pull').optional(),
  Changed: free('attached data set').optional(),
  Deleted: z.array(z.string()).describe('keys of attached data removed').optional(),
  ChangedSystem: free('properties set').optional(),
  OldQueue: text('of EventPlacedInQueue').optional(),
  SnapshotId: count('of EventLocked and EventUnlocked').optional(),
  HoldUntil: isoTime('of EventHeld and EventInteractionSubmitted').optional(),
  MediaType: text('of EventInteractionSubmitted, as the rest').optional(),
  InteractionType: text('type').optional(),
  InteractionSubtype: text('kind within the type').optional(),
  ExternalId: text('identifier in the outer system').optional(),
  ParentId: text('parent').optional(),
  TenantId: count('tenant').optional(),
  SubmittedBy: text('who handed it in').optional(),
  ReceivedAt: isoTime('when the contact came in').optional(),
  IsHeld: truth('submitted on hold').optional(),
});

const agentChange = z.strictObject({
  ...place,
  ...cause,
  AgentId: text('which agent'),
  PlaceId: text('where it is logged in').optional(),
  TenantId: count('its tenant').optional(),
  MediaTypeName: text('of which medium').optional(),
  IsReady: truth('of EventMediaAdded').optional(),
  ClientName: text('of EventAgentLogin: who logged it in').optional(),
  MediaList: free('of EventAgentLogin: medium to 1 (ready) or 0').optional(),
  Resumed: truth('of EventAgentLogin: it is back').optional(),
});

const custom = z.strictObject({
  ...place,
  ...cause,
  event: z.literal('EventCustomReporting').describe('what is told beside all else'),
  InteractionId: text('which interaction').optional(),
  InteractionVersion: count('its version').optional(),
  ...z.object(state).partial().shape,
  Queue: text('its queue').optional(),
  AgentId: text('which agent').optional(),
  PlaceId: text('which place').optional(),
  TenantId: count('its tenant').optional(),
  MediaTypeName: text('which medium').optional(),
  EventId: count('what it is, of what a client tells').optional(),
  EventContent: free('see PROTOCOL.md').optional(),
});

const serverChange = z.strictObject({
  ...place,
  DrainMs: count('of EventServerStopping: how long it waits').optional(),
  ObjectsVersion: count('of EventConfigurationChanged, as the rest').optional(),
  Comment: text('why').optional(),
  Added: count('objects that are new').optional(),
  Changed: count('objects that are others').optional(),
  Removed: count('objects that are gone').optional(),
});

const gap = z.strictObject({
  event: z.literal('EventGap').describe('events that are no longer kept'),
  Partition: count('where'),
  FromSequence: count('the first one missing'),
  ToSequence: count('the last one missing'),
  SubscriptionId: count('of this subscription'),
  ResumeToken: z.unknown().describe('where it goes on').optional(),
  Timeline: z.unknown().describe('of the store').optional(),
});

const statePlace = {
  Partition: count('where'),
  Sequence: count('the last event that is in it'),
  SubscriptionId: count('of this subscription'),
};

const agentState = z.strictObject({
  event: z.literal('EventPlaceAgentState').describe('an agent at its place, before its events'),
  ...statePlace,
  AgentId: text('which agent'),
  PlaceId: text('where it is logged in'),
  TenantId: count('its tenant'),
  ClientName: text('who logged it in last'),
  LoggedInAt: isoTime('when it logged in'),
  DoNotDisturb: truth('nothing is offered to it'),
  LostAt: isoTime('its last connection is lost since then').optional(),
  ReasonSystemName: text('its reason').optional(),
  ReasonDescription: text('its reason').optional(),
  Media: free('see PROTOCOL.md'),
  Interactions: free('what it is offered, has or wraps up'),
  WrapUps: free('see PROTOCOL.md').optional(),
  Outside: free('medium to how much it has outside').optional(),
});

const queueState = z.strictObject({
  event: z.literal('EventQueueState').describe('what is in a queue, in one partition'),
  ...statePlace,
  Queue: text('which queue'),
  Submitted: count('submitted into it'),
  Entered: count('placed in it'),
  Left: count('placed elsewhere'),
  Waiting: count('in state 0'),
  Processing: count('in states 1 to 3'),
  Stopped: free('reason to count'),
  Abandoned: count('customers who left before an agent had them'),
  IsGone: truth('the queue is not there any more').optional(),
});

const upToDate = z.strictObject({
  event: z.literal('EventUpToDate').describe('with --state: the state of a partition is complete'),
  ...statePlace,
});

export const event = z.union([
  change,
  agentChange,
  custom,
  serverChange,
  gap,
  agentState,
  queueState,
  upToDate,
]);
