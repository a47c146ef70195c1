/** Reporting events about agents, as the desk hands them to partition 0. */
import { packPairs } from '../pack/pairs.js';
import {
  eventOfServer,
  EventNumber,
  type Cause,
  type InteractionEvent,
  type ServerEvent,
} from './event.js';

/** Numbers of these events, by what happened. */
export const AgentEventNumber = {
  login: EventNumber.AgentLogin,
  logout: EventNumber.AgentLogout,
  connectionClosed: EventNumber.AgentConnectionClosed,
  doNotDisturbOn: EventNumber.DoNotDisturbOn,
  doNotDisturbOff: EventNumber.DoNotDisturbOff,
  mediumAdded: EventNumber.MediaAdded,
  mediumRemoved: EventNumber.MediaRemoved,
  mediumReady: EventNumber.ReadyForMedia,
  mediumNotReady: EventNumber.NotReadyForMedia,
  reasonChanged: EventNumber.AgentStateReasonChanged,
  mediumReasonChanged: EventNumber.MediaStateReasonChanged,
  custom: EventNumber.CustomReporting,
} as const;

/** One of them. */
export interface AgentEvent {
  readonly event: (typeof AgentEventNumber)[keyof typeof AgentEventNumber];
  readonly tenantId: number;
  readonly cause: Cause;
  /** AgentId, PlaceId, TenantId and what else the event has, by the names of the wire. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** What an actor outside of the partitions reports in one write set. */
export type Reported = ServerEvent | readonly AgentEvent[];

/** About no interaction. */
const eventOfAgent = ({ event, tenantId, cause, details }: AgentEvent): InteractionEvent => ({
  event,
  interactionId: '',
  version: 0,
  state: 0,
  queue: '',
  tenantId,
  cause,
  party: undefined,
  details: packPairs(details),
  identity: undefined,
  carried: undefined,
});

/** The same as rows have them. */
export const eventsOf = (reported: Reported): InteractionEvent[] =>
  'event' in reported ? [eventOfServer(reported)] : reported.map(eventOfAgent);
