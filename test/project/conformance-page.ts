/**
 * `docs/reference/model-sequences.md`: the model sequences of the original, and the test of
 * each; the check looks whether there is such a test.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportingSequences, type Sequence } from './conformance-reporting.js';
import { type Fault, projectRoot } from './source-tree.js';

const logins = (test: string): Sequence['by'] => ({ file: 'test/agents/login.test.ts', test });
const holds = (test: string): Sequence['by'] => ({ file: 'test/agents/hold.test.ts', test });
const deliveries = (test: string): Sequence['by'] => ({
  file: 'test/agents/deliver.test.ts',
  test,
});
const conferences = (test: string): Sequence['by'] => ({
  file: 'test/agents/conference.test.ts',
  test,
});
const states = (test: string): Sequence['by'] => ({ file: 'test/agents/states.test.ts', test });
const supervisors = (test: string): Sequence['by'] => ({
  file: 'test/agents/supervise.test.ts',
  test,
});
const workbins = (test: string): Sequence['by'] => ({
  file: 'test/workbins/workbins.test.ts',
  test,
});
const notifications = (test: string): Sequence['by'] => ({
  file: 'test/workbins/notifications.test.ts',
  test,
});
const locks = (test: string): Sequence['by'] => ({ file: 'test/snapshots/lock.test.ts', test });
const left = (test: string): Sequence['by'] => ({ file: 'test/workbins/left.test.ts', test });
const routing = 'routing';

const sequences: readonly Sequence[] = [
  {
    name: 'Registration',
    messages: 'EventAck; anything before it: EventError, then the end of the connection',
    by: {
      file: 'test/net/registration.test.ts',
      test: 'anything before the registration is NotRegistered, with its reference',
    },
  },
  {
    name: 'Login',
    messages: 'EventAgentLogin to reporting clients; EventAck, then EventCurrentAgentStatus',
    by: logins('Login'),
  },
  {
    name: 'Logout',
    messages: 'EventAgentLogout to reporting clients; EventAck',
    by: logins('Logout'),
  },
  {
    name: 'Agent link lost',
    messages: 'EventAgentConnectionClosed, EventAgentLogout; nothing of who was not logged in',
    by: logins('Agent link lost'),
  },
  {
    name: 'Failover',
    messages: 'EventAck, EventAgentLogin; then availability to the rest: EventAck',
    by: logins('Failover'),
  },
  {
    name: 'Login after a kill of the server',
    messages: 'EventAgentLogin with Resumed, or EventAgentLogout',
    by: {
      file: 'test/agents/kill.test.ts',
      test: 'who is back after a kill has it all, who is not is logged out',
    },
  },
  {
    name: 'Not ready, ready',
    messages: 'EventNotReadyForMedia, EventReadyForMedia; EventAck, EventCurrentAgentStatus',
    by: states('RequestNotReadyForMedia, RequestCancelNotReadyForMedia'),
  },
  {
    name: 'Media added, removed',
    messages: 'EventMediaAdded, EventMediaRemoved; EventAck, EventCurrentAgentStatus',
    by: states('RequestAddMedia, RequestRemoveMedia'),
  },
  {
    name: 'Do not disturb',
    messages: 'EventDoNotDisturbOn, EventDoNotDisturbOff; EventAck, EventCurrentAgentStatus',
    by: states('RequestDoNotDisturbOn, RequestDoNotDisturbOff'),
  },
  {
    name: 'Reasons',
    messages: 'EventAgentStateReasonChanged, EventMediaStateReasonChanged; EventAck',
    by: states('RequestChangeAgentStateReason, RequestChangeMediaStateReason'),
  },
  {
    name: 'Forced state',
    messages: 'EventForcedAgentStateChange to the agent; EventAck to the supervisor',
    by: {
      file: 'test/agents/supervisor.test.ts',
      test: 'ready, not ready and logged out, whatever the agent does',
    },
  },
  {
    name: 'Assigned by a supervisor',
    messages: 'EventTakenFromQueue, EventPartyAdded; EventAssigned to the agent',
    by: supervisors('Assign, from a queue, above capacity'),
  },
  {
    name: 'Pulled back by a supervisor',
    messages: 'EventPartyRemoved, EventPlacedInQueue; EventRevoked to who had it',
    by: supervisors('Pull back, of what is offered, in hand and pulled'),
  },
  {
    name: 'Restored by a supervisor',
    messages: 'EventRestored, EventPlacedInQueue',
    by: supervisors('Stopped by a supervisor, and restored'),
  },
  {
    name: 'Agent submit',
    messages: 'EventAck, EventInteractionSubmitted, EventPartyAdded',
    by: holds('Agent submit'),
  },
  {
    name: 'Submit of a child by an agent',
    messages: 'EventAck, EventInteractionSubmitted with ParentId, EventPartyAdded',
    by: {
      file: 'test/agents/children.test.ts',
      test: 'A router suggests queues, and an agent creates a child',
    },
  },
  {
    name: 'Submit on hold',
    messages: 'EventInteractionSubmitted with IsHeld and HoldUntil; EventResumed',
    by: holds('Submit on hold until a time'),
  },
  {
    name: 'Place in queue by an agent',
    messages:
      'EventAck; EventPropertiesChanged, EventPartyRemoved, EventPlacedInQueue, and EventHeld or EventResumed',
    by: holds('Place in queue'),
  },
  {
    name: 'Place in queue by a router',
    messages: 'EventAck; EventPartyRemoved, EventPlacedInQueue',
    by: holds('Place in queue by a router'),
  },
  {
    name: 'Deliver, invite',
    messages: 'EventInvite; EventAgentInvited, EventPartyRemoved; EventAck',
    by: deliveries('Deliver, invite'),
  },
  {
    name: 'Deliver, accepted',
    messages: 'EventAck; EventPartyAdded; EventRouteUsed',
    by: deliveries('Deliver, accepted'),
  },
  {
    name: 'Deliver, rejected',
    messages: 'EventAck; EventRejected, EventPlacedInQueue; EventRouteUsed',
    by: deliveries('Deliver, rejected'),
  },
  {
    name: 'Deliver, timeout',
    messages: 'EventRevoked to the agent and in reports, EventPlacedInQueue; EventRouteUsed',
    by: deliveries('Deliver, timeout'),
  },
  {
    name: 'Handling timeout',
    messages: 'EventPartyRemoved, EventPlacedInQueue; EventRevoked to the agent',
    by: { file: 'test/partition/invitations.test.ts', test: 'Handling timeout' },
  },
  {
    name: 'Stop of what an agent has, by a media server',
    messages: 'EventAck; EventPartyRemoved, EventProcessingStopped; EventRevoked to the agent',
    by: deliveries('Stop A'),
  },
  {
    name: 'Stop by the agent',
    messages: 'EventAck; EventPartyRemoved, EventProcessingStopped',
    by: deliveries('Deliver, accepted'),
  },
  {
    name: 'Stop, to the submitter',
    messages: 'EventProcessingStopped to each client that registered under the name in SubmittedBy',
    by: {
      file: 'test/agents/submitters.test.ts',
      test: 'EventProcessingStopped goes to all that registered under the name',
    },
  },
  {
    name: 'Transfer, accepted',
    messages: 'EventAgentInvited, EventInvite; EventPartyAdded, EventPartyRemoved; EventAck',
    by: deliveries('Transfer, accepted'),
  },
  {
    name: 'Transfer, rejected',
    messages: 'EventAgentInvited, EventInvite; EventRejected; EventError to the giver',
    by: deliveries('Transfer, rejected'),
  },
  {
    name: 'Transfer on hold',
    messages: 'as accepted, then EventHeld; EventResumed',
    by: holds('Transfer on hold until a time'),
  },
  {
    name: 'Conference, accepted',
    messages:
      'EventAgentInvited, EventInvite; EventPartyAdded in reports and to all parties; EventAck',
    by: conferences('Conference, accepted'),
  },
  {
    name: 'Conference, rejected',
    messages: 'EventAgentInvited, EventInvite; EventRejected; EventError to who invited',
    by: conferences('Conference, rejected'),
  },
  {
    name: 'Conference, timeout',
    messages: 'EventRevoked to the invited and in reports; EventError to who invited',
    by: conferences('Conference, timeout'),
  },
  {
    name: 'Leaving a conference, the last leaver',
    messages:
      'EventAck; EventPartyRemoved, also to the other parties; with the last EventPlacedInQueue, and EventRevoked to who listens',
    by: conferences('Conference, the last leaver'),
  },
  {
    name: 'Stop of what several have',
    messages:
      'EventAck; EventPartyRemoved for each, EventProcessingStopped; EventRevoked to the others',
    by: conferences('Stop of what several have'),
  },
  {
    name: 'Intrude',
    messages:
      'EventAck, EventInvite, EventAgentInvited; EventPartyAdded in reports and to all parties',
    by: { file: 'test/agents/intrude.test.ts', test: 'Intrude' },
  },
  {
    name: 'Snapshot',
    messages: 'EventSnapshotTaken; EventSnapshotInteractions; EventAck',
    by: { file: 'test/snapshots/take.test.ts', test: 'Snapshot: taken, paged and released' },
  },
  {
    name: 'Lock and unlock',
    messages: 'EventAck; EventLocked; EventUnlocked',
    by: locks('Lock and unlock'),
  },
  {
    name: 'Snapshot with a lock',
    messages: 'EventSnapshotTaken; EventLocked of each; with its release EventUnlocked; EventAck',
    by: locks('Snapshot with a lock'),
  },
  {
    name: 'Move all of a snapshot',
    messages: 'EventPlacedInQueue of each; EventInteractionsMoved',
    by: { file: 'test/snapshots/acts.test.ts', test: 'Move all' },
  },
  {
    name: 'Stop all of a snapshot',
    messages: 'EventProcessingStopped of each; EventInteractionsStopped',
    by: { file: 'test/snapshots/acts.test.ts', test: 'Stop all' },
  },
  {
    name: 'Direct messages',
    messages: 'EventAck; EventUserEvent to each subscriber, EventAck to the publisher',
    by: { file: 'test/agents/topics.test.ts', test: 'Direct messages' },
  },
  ...reportingSequences,
  {
    name: 'Find',
    messages: 'EventInteractionsFound; while it has Next, the same with After',
    by: {
      file: 'test/snapshots/find.test.ts',
      test: 'Find: by condition, contact, parent and outer identifier',
    },
  },
  {
    name: 'Pull from a workbin',
    messages:
      'EventPulledInteractions; EventTakenFromQueue, EventPartyAdded, EventTakenFromWorkbin',
    by: workbins('Pull from a workbin'),
  },
  {
    name: 'Place in a workbin',
    messages: 'EventAck; EventPartyRemoved, EventPlacedInQueue, EventPlacedInWorkbin',
    by: workbins('Place in a workbin'),
  },
  {
    name: 'Place in a workbin by a router',
    messages: 'EventAck; EventPartyRemoved, EventPlacedInQueue, EventPlacedInWorkbin',
    by: workbins('Place in a workbin by a router'),
  },
  {
    name: 'Back to the workbin that it was taken from',
    messages: 'EventAck; EventPartyRemoved, EventPlacedInQueue, EventPlacedInWorkbin',
    by: workbins('Back to the workbin that it was taken from'),
  },
  {
    name: 'Workbin content',
    messages: 'EventWorkbinContent; unknown agent or workbin: EventError',
    by: workbins('Workbin content'),
  },
  {
    name: 'Workbin notification',
    messages:
      'EventAck; with each change EventWorkbinContentChanged; unknown workbin, or a cancel without it: EventError',
    by: notifications('Workbin notification'),
  },
  {
    name: 'From one workbin to another',
    messages:
      'EventWorkbinContentChanged, taken out; to the others EventWorkbinContentChanged, placed in',
    by: notifications('Removed from one owner, then added to the other'),
  },
  {
    name: 'Workbin types',
    messages: 'EventWorkbinTypesInfo',
    by: notifications('Workbin types'),
  },
  {
    name: 'Workbin statistics',
    messages: 'EventWorkbinStatistic; EventWorkbinsInfo to a supervisor',
    by: notifications('Workbin statistics, and the workbins that have something in them'),
  },
  {
    name: 'Workbin of another agent',
    messages: 'EventError to who is neither owner nor supervisor',
    by: workbins('What is in the workbin of another agent is its own'),
  },
  {
    name: 'Workbin of a group',
    messages: 'as of an agent, for each member',
    by: workbins('Group workbins are of each member'),
  },
  {
    name: 'Submit into a workbin',
    messages: 'EventAck; EventInteractionSubmitted, EventPlacedInWorkbin',
    by: left('what is handed in straight into a workbin is in it, and in nobody’s hands'),
  },
  {
    name: 'Logout with work for a workbin',
    messages: 'EventAck; EventPartyRemoved, EventPlacedInQueue, EventPlacedInWorkbin',
    by: left('a logout leaves offline work in the workbin of the agent'),
  },
  {
    name: 'Agent lost with work for a workbin',
    messages: 'EventPartyRemoved, EventPlacedInQueue, EventPlacedInWorkbin',
    by: left('what a lost agent had goes there when its time is over'),
  },
  {
    name: 'Lock that ends with its client',
    messages: 'EventUnlocked when the time to reconnect is over, or with EventAck of its end',
    by: locks('a lock ends with its client, at once or after the time to reconnect'),
  },
  {
    name: 'Lock after a kill of the server',
    messages: 'EventUnlocked with the reason ServerRestarted',
    by: locks('a server that begins again has freed all that was locked'),
  },
  { name: 'Change by a router', messages: 'EventAttachedDataChanged', by: routing },
  { name: 'External services', messages: 'EventExternalServiceRequested, -Responded', by: routing },
];

const head = `# Model sequences

<!-- Made by "npm run pages" from test/project/conformance-page.ts. -->

Which messages follow which, as programs written for Genesys Interaction Server 8.5 expect them, and the test
that holds the server to it, over TCP. What is not there yet says with what it will come. Numbers and
attributes are in the [protocol](../PROTOCOL.md).

| sequence | messages | tested by |
| --- | --- | --- |
`;

/** The page as Markdown. */
export const conformancePage = (): string =>
  head +
  sequences
    .map(({ name, messages, by }) => {
      const place = typeof by === 'string' ? `to come with ${by}` : `\`${by.file}\`, "${by.test}"`;
      return `| ${name} | ${messages} | ${place} |\n`;
    })
    .join('');

/** Tests that are named there and are not. */
export function conformanceFaults(): Fault[] {
  return sequences.flatMap(({ name, by }) => {
    if (typeof by === 'string') return [];
    const text = readFileSync(join(projectRoot, by.file), 'utf8');
    if (text.includes(`t.test('${by.test}'`)) return [];
    const what = `the sequence "${name}" names a test "${by.test}" that is not there`;
    return [{ path: by.file, line: 1, rule: 'conformance', what }];
  });
}
