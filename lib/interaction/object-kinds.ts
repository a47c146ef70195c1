/** Kinds of objects that a subscription may be for, and which events are about each. */
import { EventNumber } from './event.js';

/** Numbers of the events of each kind. */
export const eventsOfKind = {
  /** Who is logged in where, and ready for what. */
  Agents: [
    EventNumber.AgentLogin,
    EventNumber.AgentLogout,
    EventNumber.DoNotDisturbOn,
    EventNumber.DoNotDisturbOff,
    EventNumber.MediaAdded,
    EventNumber.MediaRemoved,
    EventNumber.NotReadyForMedia,
    EventNumber.ReadyForMedia,
    EventNumber.AgentStateReasonChanged,
    EventNumber.MediaStateReasonChanged,
    EventNumber.AgentConnectionClosed,
  ],
  /** What clients tell besides. */
  Custom: [EventNumber.CustomReporting],
  /** All that is told of an interaction; the three behind it are parts of this. */
  Interactions: [
    EventNumber.PropertiesChanged,
    EventNumber.InteractionSubmitted,
    EventNumber.ProcessingStopped,
    EventNumber.PlacedInQueue,
    EventNumber.PlacedInWorkbin,
    EventNumber.Locked,
    EventNumber.Unlocked,
    EventNumber.AgentInvited,
    EventNumber.Rejected,
    EventNumber.Revoked,
    EventNumber.PartyAdded,
    EventNumber.PartyRemoved,
    EventNumber.TakenFromQueue,
    EventNumber.TakenFromWorkbin,
    EventNumber.Held,
    EventNumber.Resumed,
    EventNumber.Restored,
  ],
  /** Who has it, or is offered it. */
  Parties: [
    EventNumber.PartyAdded,
    EventNumber.PartyRemoved,
    EventNumber.AgentInvited,
    EventNumber.Rejected,
    EventNumber.Revoked,
  ],
  /** What comes into a queue and goes. */
  Queues: [
    EventNumber.InteractionSubmitted,
    EventNumber.PlacedInQueue,
    EventNumber.TakenFromQueue,
    EventNumber.ProcessingStopped,
    EventNumber.Restored,
  ],
  /** What comes into a workbin and goes. */
  Workbins: [EventNumber.PlacedInWorkbin, EventNumber.TakenFromWorkbin],
} as const satisfies Readonly<Record<string, readonly EventNumber[]>>;

export type ObjectKind = keyof typeof eventsOfKind;

/** Their names, as the protocol has them. */
export const objectKinds = Object.keys(eventsOfKind) as ObjectKind[];

export const isObjectKind = (name: string): name is ObjectKind => Object.hasOwn(eventsOfKind, name);

/** What is wanted of the events of a tenant. */
export interface WantedEvents {
  readonly tenant: number;
  /** Numbers of events (`EventNumber`); undefined: all. */
  readonly kinds: readonly number[] | undefined;
}
