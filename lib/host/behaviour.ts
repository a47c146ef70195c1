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
  frontActorName,
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
  survivorsOf,
  noteAgent,
  noteSession,
  type Survivors,
  type OpenedPartition,
} from './survivors.js';

type PartitionBehaviour = Behaviour<PartitionArguments, PartitionMessage>;

/**
 * Opens the store of a partition. @throws with a code of `lib/mail/partition` when it may not be
 */
export type OpenStore = (
  argument: PartitionArguments,
  context: ActorContext<PartitionMessage>,
) => Promise<OpenedPartition>;

/** Actors of partitions over stores that `open` opens. */
export const partitionBehaviourOver = (open: OpenStore): PartitionBehaviour => ({
  async start(argument, context) {
    let survivors = survivorsOf(context);
    if (survivors === undefined) survivors = keep(context, await open(argument, context));
    else await survivors.store.settle();
    // The crash may have been a read of the failed environment, before the failure was known.
    if (survivors.store.isFenced) throw new IxionError('UnknownOutcome');
    return new PartitionActor(argument, context, survivors);
  },

  unavailable(envelope, context) {
    const survivors = survivorsOf(context);
    if (survivors === undefined) return;
    if (envelope.kind === 'message') return noteMessage(envelope.message, survivors, context);
    const info = survivors.sessions.get(envelope.tag);
    if (info !== undefined) answerUnavailable(context, info, envelope.bytes);
  },

  async release(context) {
    const survivors = survivorsOf(context);
    if (survivors === undefined) return;
    endBackup(survivors);
    survivors.disk.stop();
    await survivors.store.close();
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
  survivors: Survivors,
  context: ActorContext<PartitionMessage>,
): void {
  switch (message.type) {
    case 'session-opened':
      noteSession(survivors, message.info);
      return;
    case 'session-agent':
      noteAgent(survivors, message.session, message.agent);
      return;
    case 'session-ending':
      survivors.ending.add(message.session);
      return;
    case 'session-closed': {
      const info = forgetSession(survivors, message.session);
      if (info !== undefined && message.release) survivors.lasting.releasing.add(info.sessionKey);
      return;
    }
    case 'unsubscribe':
      survivors.readers.delete(message.target, message.reader);
      return;
    case 'unsubscribe-all':
      survivors.readers.deleteAll(message.target);
      return;
    case 'event-credit':
      survivors.readers.giveCredits(message.target, message.credits);
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
  const answers = new Answers(context.resolve(frontActorName), context.lane);
  answers.send([{ to, answer: { kind: 'error', error: 'Unavailable', detail } }]);
}
