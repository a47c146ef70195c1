/** The table of permissions, whole: every request by every role, over the real protocol. */
import t from 'tap';
import { errorTable } from '../../lib/errors.js';
import type { Body } from '../../lib/protocol/encode.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { messageByName, type RequestName } from '../../lib/protocol/registry.js';
import { requests } from '../../lib/protocol/requests.js';
import { adminListenerRoles, permissions } from '../../lib/security/permissions.js';
import { roles } from '../../lib/security/roles.js';
import { errorOf, startHarness } from '../net/harness.js';
import { startSecured, submission, tokenOf } from './secured-server.js';

const byId = { kind: RouteKind.id, key: 'nothing' };
const byQueue = { kind: RouteKind.queue, key: 'in' };
const id = { InteractionId: 'nothing' };
const byAgent = { kind: RouteKind.agent, key: 'ann' };
const ann = { AgentId: 'ann' };
const chat = { MediaTypeName: 'chat' };

/** A right request of every kind, so that only permission is in its way. */
const samples: Readonly<Record<RequestName, readonly [Body, { kind?: RouteKind; key?: string }?]>> =
  {
    RequestRegisterClient: [{}],
    RequestSubmit: [submission, byQueue],
    RequestStopProcessing: [id, byId],
    RequestChangeProperties: [id, byId],
    RequestPlaceInWorkbin: [{ ...id, WorkbinTypeId: 'drafts' }, byId],
    RequestGetWorkbinContent: [{ WorkbinTypeId: 'drafts' }, byAgent],
    RequestWorkbinNotifications: [{ WorkbinTypeId: 'drafts' }, byAgent],
    RequestCancelWorkbinNotifications: [{ WorkbinTypeId: 'drafts' }, byAgent],
    RequestWorkbinTypesInfo: [{}, byAgent],
    RequestWorkbinStatistic: [{ WorkbinTypeIds: ['drafts'] }, byAgent],
    RequestGetWorkbinsInfo: [{}, byAgent],
    RequestPlaceInQueue: [{ ...id, Queue: 'in' }, byId],
    RequestPull: [{ ViewId: 'out' }, { ...byQueue, key: 'out' }],
    RequestStartPlaceAgentStateReportingAll: [{}],
    RequestStopPlaceAgentStateReportingAll: [{ SubscriptionId: 9 }],
    RequestUnregisterClient: [{}],
    RequestPing: [{}],
    RequestGetInteractionProperties: [id, byId],
    RequestHold: [id, byId],
    RequestCustomReporting: [{ ...id, EventId: 1 }, byId],
    RequestResume: [id, byId],
    RequestQueueStatistics: [{}],
    RequestListInteractions: [{ Partition: 0 }],
    RequestFindInteractions: [{}],
    RequestListClients: [{}],
    RequestDisconnectClient: [{ ClientName: 'nobody', ClientNumber: 9 }],
    RequestImportInteraction: [
      { ...submission, InteractionId: 'imported' },
      { ...byId, key: 'imported' },
    ],
    RequestChangeOptions: [{ Options: { 'collect-request-counters': 'true' } }],
    RequestResetStopReasons: [{ Queue: 'inbox' }],
    RequestAccept: [{ ...id, TicketId: 1 }, byId],
    RequestReject: [{ ...id, TicketId: 1 }, byId],
    RequestDeliver: [{ ...id, ...ann }, byAgent],
    RequestTransfer: [{ ...id, ...ann }, byAgent],
    RequestConference: [{ ...id, ...ann }, byAgent],
    RequestIntrude: [{ ...id, VisibilityMode: 1 }, byAgent],
    RequestLeaveInteraction: [id, byId],
    RequestAgentLogin: [ann, byAgent],
    RequestAgentLogout: [{}, byAgent],
    RequestDoNotDisturbOn: [{}, byAgent],
    RequestDoNotDisturbOff: [{}, byAgent],
    RequestAddMedia: [chat, byAgent],
    RequestRemoveMedia: [chat, byAgent],
    RequestNotReadyForMedia: [chat, byAgent],
    RequestCancelNotReadyForMedia: [chat, byAgent],
    RequestChangeAgentStateReason: [{}, byAgent],
    RequestChangeMediaStateReason: [chat, byAgent],
    RequestAgentAvailable: [ann, byAgent],
    RequestAgentNotAvailable: [ann, byAgent],
    RequestEndWrapUp: [{ InteractionId: 'one' }, byAgent],
    RequestForceAgentState: [{ ...ann, AgentState: 'ready' }, byAgent],
    RequestListAgents: [{}, byAgent],
    RequestSubscribe: [{ TopicList: { one: '' } }, byAgent],
    RequestUnsubscribe: [{ TopicList: { none: '' } }, byAgent],
    RequestPublish: [{ Topic: 'one', Message: {} }, byAgent],
    RequestTakeSnapshot: [{}, byAgent],
    RequestGetSnapshotInteractions: [{ SnapshotId: 1 }, byAgent],
    RequestReleaseSnapshot: [{ SnapshotId: 1 }, byAgent],
    RequestLockInteraction: [{ ...id, SnapshotId: 1 }, byAgent],
    RequestUnlockInteraction: [{ ...id, SnapshotId: 1 }, byAgent],
    RequestMoveInteractions: [{ SnapshotId: 1, Queue: 'in', ReasonSystemName: 'Test' }, byAgent],
    RequestStopInteractions: [{ SnapshotId: 1, ReasonSystemName: 'Test' }, byAgent],
    RequestReserveAgent: [ann, byAgent],
    RequestSetOutsideLoad: [{ ...ann, Count: 1 }, byAgent],
    RequestForceAgentStates: [
      { AgentIds: ['ann'], AgentState: 'ready', ReasonSystemName: 'Test' },
      byAgent,
    ],
    RequestRestoreInteractions: [
      { InteractionIds: ['nothing'], ReasonSystemName: 'Test' },
      byAgent,
    ],
    RequestSuperviseInteractions: [
      { Act: 'pull-back', InteractionIds: ['nothing'], ReasonSystemName: 'Test' },
      byAgent,
    ],
  };

t.test('every request has a row, and every row is a request', async (t) => {
  t.strictSame(Object.keys(permissions).sort(), requests.map(({ name }) => name).sort());
});

t.test('every request by every role', async (t) => {
  const secured = await startSecured(t);
  const notPermitted = errorTable.NotPermitted.code;
  for (const role of roles) {
    const client = await secured.client(role);
    let reference = 10;
    for (const [name, [body, route]] of Object.entries(samples)) {
      // The registration was one already, and the end of the session comes last.
      if (name === 'RequestRegisterClient' || name === 'RequestUnregisterClient') continue;
      const { number } = messageByName(name as RequestName);
      const answer = await client.ask(number, ++reference, body, route);
      const allowed = permissions[name as RequestName].includes(role);
      t.equal(errorOf(answer) !== notPermitted, allowed, `${role} ${name}: ${errorOf(answer)}`);
    }
    t.equal(errorOf(await client.ask(174, ++reference)), 0, `${role} may always end`);
  }
});

t.test('the admin listener serves admins and operators', async (t) => {
  const secured = await startSecured(t);
  for (const role of roles) {
    const { status } = await secured.admin('/status', { token: tokenOf(role) });
    t.equal(status, adminListenerRoles.includes(role) ? 200 : 403, role);
  }
});

t.test(
  'without applications a client does what its type may, and everybody operates',
  async (t) => {
    const { connect } = await startHarness(t);
    const client = await connect();
    await client.register(1, { ClientType: 'ReportingEngine' });
    const refused = await client.ask(101, 2, submission, { kind: RouteKind.queue, key: 'first' });
    t.equal(errorOf(refused), errorTable.WrongClientType.code, 'the error that it always was');
    const Options = { 'collect-request-counters': 'true' };
    t.equal(errorOf(await client.ask(1004, 3, { Options })), 0);
  },
);
