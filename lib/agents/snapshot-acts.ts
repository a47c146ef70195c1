/** RequestMoveInteractions, RequestStopInteractions: acts on all that a snapshot has. */
import { IxionError } from '../errors.js';
import { limits } from '../limits.js';
import type { AttributesOf } from '../protocol/registry.js';
import { inBulk } from './bulk.js';
import type { Client } from './client.js';
import type { Handler } from './handler.js';
import type { DeskParts } from './parts.js';
import { seesQueue } from './scope.js';
import { Supervising } from './supervise.js';

type ActBody = Omit<AttributesOf<'RequestMoveInteractions'>, 'Queue'> & {
  readonly Queue?: string;
};

export const moveInteractions: Handler<'RequestMoveInteractions'> = async (
  parts,
  client,
  body,
  asker,
) => {
  const answer = await actOnAll(parts, client, body, 'requeue');
  parts.frames.answer(client.info.session, asker, 'EventInteractionsMoved', answer);
};

export const stopInteractions: Handler<'RequestStopInteractions'> = async (
  parts,
  client,
  body,
  asker,
) => {
  const answer = await actOnAll(parts, client, body, 'stop');
  parts.frames.answer(client.info.session, asker, 'EventInteractionsStopped', answer);
};

/** One act at a time on a snapshot; the same request again gets the same answer. */
async function actOnAll(
  parts: DeskParts,
  client: Client,
  body: ActBody,
  act: 'requeue' | 'stop',
): Promise<Readonly<Record<string, unknown>>> {
  const { SnapshotId: number, RequestKey: key, Queue: queue } = body;
  const snapshot = parts.snapshots.find(client, number);
  const scope = await parts.scopes.of(client);
  if (queue !== undefined && !seesQueue(scope, queue)) {
    throw new IxionError('UnknownQueue', `no queue is called "${queue}"`);
  }
  return snapshot.once(key, async () => {
    const { entries, of } = snapshot;
    if (entries.length === 0) throw new IxionError('NotInSnapshot', 'the snapshot is empty');
    const byId = new Map(entries.map((entry) => [entry.id, entry]));
    const bulk = { ...body, Preview: undefined, Operation: undefined, Total: undefined };
    const event = act === 'stop' ? 'snapshot stopped' : 'snapshot moved';
    const entry = { event, kind: 'interactions', act, queue, snapshot: number } as const;
    const outcome = await inBulk(
      parts,
      client,
      bulk,
      [...byId.keys()],
      entry,
      async (id, operation) => {
        const { partition, assignment } = byId.get(id)!;
        const supervising = new Supervising(parts, client, bulk, { act, operation }, undefined);
        await supervising.within(scope, id, {
          partition,
          assignment: of.isChecked ? assignment : undefined,
        });
        return {};
      },
    );
    const refused = outcome.results.filter(({ error }) => error !== undefined);
    return {
      SnapshotId: number,
      Operation: outcome.Operation,
      Done: outcome.results.length - refused.length,
      Refused: refused.length,
      Interactions: refused.slice(0, limits.interactionsPerPage).map(({ id, error }) => ({
        InteractionId: id,
        ErrorCode: error!.code,
        ErrorDescription: error!.message,
      })),
    };
  });
}
