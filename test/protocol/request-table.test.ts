/**
 * What holds a request together: its row, its permission, its line in a registry. Most of it is
 * held by the compiler: `fits` compiles only with the truth.
 */
import t, { type Test } from 'tap';
import type { FrontRequests } from '../../lib/front/requests/front-request.js';
import { frontRequests as frontLines } from '../../lib/front/requests/index.js';
import type { Operation } from '../../lib/partition/request.js';
import {
  partitionRequests as lines,
  type PartitionRequests,
} from '../../lib/partition/requests/index.js';
import type { submit } from '../../lib/partition/requests/submit.js';
import { agentRequests } from '../../lib/protocol/agent-requests.js';
import { deliveryRequests } from '../../lib/protocol/delivery-requests.js';
import { supervisorRequests } from '../../lib/protocol/supervisor-requests.js';
import { workbinRequests } from '../../lib/protocol/workbin-requests.js';
import { doings, type Doing } from '../../lib/protocol/doing.js';
import { frontRequests } from '../../lib/protocol/front-requests.js';
import { directRequests } from '../../lib/protocol/direct-messages.js';
import { snapshotRequests } from '../../lib/protocol/snapshot-requests.js';
import type { FrontRow, PartitionRow } from '../../lib/protocol/message.js';
import { partitionRequests } from '../../lib/protocol/partition-requests.js';
import type { AttributesOf } from '../../lib/protocol/registry.js';
import { requests } from '../../lib/protocol/requests.js';
import type { changeAttributes } from '../../lib/protocol/shared-attributes.js';
import type { PermissionTable } from '../../lib/security/permissions.js';

t.test('who answers a request, what it does and how it is routed agree', async (t) => {
  const all = [
    partitionRequests,
    agentRequests,
    deliveryRequests,
    supervisorRequests,
    snapshotRequests,
    directRequests,
    workbinRequests,
    frontRequests,
  ];
  t.equal(requests.length, all.flat().length);
  for (const { name, does, routes, changes } of requests) {
    const kinds = routes.map(({ kind }) => (kind === 'none' || kind === 'agent' ? kind : 'id'));
    const by = { none: 'front', agent: 'desk', id: 'partition' } as const;
    t.strictSame([...new Set(kinds.map((kind) => by[kind]))], [doings[does].by], name);
    t.equal(changes, doings[does].changes, name);
  }
  const used = new Set<Doing>(requests.map(({ does }) => does));
  t.strictSame([...used].sort(), Object.keys(doings).sort(), 'nothing is there that nobody does');
});

t.test('rows that partitions call by one name do the same', async (t) => {
  for (const { name, does, operation } of partitionRequests) {
    t.equal(lines[operation].does, does, name);
  }
});

/** Has no client yet, and so a way of its own. */
const registration = 'RequestRegisterClient';

/**
 * Whether a value of the one type may stand where the other is wanted: says so,
 * or does not compile.
 */
function fits<Value, Wanted>(
  t: Test,
  what: string,
  does: [Value] extends [Wanted] ? true : false,
): void {
  t.type(does, 'boolean', what);
}

/** A row that reads, with something else about it. */
type ReadingRow<Other> = Omit<PartitionRow & { does: 'reads'; attributes: object }, keyof Other> &
  Other;
type ById = readonly [{ readonly kind: 'id'; readonly attribute: 'InteractionId' }];
type Nowhere = readonly [{ readonly kind: 'none' }];

t.test('a row says how it is routed, what it does and, if it changes something, why', async (t) => {
  fits<ReadingRow<{ routes: ById }>, PartitionRow>(t, 'it reads', true);
  fits<ReadingRow<{ routes: Nowhere }>, PartitionRow>(t, 'a partition is found by a route', false);
  type Changing = { does: 'changes'; routes: ById };
  fits<ReadingRow<Changing>, PartitionRow>(t, 'a change has what every change may carry', false);
  type Keyed = Changing & { attributes: typeof changeAttributes };
  fits<ReadingRow<Keyed>, PartitionRow>(t, 'a change', true);
  fits<FrontRow & { does: 'looks' }, FrontRow>(t, 'it looks', true);
  fits<Omit<FrontRow, 'does'> & { does: 'changes' }, FrontRow>(t, 'not by the front', false);
  fits<Omit<FrontRow, 'does'>, FrontRow>(t, 'every row says what it does', false);
  fits<Omit<PartitionRow, 'operation'>, PartitionRow>(t, 'and what partitions call it', false);
});

/** The lines of partitions with another one. */
type With<Other> = Omit<PartitionRequests, keyof Other> & Other;

t.test('a row of partitions without its line, or with another one, does not compile', async (t) => {
  const operations = new Set(partitionRequests.map(({ operation }) => operation));
  t.strictSame(Object.keys(lines).sort(), [...operations].sort(), 'no line is there for nothing');
  fits<With<{ pull: PartitionRequests['pull'] }>, PartitionRequests>(t, 'all of them', true);
  fits<Omit<PartitionRequests, 'resume'>, PartitionRequests>(t, 'without one', false);
  type Resume = PartitionRequests['resume'];
  type Contradicting = { resume: { does: 'reads'; execute: Resume['execute'] } };
  fits<With<Contradicting>, PartitionRequests>(t, 'that does something else', false);
  type Mistaken = { pull: { does: 'takes'; execute: typeof submit } };
  fits<With<Mistaken>, PartitionRequests>(t, 'that takes other attributes', false);
});

t.test('a row of the front without its line, or with another one, does not compile', async (t) => {
  const names = frontRequests.map(({ name }) => name).filter((name) => name !== registration);
  t.strictSame(Object.keys(frontLines).sort(), names.sort(), 'no line is there for nothing');
  type Listing = FrontRequests['RequestListClients'];
  type Ping = FrontRequests['RequestPing'];
  type Others = Omit<FrontRequests, 'RequestPing'>;
  fits<Others & { RequestPing: Ping }, FrontRequests>(t, 'all of them', true);
  fits<Others, FrontRequests>(t, 'without one', false);
  fits<Omit<Ping, 'does'> & { does: 'asks' }, Ping>(t, 'that does something else', false);
  fits<Omit<Ping, 'open'> & { open: Listing['open'] }, Ping>(t, 'that reads attributes', false);
});

t.test('the attributes of an operation are those of its rows', async (t) => {
  type Attributes<Kind extends Operation['kind']> = Operation<Kind>['attributes'];
  fits<{ ViewId: string; Count: number }, Attributes<'pull'>>(t, 'a pull', true);
  fits<{ ViewId: string; Count: string }, Attributes<'pull'>>(t, 'its count is a number', false);
  fits<{ Count: number }, Attributes<'pull'>>(t, 'its view has to be there', false);
  type Submit = { Queue: string; MediaType: string; InteractionType: string };
  fits<Submit, Attributes<'submit'>>(t, 'a submit', true);
  fits<Omit<Submit, 'MediaType'>, Attributes<'submit'>>(t, 'its medium has to be there', false);
  fits<AttributesOf<'RequestSubmit'>, Attributes<'submit'>>(t, 'what is decoded', true);
  fits<AttributesOf<'RequestImportInteraction'>, Attributes<'submit'>>(t, 'an import, too', true);
  fits<AttributesOf<'RequestHold'>, Attributes<'resume'>>(t, 'more than it has', true);
  fits<AttributesOf<'RequestHold'>, Attributes<'place'>>(t, 'less than it needs', false);
});

t.test(
  'a request without permission, or with one beyond what it does, does not compile',
  async (t) => {
    fits<PermissionTable, PermissionTable>(t, 'all of them', true);
    fits<Omit<PermissionTable, 'RequestHold'>, PermissionTable>(t, 'without one', false);
    type Hold = PermissionTable['RequestHold'];
    fits<['media', 'agent'], Hold>(t, 'who changes', true);
    fits<['reporting'], Hold>(t, 'who only reads', false);
  },
);
