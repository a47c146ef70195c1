/** The types of the SDK beside what a server sends; `examples.test.ts` has them compiled. */
import t from 'tap';
import {
  ActorType,
  InteractionState,
  interactionStateName,
  PartyOperation,
  VisibilityMode,
  type Interaction,
  type ReportingEvent,
  type ServerEvent,
  type StateEvent,
} from '../../lib/client/index.js';
import * as invitation from '../../lib/interaction/invitation.js';
import * as server from '../../lib/interaction/event.js';
import * as records from '../../lib/interaction/state-record.js';
import type { EventName } from '../../lib/protocol/index.js';
import { addressOf, connectReal, startReal } from './real-server.js';
import { email } from './support.js';

type Equal<One, Other> =
  (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;

/** Events that are of the connection, or of the SDK alone. */
type Untold =
  | 'EventAssigned'
  | 'EventCurrentAgentStatus'
  | 'EventForcedAgentStateChange'
  | 'EventForcedDisconnect'
  | 'EventInvite'
  | 'EventRouteUsed'
  | 'EventServerDraining'
  | 'EventUserEvent'
  | 'EventSubscriptionEnded'
  | 'EventWorkbinContentChanged';

export const sameEvents: Equal<
  Exclude<(ReportingEvent | ServerEvent | StateEvent)['event'], 'EventStateBegins'>,
  Exclude<EventName, Untold>
> = true;

/** All properties there are: the compiler misses one that is left out, or is too much. */
const properties: Readonly<Record<keyof Interaction, 'always' | 'sometimes'>> = {
  InteractionId: 'always',
  InteractionVersion: 'always',
  InteractionState: 'always',
  Queue: 'always',
  TenantId: 'always',
  Priority: 'always',
  IsOnline: 'always',
  IsHeld: 'always',
  IsLocked: 'always',
  SubmitSeq: 'always',
  PlaceInQueueSeq: 'sometimes',
  MediaType: 'sometimes',
  InteractionType: 'sometimes',
  InteractionSubtype: 'sometimes',
  ExternalId: 'sometimes',
  ParentId: 'sometimes',
  ServiceObjective: 'sometimes',
  SubmittedBy: 'sometimes',
  Workbin: 'sometimes',
  WorkbinAgentId: 'sometimes',
  WorkbinAgentGroupId: 'sometimes',
  WorkbinPlaceId: 'sometimes',
  WorkbinPlaceGroupId: 'sometimes',
  AssignedTo: 'sometimes',
  InQueues: 'sometimes',
  OutQueues: 'sometimes',
  UserData: 'sometimes',
  ReceivedAt: 'sometimes',
  SubmittedAt: 'sometimes',
  PlacedInQueueAt: 'sometimes',
  MovedToQueueAt: 'sometimes',
  HeldAt: 'sometimes',
  HoldUntil: 'sometimes',
  DeliveredAt: 'sometimes',
  SubmittedToRouterAt: 'sometimes',
  AbandonedAt: 'sometimes',
  AssignedAt: 'sometimes',
  CompletedAt: 'sometimes',
};

t.test('the names of numbers are those of the server', async (t) => {
  t.same(InteractionState, records.InteractionState);
  const { server: _, ...actors } = server.ActorType;
  t.same(ActorType, actors);
  t.same([0, 1, 2, 3, 4].map(interactionStateName), [
    'queued',
    'cached',
    'routed',
    'handled',
    undefined,
  ]);
  t.strictSame(VisibilityMode, invitation.VisibilityMode);
  for (const [name, number] of Object.entries(server.PartyOperation)) {
    t.equal(PartyOperation[name as keyof typeof PartyOperation], number, name);
  }
});

t.test('an interaction has the properties of its type', async (t) => {
  const media = await connectReal(t, addressOf(await startReal(t)));
  const agent = await media.addClient({ clientName: 'agent', clientType: 'AgentApplication' });
  const { interactionId } = await media.submit({
    ...email,
    interactionSubtype: 'New',
    externalId: 'E',
    parentId: 'P',
    serviceObjective: 5,
    inQueues: { a: '' },
    outQueues: { b: 1 },
    userData: { Subject: 'x', nested: { yes: true } },
    hold: true,
  });
  await agent.pullById(interactionId, { ignoreHold: true });
  await agent.placeInQueue(interactionId, 'archive');
  await media.hold(interactionId, { until: Date.now() + 600_000 });
  const read = await media.getProperties(interactionId);
  for (const name of Object.keys(read)) t.ok(Object.hasOwn(properties, name), `${name} is typed`);
  for (const [name, when] of Object.entries(properties)) {
    if (when === 'always') t.ok(Object.hasOwn(read, name), `${name} is always there`);
  }
  t.equal(read.InteractionState, InteractionState.queued);

  const lists = await Promise.all([0, 1].map((partition) => media.listInteractions({ partition })));
  const found = lists.flatMap(({ interactions }) => interactions);
  t.same(found, [read], 'a list is of the same');
  t.equal(lists[0]?.interactions, lists[0]?.interactions, 'unpacked once');
  t.equal(lists[1]?.partitions, 2);
});
