/**
 * Frames as requests of the partition: which one is under way, for the note of a crash, and what is
 * told of one that failed.
 */
import type { ActorRef } from '../actor/index.js';
import { IxionError } from '../errors.js';
import type { FrontMessage, PartitionArguments, SessionInfo } from '../mail/partition.js';
import { answerOfException, isOfOneRequest } from '../partition/refuse.js';
import type { Partition } from '../partition/partition.js';
import type { Asker, Operation } from '../partition/request.js';
import { FrameFlag } from '../protocol/frame-layout.js';
import { readHeader } from '../protocol/frame.js';
import { decodeOperation, digestOfRequest } from './decode.js';
import { withFaults } from './fault-injection.js';
import type { ForwardedFrame } from './forward.js';
import type { Survivors } from './survivors.js';

export class Incoming {
  readonly #argument: PartitionArguments;
  readonly #survivors: Survivors;
  readonly #front: ActorRef<FrontMessage>;
  /** The frame under way and whose it is. */
  #frame: Uint8Array | undefined;
  #session = 0;

  constructor(argument: PartitionArguments, survivors: Survivors, front: ActorRef<FrontMessage>) {
    this.#argument = argument;
    this.#survivors = survivors;
    this.#front = front;
  }

  /**
   * Has the partition execute a frame.
   * @param from the partition that has passed it on
   */
  execute(
    partition: Partition,
    session: SessionInfo,
    frame: Uint8Array,
    from?: ForwardedFrame,
  ): void {
    const header = readHeader(frame, 0);
    const { reference, proxyClient, flags } = header;
    let operation: Operation;
    let digest: number;
    this.#frame = frame;
    this.#session = session.number;
    try {
      this.#survivors.crashes.check(session.number, frame);
      operation = decodeOperation(frame, header);
      digest = digestOfRequest(frame, header, operation);
      if (this.#argument.faultInjection) operation = withFaults(operation);
    } catch (error) {
      this.#frame = undefined;
      return this.#refuse(partition, { session, reference, proxyClient }, frame, error);
    }
    const retried = (flags & FrameFlag.retry) !== 0;
    // Name by name: a spread made every request live until the next full collection.
    const request = { session, reference, proxyClient, operation, retried, frame, digest, hops: 0 };
    if (from === undefined) partition.request(request);
    else {
      const { hops, past, delayedMs, waitLeftMs, waitedFor } = from;
      const passedOn = { ...request, hops, past, delayedMs };
      partition.peer({ type: 'forward', request: passedOn, waitLeftMs, waitedFor });
    }
    this.#frame = undefined;
  }

  /** Commits what a mail has asked for, which nothing else is blamed for. */
  commitAlone(partition: Partition, frame: Uint8Array | undefined): void {
    this.#survivors.crashes.tookAlone();
    this.#frame = frame;
    partition.commit();
    this.#frame = undefined;
  }

  /** The actor has crashed at what is under way. */
  blame({ core: { serving } }: Partition): void {
    this.#survivors.crashes.blame(serving, this.#session, this.#frame);
  }

  /** Tells the front that a request failed by an exception. */
  failed(session: number, frame: Uint8Array | undefined, { message, stack }: Error): void {
    const { partition } = this.#argument;
    const request = frame === undefined ? 0 : readHeader(frame, 0).message;
    const error = { message, stack };
    this.#front.tell({ type: 'request-failed', partition, session, request, error });
  }

  /**
   * A request that could not be understood; an exception is not a reason to crash, see `Partition`.
   */
  #refuse(partition: Partition, to: Asker, frame: Uint8Array, error: unknown): void {
    if (error instanceof IxionError) return partition.refuse(to, error);
    this.#frame = frame;
    if (!isOfOneRequest(error)) throw error;
    this.#frame = undefined;
    partition.refuse(to, new IxionError('Internal', answerOfException.detail));
    this.failed(to.session.number, frame, error);
  }
}
