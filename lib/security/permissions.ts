/**
 * Who may send what: the one table of messages and roles. The front looks a message up by its
 * number and the roles of its session as bits; the documentation is made from the same table.
 *
 * A role says what a client may do at all; its client type says how the server treats
 * what it does: an admin that registers as `AgentApplication` handles
 * interactions as an agent does.
 */
import { messageByName } from '../protocol/registry.js';
import type { Doing } from '../protocol/doing.js';
import type { DoingOf, RequestName } from '../protocol/registry.js';
import { roles, type Role } from './roles.js';

/** What each role is for, for the documentation. */
export const roleMeanings: Readonly<Record<Role, string>> = {
  admin: 'everything, as any client type; and the admin listener',
  operator:
    'runs the server: options, totals, clients, imports, the admin listener; sees no interaction',
  supervisor: 'an agent that may also change, place and stop what others have',
  agent: 'pulls interactions and works on those it has',
  media: 'submits interactions and works on any of them',
  router: 'pulls interactions and places them',
  reporting: 'reads: properties, totals, events',
  telephony: 'says how many calls agents have, and nothing else',
};

const everyone = roles;
const workers = ['admin', 'supervisor', 'agent', 'media', 'router'] as const;
/** Agents, and routers that log one in. */
const attending = ['admin', 'supervisor', 'agent', 'router'] as const;
const browsers = ['admin', 'supervisor', 'agent', 'reporting'] as const;
const readers = [...workers, 'reporting'] as const;

/** The roles that may do a thing at all, whatever it is: no permission goes beyond them. */
const mayAtMost = {
  handsIn: ['admin', 'operator', 'supervisor', 'agent', 'media', 'router'],
  takes: ['admin', 'supervisor', 'agent', 'router'],
  changes: ['admin', 'supervisor', 'agent', 'media', 'router'],
  makesRoom: ['admin', 'supervisor', 'agent', 'media', 'router'],
  reads: ['admin', 'supervisor', 'agent', 'media', 'router', 'reporting'],
  attends: ['admin', 'supervisor', 'agent', 'router'],
  delivers: ['admin', 'supervisor', 'agent', 'media', 'router'],
  reportsLoad: ['admin', 'telephony'],
  supervises: ['admin', 'supervisor'],
  browses: ['admin', 'supervisor', 'agent', 'reporting'],
  consults: ['admin', 'supervisor', 'agent'],
  converses: ['admin', 'supervisor', 'agent', 'media', 'router'],
  locks: ['admin', 'supervisor', 'agent'],
  watches: ['admin', 'operator', 'supervisor', 'router', 'reporting'],
  registers: roles,
  leaves: roles,
  opens: roles,
  letsGo: roles,
  looks: roles,
  asks: roles,
  administers: ['admin', 'operator'],
} as const satisfies Readonly<Record<Doing, readonly Role[]>>;

type RoleThat<Does extends Doing> = (typeof mayAtMost)[Does][number];

/** Every request, each with roles that may do what it does. */
export type PermissionTable = {
  readonly [Name in RequestName]: readonly RoleThat<DoingOf<Name>>[];
};

const permitted: PermissionTable = {
  RequestRegisterClient: everyone,
  RequestSubmit: workers,
  RequestStopProcessing: workers,
  RequestChangeProperties: workers,
  RequestPlaceInQueue: workers,
  RequestPlaceInWorkbin: workers,
  RequestGetWorkbinContent: ['admin', 'supervisor', 'agent'],
  RequestWorkbinTypesInfo: ['admin', 'supervisor', 'agent'],
  RequestWorkbinStatistic: ['admin', 'supervisor', 'agent'],
  RequestGetWorkbinsInfo: ['admin', 'supervisor'],
  RequestWorkbinNotifications: ['admin', 'supervisor', 'agent'],
  RequestCancelWorkbinNotifications: ['admin', 'supervisor', 'agent'],
  RequestPull: ['admin', 'supervisor', 'agent', 'router'],
  RequestStartPlaceAgentStateReportingAll: ['admin', 'supervisor', 'media', 'router', 'reporting'],
  RequestStopPlaceAgentStateReportingAll: ['admin', 'supervisor', 'media', 'router', 'reporting'],
  RequestUnregisterClient: everyone,
  RequestPing: everyone,
  RequestGetInteractionProperties: readers,
  RequestHold: workers,
  RequestCustomReporting: workers,
  RequestResume: workers,
  RequestQueueStatistics: everyone,
  RequestChangeOptions: ['admin', 'operator'],
  RequestResetStopReasons: ['admin', 'operator'],
  RequestListInteractions: ['admin', 'reporting'],
  RequestFindInteractions: ['admin', 'supervisor', 'reporting'],
  RequestListClients: ['admin', 'operator'],
  RequestDisconnectClient: ['admin', 'operator'],
  RequestImportInteraction: ['admin', 'operator'],
  RequestAccept: attending,
  RequestReject: attending,
  RequestDeliver: workers,
  RequestReserveAgent: workers,
  RequestTransfer: attending,
  RequestConference: attending,
  RequestLeaveInteraction: attending,
  RequestIntrude: ['admin', 'supervisor'],
  RequestAgentLogin: attending,
  RequestAgentLogout: attending,
  RequestDoNotDisturbOn: attending,
  RequestDoNotDisturbOff: attending,
  RequestAddMedia: attending,
  RequestRemoveMedia: attending,
  RequestNotReadyForMedia: attending,
  RequestCancelNotReadyForMedia: attending,
  RequestChangeAgentStateReason: attending,
  RequestChangeMediaStateReason: attending,
  RequestAgentAvailable: attending,
  RequestAgentNotAvailable: attending,
  RequestEndWrapUp: attending,
  RequestForceAgentState: ['admin', 'supervisor'],
  RequestSetOutsideLoad: ['admin', 'telephony'],
  RequestForceAgentStates: ['admin', 'supervisor'],
  RequestSuperviseInteractions: ['admin', 'supervisor'],
  RequestRestoreInteractions: ['admin', 'supervisor'],
  RequestTakeSnapshot: browsers,
  RequestGetSnapshotInteractions: browsers,
  RequestReleaseSnapshot: browsers,
  RequestLockInteraction: ['admin', 'supervisor', 'agent'],
  RequestUnlockInteraction: ['admin', 'supervisor', 'agent'],
  RequestMoveInteractions: ['admin', 'supervisor'],
  RequestStopInteractions: ['admin', 'supervisor'],
  RequestSubscribe: workers,
  RequestUnsubscribe: workers,
  RequestPublish: workers,
  RequestListAgents: ['admin', 'operator', 'supervisor', 'router', 'reporting'],
};
/** Per request the roles that may send it. */
export const permissions: Readonly<Record<RequestName, readonly Role[]>> = permitted;

/** Roles that the admin listener serves. */
export const adminListenerRoles: readonly Role[] = ['admin', 'operator'];

/** Client types as which an application of a role may register. */
export const clientTypesOfRole: Readonly<Record<Role, readonly string[]>> = {
  admin: ['MediaServer', 'AgentApplication', 'RoutingEngine', 'ReportingEngine'],
  operator: ['ReportingEngine'],
  supervisor: ['AgentApplication'],
  agent: ['AgentApplication'],
  media: ['MediaServer'],
  router: ['RoutingEngine'],
  reporting: ['ReportingEngine'],
  telephony: ['ReportingEngine'],
};

const roleOfClientType: Readonly<Record<string, Role>> = {
  MediaServer: 'media',
  AgentApplication: 'agent',
  RoutingEngine: 'router',
  ReportingEngine: 'reporting',
};

/** The role of a client without an application; undefined: there is no such client type. */
export function roleOfType(clientType: string): Role | undefined {
  return Object.hasOwn(roleOfClientType, clientType) ? roleOfClientType[clientType] : undefined;
}

const bitOf = (role: Role): number => 1 << roles.indexOf(role);

/** Roles as bits, for `permissionBits`. */
export const bitsOf = (of: readonly Role[]): number =>
  of.reduce((bits, role) => bits | bitOf(role), 0);

/** Per message number the roles that may send it, one bit each; 0 for what is not a request. */
export const permissionBits = new Uint8Array(65_536);
for (const [name, allowed] of Object.entries(permissions)) {
  permissionBits[messageByName(name as RequestName).number] = bitsOf(allowed);
}

/**
 * What a client without an application may do besides what its type may: where nobody is told
 * apart, whoever reaches the port reads and operates.
 */
export const openRoles: readonly Role[] = ['operator', 'reporting'];
