/** The requests about snapshots; the desk answers them. */
import {
  boolean,
  bytes,
  identifier,
  integer,
  keyValues,
  name,
  required,
  string,
} from './attribute.js';
import { limits } from '../limits.js';
import type { DeskRow } from './message.js';

const ofClient = [{ kind: 'agent' }] as const;

export const snapshotId = required(
  integer('Of a snapshot of this client, as EventSnapshotTaken told it.', 1, 4_294_967_295),
);

const reason = {
  ReasonSystemName: name('Why: a name for programs.'),
  ReasonDescription: string('Why: a text for people.'),
};
const extension = keyValues('Free data, repeated in the events that the request causes.');

/** Of an act on all that a snapshot has. */
const actOnAll = {
  SnapshotId: snapshotId,
  RequestKey: bytes(
    '16 bytes chosen for this request alone: repeated while the snapshot is there it gets the same answer, and is not done again.',
    16,
  ),
  ...reason,
  ReasonSystemName: required(reason.ReasonSystemName),
  Extension: extension,
};

/** The rows as they are written, for tables and types made from them. */
export const snapshotRequests = [
  {
    number: 118,
    name: 'RequestTakeSnapshot',
    routes: ofClient,
    answers: ['EventSnapshotTaken'],
    does: 'browses',
    about:
      'Notes which interactions a condition means now, in an order, for reading them page by page. All are looked at and counted, in pieces between the work of others; of more than the snapshot may have the first are noted. It lasts until it is released, has not been used for an hour, or its client is gone; one that is back within reconnect-timeout has it still. What moves to another partition while it is taken may be missed. The route key is empty or the AgentId.',
    attributes: {
      Condition: string('Which ones, see Conditions; absent or empty: all.', limits.conditionBytes),
      Order: string(
        'Which comes first, as `Priority DESC, ReceivedAt`, which is what absent means; among equals the lesser InteractionId.',
        limits.conditionBytes,
      ),
      CheckInteractionsState: boolean(
        'True, or absent: only what waits in a queue, on hold or not; what somebody has taken or placed since then is left out of the pages. False: whatever its state.',
      ),
      SnapshotMaxInteractions: integer(
        'Interactions of this snapshot; absent: the option max-interactions-per-snapshot.',
        1,
        limits.interactionsPerSnapshot,
      ),
      SnapshotId: integer(
        'Take this snapshot of the client anew, under its number: what it was is released first.',
        1,
        4_294_967_295,
      ),
      TenantId: integer('Only those of this tenant.', 0, 2_147_483_647),
      Lock: boolean(
        'True: lock all that is noted, see RequestLockInteraction; what cannot be locked is left out. Not with CheckInteractionsState = false.',
      ),
    },
  },
  {
    number: 120,
    name: 'RequestGetSnapshotInteractions',
    routes: ofClient,
    answers: ['EventSnapshotInteractions'],
    does: 'browses',
    about:
      'Reads a page of a snapshot: the interactions as they are now, with their attached data, in the order in which they were noted. The route key is empty or the AgentId.',
    attributes: {
      SnapshotId: snapshotId,
      StartFrom: integer(
        'Where the page begins, counted from 1; absent: 1.',
        1,
        Number.MAX_SAFE_INTEGER,
      ),
      NumberOfInteractions: integer(
        'How many of the snapshot the page is about; absent: as many as there may be.',
        1,
        limits.interactionsPerPage,
      ),
    },
  },
  {
    number: 124,
    name: 'RequestReleaseSnapshot',
    routes: ofClient,
    answers: ['EventAck'],
    does: 'browses',
    about:
      'Ends a snapshot, and frees what it has locked: acknowledged when that is on disk. The route key is empty or the AgentId.',
    attributes: { SnapshotId: snapshotId },
  },
  {
    number: 122,
    name: 'RequestLockInteraction',
    routes: ofClient,
    answers: ['EventAck'],
    does: 'locks',
    about:
      'Locks an interaction of a snapshot, which waits: from then on no pull from its queue takes it, and of requests about it only those of this client and of media servers are executed; others are told who has locked it (1122). The lock ends when it is freed, taken, placed or ended, and with its snapshot. The route key is empty or the AgentId.',
    attributes: {
      InteractionId: required(identifier('Which.')),
      SnapshotId: snapshotId,
      ...reason,
      Extension: extension,
    },
  },
  {
    number: 123,
    name: 'RequestUnlockInteraction',
    routes: ofClient,
    answers: ['EventAck'],
    does: 'locks',
    about:
      'Frees an interaction that the snapshot has locked: it can be pulled again, in its place. The route key is empty or the AgentId.',
    attributes: {
      InteractionId: required(identifier('Which.')),
      SnapshotId: snapshotId,
      ...reason,
      Extension: extension,
    },
  },
  {
    number: 1150,
    name: 'RequestMoveInteractions',
    routes: ofClient,
    answers: ['EventInteractionsMoved'],
    does: 'supervises',
    about:
      'Places all that a snapshot has in a queue. What is not as it was when the snapshot was taken, and what others have locked, stays where it is and is told of; the others are placed. More than 1,000 only for the role admin. The answer comes when all of it is on disk; the act has a number in the audit log. The route key is empty or the AgentId.',
    attributes: { ...actOnAll, Queue: required(name('Which queue.')) },
  },
  {
    number: 1152,
    name: 'RequestStopInteractions',
    routes: ofClient,
    answers: ['EventInteractionsStopped'],
    does: 'supervises',
    about:
      'Ends all that a snapshot has, in the same way; it can be restored for a time, by the number of the act (RequestRestoreInteractions). The route key is empty or the AgentId.',
    attributes: { ...actOnAll },
  },
] as const satisfies readonly DeskRow[];
