/** Requests about snapshots, but for acts on all that one has. */
import { IxionError } from '../errors.js';
import { limits } from '../limits.js';
import { Packed } from '../protocol/encode.js';
import type { Client } from './client.js';
import type { Handler, Why } from './handler.js';
import type { DeskParts } from './parts.js';
import { whyOf } from './supervise.js';

/** What agents have laid aside is for them, and for who watches over them. */
const seesWorkbins = ({ info: { role } }: Client): boolean =>
  role === 'admin' || role === 'supervisor' || role === 'reporting';

export const takeSnapshot: Handler<'RequestTakeSnapshot'> = async (parts, client, body, asker) => {
  const { Condition = '', Order, CheckInteractionsState, TenantId, SnapshotId, Lock } = body;
  if (Lock === true && CheckInteractionsState === false) {
    const detail = 'Lock: only what waits is locked, so CheckInteractionsState is not false';
    throw new IxionError('WrongAttributeType', detail);
  }
  const { tenants } = client.info;
  const isSeen = TenantId !== undefined && tenants?.includes(TenantId) !== false;
  if (isSeen) await parts.tenants.check(TenantId);
  const scope = await parts.scopes.of(client);
  const snapshot = await parts.snapshots.take(client, {
    condition: Condition,
    order: Order,
    isChecked: CheckInteractionsState !== false,
    most: body.SnapshotMaxInteractions ?? parts.directory.options.snapshotMost,
    tenantId: TenantId,
    number: SnapshotId,
    locks: Lock === true,
    withWorkbins: seesWorkbins(client),
    inQueues: scope?.queues && [...scope.queues],
    ofAgents: scope?.agents && [...scope.agents],
  });
  parts.frames.answer(client.info.session, asker, 'EventSnapshotTaken', {
    SnapshotId: snapshot.number,
    NumberOfInteractions: snapshot.entries.length,
    Total: snapshot.content.total,
    Truncated: snapshot.isTruncated,
    NotLocked: Lock === true ? snapshot.content.notLocked : undefined,
  });
};

export const getSnapshotInteractions: Handler<'RequestGetSnapshotInteractions'> = async (
  parts,
  client,
  body,
  asker,
) => {
  const { SnapshotId, StartFrom = 1, NumberOfInteractions = limits.interactionsPerPage } = body;
  const { snapshots, frames } = parts;
  const page = await snapshots.page(client, SnapshotId, StartFrom - 1, NumberOfInteractions);
  const { interactions, count, snapshot } = page;
  const next = StartFrom + count;
  frames.answer(client.info.session, asker, 'EventSnapshotInteractions', {
    SnapshotId,
    StartFrom,
    NumberOfInteractions: snapshot.entries.length,
    Interactions: interactions.map((one) => new Packed(one)),
    LeftOut: count - interactions.length,
    Next: next <= snapshot.entries.length ? next : undefined,
  });
};

export const releaseSnapshot: Handler<'RequestReleaseSnapshot'> = async (
  { snapshots, frames },
  client,
  { SnapshotId },
  asker,
) => {
  await snapshots.release(client, SnapshotId);
  frames.ack(client.info.session, asker);
};

interface Locking extends Why {
  readonly InteractionId: string;
  readonly SnapshotId: number;
}

async function lock(
  { snapshots }: DeskParts,
  client: Client,
  body: Locking,
  isLocking: boolean,
): Promise<void> {
  const { InteractionId: id, SnapshotId: number } = body;
  await snapshots.lock(client, number, id, isLocking, whyOf(body));
}

export const lockInteraction: Handler<'RequestLockInteraction'> = async (
  parts,
  client,
  body,
  asker,
) => {
  await lock(parts, client, body, true);
  parts.frames.ack(client.info.session, asker);
};

export const unlockInteraction: Handler<'RequestUnlockInteraction'> = async (
  parts,
  client,
  body,
  asker,
) => {
  await lock(parts, client, body, false);
  parts.frames.ack(client.info.session, asker);
};
