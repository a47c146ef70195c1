/**
 * A partition: a deterministic machine that turns requests into write sets, and write sets, once
 * they are durable, into answers, events and messages to other partitions.
 *
 * Work comes in turns. `request`, `peer` and `wake` add to the turn under way; `commit` closes it.
 * A few write sets are on their way to the disk at most; `whenReady` says when the next turn may
 * begin, and meanwhile requests gather, so that the batch grows with the load.
 *
 * When a write set does not become durable the partition is broken and must be built anew from its
 * store; see `Flight`.
 */
import { IxionError } from '../errors.js';
import type { Reported } from '../interaction/agent-event.js';
import type { ServerEvent } from '../interaction/event.js';
import type { MappedKey } from '../interaction/mapped-keys.js';
import type { QueueEntry } from '../queue/entry.js';
import type { PartitionDoing } from '../protocol/doing.js';
import { DiskLevel, type DiskAllowance, type Store } from '../store/contract.js';
import { nextDueMs, type May } from './chore.js';
import { Core, newLasting, type PartitionOptions } from './core.js';
import { checkDisk } from './requests/disk.js';
import { execute } from './requests/index.js';
import { Flight } from './flight.js';
import { answerOfError, answerOfFailure, type PartitionOutput } from './output.js';
import { tellOfServer } from './ledger/server-events.js';
import { bytesOfViews, type ViewChanges } from './views/view-table.js';
import type { PartitionTime } from './ledger/partition-time.js';
import type { PeerMessage, Ports } from './peer.js';
import { bytesOf, putObjects, type ObjectChanges } from './rows/objects.js';
import {
  deleteOtherLists,
  putChunk,
  putHead,
  readQueueList,
  unpackQueues,
  type PackedQueueList,
  type QueueList,
} from './rows/queue-list.js';
import { answerOrError, rebuilding, refuseRequest } from './refuse.js';
import { Releases } from './ledger/releases.js';
import { answerAgain } from './requests/repetition.js';
import type { Asker, Request, SessionInfo } from './request.js';
import { serveWaitingPulls } from './requests/pull.js';
import { expirePulls } from './requests/waiting-pulls.js';
import { Turn, turnBytes } from './turn.js';

/** Names of queues that are new, or live elsewhere than before. */
function otherQueues(before: readonly QueueEntry[], now: readonly QueueEntry[]): string[] {
  const places = new Map(before.map(({ number, partition }) => [number, partition]));
  return now
    .filter(({ number, partition }) => places.get(number) !== partition)
    .map(({ name }) => name);
}

/** What is due on a full disk is tried again after so long. */
const fullDiskWakeMs = 250;

export class Partition {
  readonly core: Core;
  readonly #output: PartitionOutput;
  #turn: Turn | undefined;
  /** What the disk lets the turn under way write. */
  #disk: DiskAllowance | undefined;
  readonly #flight: Flight;
  readonly releases: Releases;
  /** Requests that had waited, and are answered with the turn under way. */
  #resumed: Request[] = [];

  constructor(
    options: PartitionOptions,
    store: Store,
    time: PartitionTime,
    ports: Ports,
    output: PartitionOutput,
    appliedSequence: number,
    lasting = newLasting(),
  ) {
    time.resume(store);
    this.core = new Core(options, store, time, ports, lasting);
    this.core.resume = (request) => this.#resume(request);
    this.releases = new Releases(this.core.owners);
    this.#output = output;
    this.#flight = new Flight(this.core, output, this.releases, appliedSequence);
  }

  /** Executes a request in the turn under way. Its answer leaves with the turn, or later. */
  request(request: Request): void {
    const turn = this.#begin();
    const { failure } = this.#flight;
    if (failure !== undefined) return turn.reply(request, answerOfFailure(failure));
    const { mark } = turn;
    turn.asking = request.session;
    try {
      const next = answerAgain(this.core, turn, request);
      if (next !== undefined) execute(this.core, turn, next, this.#disk);
    } catch (error) {
      refuseRequest(turn, request, error, turn.mark !== mark, this.#output);
    }
    turn.asking = undefined;
  }

  /**
   * Executes a request that has waited: what fails then is its affair, not of what ended the wait.
   */
  #resume(request: Request): void {
    const turn = this.#begin();
    const { core } = this;
    const answered = turn.replies.length + turn.departed.length;
    this.#resumed.push(request);
    core.serving = request;
    this.request(request);
    core.serving = undefined;
    // It waits again, or was passed on.
    if (turn.replies.length + turn.departed.length === answered) this.#resumed.pop();
    this.commitIfFull();
  }

  /**
   * Does what the desk asks for, in the turn under way; `done` is told once it is durable.
   * @param work may refuse as a request may
   * @param does says which level of the disk lets it pass
   */
  forDesk<Answer>(
    work: (core: Core, turn: Turn) => Answer,
    done: (answer: Answer | IxionError) => void,
    does: PartitionDoing = 'changes',
  ): void {
    const turn = this.#begin();
    const answer = answerOrError(turn, () => {
      if (this.#flight.failure !== undefined) throw rebuilding();
      if (this.#disk !== undefined) checkDisk(this.#disk, does);
      return work(this.core, turn);
    });
    if (answer instanceof IxionError) return done(answer);
    turn.asks.push((isDurable) => done(isDurable ? answer : rebuilding()));
  }

  /** Refuses a request that could not even be understood, in its turn. */
  refuse(to: Asker, error: IxionError): void {
    this.#begin().reply(to, answerOfError(error));
  }

  /** Handles a message of another partition in the turn under way. */
  peer(message: PeerMessage): void {
    if (message.type === 'forward') return this.#passedOn(message);
    const turn = this.#begin();
    if (!this.#mayWrite()) return; // Whatever it is, its sender says it again.
    this.core.handOff.receive(turn, message);
  }

  #passedOn({ request, waitLeftMs, waitedFor }: PeerMessage & { type: 'forward' }): void {
    if (waitLeftMs === undefined && waitedFor === undefined) return this.request(request);
    const left = waitLeftMs === undefined ? {} : { waitUntilMs: this.#begin().nowMs + waitLeftMs };
    this.request({ ...request, ...left, waitedFor });
  }

  sessionOpened(session: SessionInfo): void {
    this.core.sessionOpened(session);
  }

  /** Answers the waiting pulls of a session with nothing, and lets none wait from now on. */
  sessionEnding(session: number): void {
    expirePulls(this.#begin(), this.core.waitingPulls.endSession(session));
  }

  /** Waiting pulls of the session are dropped; what it owns returns at once or after a time. */
  sessionClosed(session: SessionInfo, release: boolean): void {
    const turn = this.#begin(); // whose end asks to be woken in time
    this.core.waitingPulls.dropSession(session.number);
    this.core.sessionClosed(turn, session, release, this.#mayWrite());
  }

  /** Answers every waiting pull with nothing, and lets none wait any more: the server drains. */
  endWaitingPulls(): void {
    this.core.waitingPulls.isClosed = true;
    expirePulls(this.#begin(), this.core.waitingPulls.takeEverything());
  }

  /**
   * Works by another list of queues; those that are not in it must be empty. `also` are rows of
   * table `object` for the same write set. Resolves when it is durable, with false if it is not:
   * then the list from before counts.
   */
  replaceQueues(
    packed: PackedQueueList,
    also: ObjectChanges = [],
    event?: ServerEvent,
  ): Promise<boolean> {
    const { version, chunks } = packed;
    for (const [index, chunk] of chunks.entries()) {
      putChunk(this.turnFor(chunk.length), version, index, chunk);
    }
    const turn = this.turnFor(bytesOf(also));
    putObjects(turn, also);
    tellOfServer(turn, event);
    putHead(turn, packed);
    deleteOtherLists(turn, version);
    this.#takeQueues(turn, { ...packed, queues: unpackQueues(chunks) });
    return this.durably();
  }

  /** Lets these queues take nothing more, and no others; lasts over a restart of this actor. */
  closeQueues(numbers: readonly number[]): Promise<boolean> {
    const turn = this.#begin();
    const list = { ...readQueueList(turn), closing: [...numbers] };
    putHead(turn, list);
    this.#takeQueues(turn, list);
    return this.durably();
  }

  /** Works by other views from now on; resolves as `replaceQueues`. */
  changeViews(changes: ViewChanges): Promise<boolean> {
    this.core.views.table.change(this.turnFor(bytesOfViews(changes)), changes);
    return this.durably();
  }

  #takeQueues(turn: Turn, list: QueueList): void {
    const { queues, waitingPulls, relocation, partition, views } = this.core;
    const before = queues.list();
    queues.replace(turn, list);
    views.table.queuesChanged(turn);
    views.indexes.queuesChanged(otherQueues(before, queues.list()), turn.nowMs);
    relocation.queuesChanged();
    // Whoever pulls again is sent to where the queue lives now.
    for (const { number } of queues.movedFrom(partition)) {
      expirePulls(turn, waitingPulls.takeAll(number));
      for (const view of waitingPulls.viewsOf(number)) waitingPulls.expire(turn, view);
    }
  }

  /** Changes rows of table `object`, and tells of it; resolves as `replaceQueues`. */
  writeObjects(changes: ObjectChanges, event?: Reported): Promise<boolean> {
    putObjects(this.turnFor(bytesOf(changes)), changes);
    return this.report(event);
  }

  /** Gives these keys of attached data columns, and no others; resolves as `replaceQueues`. */
  async replaceColumns(keys: readonly MappedKey[]): Promise<boolean> {
    const isChanged = this.core.columns.replace(this.turnFor(0), keys);
    return isChanged ? this.durably() : this.#flight.failure === undefined;
  }

  /** Tells what an actor outside of the partitions reports; resolves as `replaceQueues`. */
  report(event: Reported | undefined): Promise<boolean> {
    tellOfServer(this.#begin(), event);
    return this.durably();
  }

  /** Does what time has made due. To be called when `Ports.wakeAt` says so. */
  wake(): void {
    for (const chore of this.core.chores) {
      this.commitIfFull();
      chore.work(this.#begin(), this.#may());
    }
    this.commit();
  }

  /** Closes the turn under way if its write set has no room for another request. */
  commitIfFull(): boolean {
    if (!this.#isFull()) return false;
    this.commit();
    return true;
  }

  #isFull(): boolean {
    const turn = this.#turn;
    if (turn === undefined) return false;
    return turn.weigh() >= turnBytes || turn.size >= (this.#disk?.changes ?? Infinity);
  }

  /**
   * Closes the turn under way: its changes go to the disk, its answers follow them. Pulls that wait
   * for what it made available are served in it, and if they are too many, in turns behind it.
   */
  commit(): void {
    if (this.#turn === undefined) return;
    while (!this.#serveWaitingPulls(this.#begin())) this.#close(this.#begin());
    for (const chore of this.core.lastChores) {
      // A turn of its own where the requests have left no room: else it would never come to pass.
      if (chore.wantsOtherTurn(this.#begin())) this.#close(this.#begin());
      const turn = this.#begin();
      if (turn.nowMs >= chore.dueMs) chore.work(turn, this.#may());
    }
    this.#close(this.#begin());
  }

  #may(): May {
    const write = this.#mayWrite();
    const isCalm = this.#diskLevel === DiskLevel.normal && !this.core.waitingPulls.isClosed;
    return { write, spare: write && isCalm };
  }

  #serveWaitingPulls(turn: Turn): boolean {
    if (this.#diskLevel >= DiskLevel.onlyEnds || !this.#mayWrite()) return true;
    return serveWaitingPulls(this.core, turn, () => this.#isFull());
  }

  #close(turn: Turn): void {
    this.#turn = undefined;
    if (this.#resumed.length > 0) this.#resumed = [];
    if (turn.hasChanges) this.#flight.append(turn);
    else if (turn.hasAnswers) this.#flight.answerBehind(turn);
    this.#schedule(turn);
    this.core.waitingPulls.detach();
  }

  /** Resolves when another turn may begin. Undefined: now. */
  whenReady(): Promise<void> | undefined {
    return this.#flight.whenReady();
  }

  /** Resolves when nothing is on its way to the disk. */
  settled(): Promise<void> {
    return this.#flight.settled();
  }

  /** Closes the turn under way; resolves with whether all so far became durable. */
  async durably(): Promise<boolean> {
    this.commit();
    await this.#flight.settled();
    return this.#flight.failure === undefined;
  }

  /** Whether nothing was done since the last turn was closed. */
  get isBetweenTurns(): boolean {
    return this.#turn === undefined;
  }

  /** Requests that were neither executed nor answered, of which the mail tells nothing any more. */
  takeUnanswered(): Request[] {
    const pulls = this.core.waitingPulls.takeEverything().map(({ request }) => request);
    const resumed = this.#resumed.splice(0);
    return [...pulls, ...resumed, ...this.core.waiting.takeEverything()];
  }

  /** The turn under way, or a new one if so many bytes do not fit into it. */
  turnFor(bytes: number): Turn {
    if (this.#begin().weigh() + bytes > turnBytes) this.commit();
    return this.#begin();
  }

  #begin(): Turn {
    if (this.#turn === undefined) {
      const { store, time } = this.core;
      time.look();
      const nowMs = time.nowMs();
      this.#turn = new Turn(store, nowMs, time.wallMs, time.orderMs(nowMs));
      this.#disk = this.core.ports.disk?.();
      this.core.queues.begin(this.#turn);
    }
    return this.#turn;
  }

  get #diskLevel(): DiskLevel {
    return this.#disk?.level ?? DiskLevel.normal;
  }

  /**
   * Whether there is room for what is due, and the state in memory is that of the disk. A broken
   * partition begins nothing: what it holds to be so was perhaps undone.
   */
  #mayWrite(): boolean {
    return this.#diskLevel !== DiskLevel.nothing && this.#flight.failure === undefined;
  }

  /** Asks to be woken when the next thing is due. */
  #schedule(turn: Turn): void {
    const { core } = this;
    core.deadlines.noteThoseOf(turn);
    const next = nextDueMs(core.allChores);
    if (!Number.isFinite(next)) return;
    const soonest = this.#diskLevel === DiskLevel.nothing ? turn.nowMs + fullDiskWakeMs : next;
    core.ports.wakeAt(core.time.toMonotonicMs(Math.max(next, soonest)));
  }
}
