/** How the runtime makes, replaces and ends the actor of a partition. */
import type { ActorContext, Behaviour } from '../actor/index.js';
import { IxionError } from '../errors.js';
import type { PeerMessage } from '../partition/peer.js';
import type { Asker } from '../partition/request.js';
import { readHeader } from '../protocol/frame.js';
import { openPartitionStore } from '../store/format.js';
import { endBackup } from './backup.js';
import { PartitionDisk } from './disk.js';
import { type DiskReport, diskReportsName } from '../mail/disk-reports.js';
import {
  listenerActorName,
  storeFullCode,
  storeRefusedCode,
  type PartitionArguments,
  type PartitionMessage,
  type SessionInfo,
} from '../mail/partition.js';
import { Answers } from './answers.js';
import { PartitionActor } from './actor.js';
import type { ForwardedFrame } from './forward.js';
import {
  forgetSession,
  keep,
  keptOf,
  noteSession,
  type Kept,
  type OpenedPartition,
} from './survivors.js';

type PartitionBehaviour = Behaviour<PartitionArguments, PartitionMessage>;

/** Opens the store of a partition. @throws with a code of `lib/mail/partition` when it may not be */
export type OpenStore = (
  argument: PartitionArguments,
  context: ActorContext<PartitionMessage>,
) => Promise<OpenedPartition>;

/** Actors of partitions over stores that `open` opens. */
export const partitionBehaviourOver = (open: OpenStore): PartitionBehaviour => ({
  async start(argument, context) {
    let kept = keptOf(context);
    if (kept === undefined) kept = keep(context, await open(argument, context));
    else await kept.store.settle();
    // The crash may have been a read of the failed environment, before the failure was known.
    if (kept.store.isFenced) throw new IxionError('UnknownOutcome');
    return new PartitionActor(argument, context, kept);
  },

  unavailable(envelope, context) {
    const kept = keptOf(context);
    if (kept === undefined) return;
    if (envelope.kind === 'message') return noteMessage(envelope.message, kept, context);
    const info = kept.sessions.get(envelope.tag);
    if (info !== undefined) answerUnavailable(context, info, envelope.bytes);
  },

  async release(context) {
    const kept = keptOf(context);
    if (kept === undefined) return;
    endBackup(kept);
    kept.disk.stop();
    await kept.store.close();
  },
});

const openInDirectory: OpenStore = async (argument, context) => {
  const { partition, partitions, storeId, timeline } = argument;
  const identity = { storeId, partition, partitions };
  const create = argument.create ? identity : undefined;
  const { clock } = context;
  const reports = context.resolve<DiskReport>(diskReportsName);
  const opened = await openPartitionStore(argument.directory, {
    clock,
    create,
    identity,
    timeline,
    reserves: argument.diskReserves,
    // Without credit the report is lost: there are enough of them then.
    slow: (waitedMs, ended) =>
      void reports.tell({ type: 'slow-commit', partition, waitedMs, ended }),
  });
  if ('store' in opened) {
    const { store, medium, format } = opened;
    const disk = new PartitionDisk(medium, partition, reports, clock);
    return { store, medium, disk, history: format };
  }
  const error = new Error(`${opened.detail} ${opened.remedy}`);
  const code = opened.problem === 'full' ? storeFullCode : storeRefusedCode;
  throw Object.assign(error, { code });
};

/** Actors of partitions over the product's stores. */
export const partitionBehaviour = partitionBehaviourOver(openInDirectory);

/** What an instance that is not there must not miss: sessions, readers, requests passed on. */
function noteMessage(
  message: PartitionMessage,
  kept: Kept,
  context: ActorContext<PartitionMessage>,
): void {
  switch (message.type) {
    case 'session-opened':
      noteSession(kept, message.info);
      return;
    case 'session-ending':
      kept.ending.add(message.session);
      return;
    case 'session-closed': {
      const info = forgetSession(kept, message.session);
      if (info !== undefined && message.release) kept.lasting.releasing.add(info.sessionKey);
      return;
    }
    case 'unsubscribe':
      kept.readers.delete(message.target, message.reader);
      return;
    case 'unsubscribe-all':
      kept.readers.deleteAll(message.target);
      return;
    case 'event-credit':
      kept.readers.giveCredits(message.target, message.credits);
      return;
    case 'peer': {
      // A message of a hand-off is sent again by its sender; a request is not.
      const peer = message.message as ForwardedFrame | PeerMessage;
      if (peer.type !== 'forwarded-frame') return;
      return answerUnavailable(context, peer.session, peer.frame);
    }
    default:
  }
}

function answerUnavailable(
  context: ActorContext<PartitionMessage>,
  session: SessionInfo,
  frame: Uint8Array,
): void {
  const { reference, proxyClient } = readHeader(frame, 0);
  const to: Asker = { session, reference, proxyClient };
  const detail = 'its partition is being rebuilt; the request was not executed';
  const answers = new Answers(context.resolve(listenerActorName), context.lane);
  answers.send([{ to, answer: { kind: 'error', error: 'Unavailable', detail } }]);
}
