/**
 * The arguments of each call of the SDK: their names in camel case, and the attribute
 * that each becomes.
 */
import { objectKinds } from '../interaction/object-kinds.js';
import * as shapes from './shapes.js';

const { attributesOf, record, shapeOf } = shapes;

export const id = shapes.required(shapes.text);
export const queue = shapes.required(shapes.text);

export const options = record(
  shapeOf({
    signal: shapes.signal,
    timeoutMs: shapes.duration,
    fence: shapes.truth,
    reason: record(
      shapeOf(
        attributesOf('RequestStopProcessing', {
          systemName: 'ReasonSystemName',
          description: 'ReasonDescription',
        }),
      ),
    ),
    ...attributesOf('RequestStopProcessing', {
      requestKey: 'RequestKey',
      retryAgeMs: 'RetryAgeMs',
      extension: 'Extension',
    }),
  }),
);

const changeable = {
  externalId: 'ExternalId',
  parentId: 'ParentId',
  priority: 'Priority',
  serviceObjective: 'ServiceObjective',
  isOnline: 'IsOnline',
  inQueues: 'InQueues',
  outQueues: 'OutQueues',
};
const dataChanges = { added: shapes.map, changed: shapes.map, deleted: shapes.texts };

export const workbin = shapes.required(
  record(
    shapeOf(
      attributesOf('RequestPlaceInWorkbin', {
        type: 'WorkbinTypeId',
        agentId: 'WorkbinAgentId',
        groupId: 'WorkbinGroupId',
        placeId: 'WorkbinPlaceId',
        placeGroupId: 'WorkbinPlaceGroupId',
      }),
    ),
  ),
);
export const submission = shapes.required(
  record(
    shapeOf({
      workbin: { ...workbin, required: false },
      ...attributesOf('RequestSubmit', {
        queue: 'Queue',
        mediaType: 'MediaType',
        interactionType: 'InteractionType',
        interactionSubtype: 'InteractionSubtype',
        interactionId: 'InteractionId',
        tenantId: 'TenantId',
        receivedAt: 'ReceivedAt',
        hold: 'Hold',
        holdUntil: 'HoldUntil',
        userData: 'UserData',
        ...changeable,
      }),
    }),
  ),
);
export const changes = shapes.required(
  record(shapeOf({ ...dataChanges, ...attributesOf('RequestChangeProperties', changeable) })),
);
export const placing = record(
  shapeOf({
    ...dataChanges,
    ...attributesOf('RequestPlaceInQueue', { hold: 'Hold', holdUntil: 'HoldUntil' }),
  }),
);
export const report = shapes.required(
  record(
    shapeOf(
      attributesOf('RequestCustomReporting', {
        eventId: 'EventId',
        content: 'EventContent',
        agentId: 'AgentId',
        placeId: 'PlaceId',
        medium: 'MediaTypeName',
      }),
    ),
  ),
);
export const hold = record(shapeOf(attributesOf('RequestHold', { until: 'HoldUntil' })));
export const pull = shapes.required(
  record(
    shapeOf({
      ...attributesOf('RequestPull', { count: 'Count', waitMs: 'WaitTimeoutMs' }),
      queue,
    }),
  ),
);
export const pullById = record(
  shapeOf(attributesOf('RequestPull', { ignoreHold: 'IgnoreHold', waitMs: 'WaitTimeoutMs' })),
);
export const list = shapes.required(
  record(
    shapeOf(
      attributesOf('RequestListInteractions', {
        partition: 'Partition',
        queue: 'Queue',
        after: 'After',
      }),
    ),
  ),
);
export const search = record(
  shapeOf(
    attributesOf('RequestFindInteractions', {
      queue: 'Queue',
      state: 'InteractionState',
      isHeld: 'IsHeld',
      assignedTo: 'AssignedTo',
      externalId: 'ExternalId',
      parentId: 'ParentId',
      contactId: 'ContactId',
      condition: 'Condition',
      tenantId: 'TenantId',
      count: 'Count',
      after: 'After',
    }),
  ),
);
export const snapshot = record(
  shapeOf(
    attributesOf('RequestTakeSnapshot', {
      condition: 'Condition',
      order: 'Order',
      checkState: 'CheckInteractionsState',
      most: 'SnapshotMaxInteractions',
      tenantId: 'TenantId',
      lock: 'Lock',
    }),
  ),
);
export const topics = shapes.required(shapes.texts);
export const topic = shapes.required(shapes.text);
export const message = shapes.required(shapes.map);
export const snapshotPage = record(
  shapeOf(
    attributesOf('RequestGetSnapshotInteractions', {
      start: 'StartFrom',
      count: 'NumberOfInteractions',
    }),
  ),
);
export const login = shapes.required(
  record(
    shapeOf({
      ...attributesOf('RequestAgentLogin', { placeId: 'PlaceId', tenantId: 'TenantId' }),
      agentId: shapes.required(shapes.text),
      media: shapes.map,
    }),
  ),
);
const offer = {
  agentId: 'AgentId',
  placeId: 'PlaceId',
  medium: 'MediaTypeName',
  deliveringTimeoutMs: 'DeliveringTimeoutMs',
  handlingTimeoutMs: 'HandlingTimeoutMs',
};
const holding = { hold: 'Hold', holdUntil: 'HoldUntil' };
const mode = shapes.oneOf('conference', 'monitor', 'coach');
export const target = shapes.required(record(shapeOf(attributesOf('RequestDeliver', offer))));
export const transferTarget = shapes.required(
  record(shapeOf(attributesOf('RequestTransfer', { ...offer, ...holding }))),
);
export const queueTarget = shapes.required(
  record(shapeOf({ ...dataChanges, ...attributesOf('RequestPlaceInQueue', holding), queue })),
);
export const conferenceTarget = shapes.required(
  record(shapeOf({ ...attributesOf('RequestConference', offer), mode })),
);
export const intrusion = shapes.required(
  record(
    shapeOf({
      ...attributesOf('RequestIntrude', { medium: 'MediaTypeName' }),
      mode: shapes.required(mode),
    }),
  ),
);
export const reservation = shapes.required(
  record(
    shapeOf(
      attributesOf('RequestReserveAgent', {
        agentId: 'AgentId',
        placeId: 'PlaceId',
        priority: 'Priority',
        forMs: 'ReservationTimeMs',
      }),
    ),
  ),
);
export const outsideLoad = shapes.required(
  record(
    shapeOf(
      attributesOf('RequestSetOutsideLoad', {
        agentId: 'AgentId',
        medium: 'MediaTypeName',
        count: 'Count',
        leaseSeconds: 'LeaseSeconds',
      }),
    ),
  ),
);
export const supervision = shapes.required(
  record(
    shapeOf({
      ...attributesOf('RequestSuperviseInteractions', {
        act: 'Act',
        agentId: 'AgentId',
        placeId: 'PlaceId',
        queue: 'Queue',
        preview: 'Preview',
      }),
      interactionIds: shapes.required(shapes.texts),
    }),
  ),
);
export const restoring = shapes.required(
  record(
    shapeOf({
      ...attributesOf('RequestRestoreInteractions', {
        operation: 'OfOperation',
        preview: 'Preview',
      }),
      interactionIds: shapes.texts,
    }),
  ),
);
export const forcing = shapes.required(
  record(
    shapeOf({
      ...attributesOf('RequestForceAgentStates', {
        state: 'AgentState',
        medium: 'MediaTypeName',
        preview: 'Preview',
      }),
      agentIds: shapes.required(shapes.texts),
    }),
  ),
);
export const name = shapes.text;
export const client = shapes.required(
  record(
    shapeOf(
      attributesOf('RequestDisconnectClient', { name: 'ClientName', number: 'ClientNumber' }),
    ),
  ),
);
export const events = record(
  shapeOf({
    resumeToken: {
      expected: 'a text, as a stream told it',
      isRight: (value) => typeof value === 'string' || Array.isArray(value),
    },
    fromStart: shapes.truth,
    serverEvents: shapes.truth,
    untilNow: shapes.truth,
    state: shapes.truth,
    tenants: shapes.numbers(0, 2_147_483_647),
    kinds: shapes.someOf(...objectKinds),
    signal: shapes.signal,
  }),
);
export const packed: shapes.Kind = shapes.required({
  expected: 'a Uint8Array',
  isRight: (value) => value instanceof Uint8Array,
});
export const queues = shapes.texts;
export const settings = shapes.required(shapes.map);
const clientTypes = ['MediaServer', 'AgentApplication', 'RoutingEngine', 'ReportingEngine'];
const identityKinds = {
  ...attributesOf('RequestRegisterClient', {
    clientName: 'ClientName',
    clientTypeByRole: 'ClientTypeByRole',
    tenantId: 'TenantId',
    credentials: 'Credentials',
    sessionKey: 'SessionKey',
    submittedBy: 'SubmittedBy',
  }),
  clientType: shapes.required(shapes.oneOf(...clientTypes)),
};
export const identity = shapes.required(record(shapeOf(identityKinds)));
const tls = record(
  shapeOf({
    certificateAuthority: shapes.text,
    certificate: shapes.text,
    key: shapes.text,
    serverName: shapes.text,
  }),
);
const keepAlive: shapes.Kind = {
  expected: 'a number of milliseconds, 100 or more',
  isRight: (value) => typeof value === 'number' && value >= 100 && value <= 86_400_000,
};
const reconnect = record(
  shapeOf({
    minMs: shapes.required(shapes.duration),
    maxMs: shapes.required(shapes.duration),
    giveUpMs: shapes.duration,
  }),
);
export const connection = shapes.required(
  record(
    shapeOf({
      ...identityKinds,
      server: shapes.text,
      requestTimeoutMs: shapes.duration,
      keepAliveMs: shapes.or(0, keepAlive),
      reconnect: shapes.or(false, reconnect),
      signal: shapes.signal,
      tls: shapes.or(true, shapes.or(false, tls)),
      transport: shapes.callback,
    }),
  ),
);
