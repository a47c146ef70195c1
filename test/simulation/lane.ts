/**
 * One client that works on its own queues, one request after the other, and knows what must come
 * out. A request that is not answered is sent again with the same key until it is.
 */
import type { QueueEntry } from '../../lib/queue/entry.js';
import { Unpackr } from 'msgpackr';
import type { Random } from '../../lib/clock.js';
import { homeOf } from '../../lib/interaction/identifier.js';
import { packKeyValues } from '../../lib/interaction/attached-data.js';
import type { Answer, Operation, Request, SessionInfo } from '../../lib/partition/request.js';
import { digestOfOperation } from './digest.js';
import { isForgotten, RepeatedRequests } from './repeated.js';
import type { World } from './world.js';

/** An interaction as the model knows it. `version` counts what was acknowledged. */
interface Known {
  readonly id: string;
  readonly receivedAt: number;
  queue: QueueEntry;
  version: number;
  isHeld: boolean;
  isTaken: boolean;
}

interface Chosen {
  readonly operation: Operation;
  readonly check: (answer: Answer) => void;
  /** Absent: the lane's own. */
  readonly session?: SessionInfo;
  /** It was answered before. */
  readonly isRepeated?: boolean;
}

interface Pending extends Chosen {
  readonly session: SessionInfo;
  readonly reference: number;
  readonly sentMs: number;
  isRetried: boolean;
}

/** How a lane repeats what was answered. */
export interface Habits {
  /** Chance of a request to be a repetition. */
  readonly repeatChance: number;
  /** Chance of a request to begin a row of changes of one interaction. */
  readonly burstChance: number;
}

export class Lane {
  readonly #world: World;
  readonly #random: Random;
  readonly #partitions: number;
  readonly #queues: readonly QueueEntry[];
  readonly #session: SessionInfo;
  /** A media server, which may stop what the lane's own client has. */
  readonly #media: SessionInfo;
  readonly #known: Known[] = [];
  readonly #repeated: RepeatedRequests;
  #habits: Habits = { repeatChance: 0, burstChance: 0 };
  #burst: { readonly known: Known; left: number } | undefined;
  readonly #name: string;
  #pending: Pending | undefined;
  /** There may be copies on their way of the request that was answered last. */
  #wasRetried = false;
  #count = 0;
  #references: () => number;
  #queuesMove = false;
  #pulls = true;
  /** Interactions that are there but no longer known well enough to be compared. */
  #dropped = 0;
  /** What went wrong; empty: nothing. */
  readonly complaints: string[] = [];

  constructor(
    world: World,
    name: string,
    partitions: number,
    queues: readonly QueueEntry[],
    [session, media]: readonly [SessionInfo, SessionInfo],
    references: () => number,
  ) {
    this.#world = world;
    this.#random = world.random;
    this.#name = name;
    this.#partitions = partitions;
    this.#queues = queues;
    this.#session = session;
    this.#media = media;
    this.#references = references;
    this.#repeated = new RepeatedRequests(world.random, (what) => this.#complain(what));
  }

  /** Also repeats requests that were answered. */
  repeat(habits: Habits): void {
    this.#habits = habits;
  }

  /**
   * Queues move: what a pull gets is not foretold while they do. `pulls`: whether there are any; a
   * copy that comes late may take what its client does not know of.
   */
  expectMoves(pulls: boolean): void {
    this.#queuesMove = true;
    this.#pulls = pulls;
  }

  /** Interactions that must be there. */
  get alive(): number {
    return this.#known.length + this.#dropped;
  }

  /** Compares the order of every queue with that of the model. */
  checkOrder(): void {
    if (this.#dropped > 0) return;
    for (const queue of this.#queues) {
      const [got, expected] = [this.#world.orderOf(queue.name), this.#freeIn(queue)];
      const ids = expected.map(({ id }) => id).join();
      if (got.join() !== ids) this.#complain(`order of ${queue.name}: ${got.join()}, not ${ids}`);
    }
  }

  get isWaiting(): boolean {
    return this.#pending !== undefined;
  }

  get reference(): number {
    return this.#pending?.reference ?? 0;
  }

  /** Starts another request. */
  next(): void {
    this.#begin(this.#chooseRepeated() ?? this.#choose());
  }

  #begin(chosen: Chosen): void {
    const reference = this.#references();
    const sentMs = this.#world.clock.nowMs();
    const { session = this.#session, isRepeated: isRetried = false } = chosen;
    this.#pending = { ...chosen, session, reference, sentMs, isRetried };
    this.#send();
  }

  /** Sends what is not answered once more. */
  retry(): void {
    if (this.#pending === undefined) return;
    this.#pending.isRetried = true;
    this.#send();
  }

  answered(answer: Answer): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    const error = answer.kind === 'error' ? answer.error : undefined;
    if (error !== undefined && retriable.has(error)) return this.retry();
    // Its process ends: the client asks again when it is back.
    if (error === 'UnknownOutcome' && !isForgotten(answer)) return;
    this.#pending = undefined;
    this.#wasRetried = pending.isRetried && pending.isRepeated !== true;
    pending.check(answer);
    const { operation, session, sentMs } = pending;
    if (pending.isRepeated !== true) this.#repeated.answered(operation, session, sentMs, answer);
  }

  /** Asks for an interaction to compare it with the model; one call per interaction. */
  *finalChecks(): Generator<void> {
    for (const known of this.#known) {
      const operation: Operation = { kind: 'get', attributes: { InteractionId: known.id } };
      const check = (answer: Answer): void => {
        if (answer.kind !== 'properties') this.#complain(`get ${known.id}: ${text(answer)}`);
        else this.#compare(known, answer.properties);
      };
      this.#begin({ operation, check });
      yield;
    }
  }

  #compare(known: Known, packed: Uint8Array): void {
    const properties = unpackLoose(packed);
    const expected = {
      InteractionVersion: known.version,
      InteractionState: known.isTaken ? 3 : 0,
      Queue: known.queue.name,
      IsHeld: known.isHeld ? 1 : 0,
    };
    for (const [name, value] of Object.entries(expected)) {
      if (properties[name] === value) continue;
      this.#complain(`${known.id}: ${name} is ${String(properties[name])}, not ${value}`);
    }
  }

  #send(): void {
    const { operation, session, reference, isRetried } = this.#pending!;
    const attributes = operation.attributes as {
      InteractionId?: string;
      Queue?: string;
      ViewId?: string;
    };
    const queue = this.#queues.find(({ name }) => name === (attributes.Queue ?? attributes.ViewId));
    const partition =
      attributes.InteractionId === undefined
        ? this.#world.partitionOf(queue!.name)
        : homeOf(attributes.InteractionId, this.#partitions);
    const request: Request = {
      session,
      reference,
      proxyClient: 0,
      operation,
      frame: undefined,
      retried: isRetried,
      digest: digestOfOperation(operation),
      hops: 0,
    };
    this.#world.submit(partition, request);
  }

  #chooseRepeated(): Chosen | undefined {
    const { repeatChance } = this.#habits;
    if (repeatChance === 0 || this.#random.fraction() >= repeatChance) return undefined;
    const repetition = this.#repeated.any(this.#world.clock.nowMs());
    return repetition && { ...repetition, isRepeated: true };
  }

  /** Changes of one interaction, one after the other, while there is nothing else to do with it. */
  #chooseOfBurst(known: Known | undefined): Known | undefined {
    const { burstChance } = this.#habits;
    if (burstChance === 0) return undefined;
    if (this.#burst === undefined && known !== undefined && this.#random.fraction() < burstChance) {
      this.#burst = { known, left: 5 + Math.floor(this.#random.fraction() * 80) };
    }
    if (this.#burst === undefined) return undefined;
    const { known: target, left } = this.#burst;
    if (left === 0 || !this.#known.includes(target)) this.#burst = undefined;
    else this.#burst.left--;
    return this.#burst?.known;
  }

  #choose(): Chosen {
    const known = this.#known[Math.floor(this.#random.fraction() * this.#known.length)];
    const dice = this.#random.fraction();
    const changed = this.#chooseOfBurst(known);
    if (changed !== undefined) return this.#change(changed);
    if (known === undefined || dice < 0.15) return this.#submit();
    if (dice < 0.5) return this.#place(known);
    if (dice < 0.6) return this.#change(known);
    if (dice < 0.7) return this.#hold(known);
    if (dice < 0.8) return this.#pullById(known);
    if (dice < 0.9 && this.#pulls) return this.#pull();
    return this.#stop(known);
  }

  #submit() {
    this.#count++;
    const queue = this.#anyQueue();
    const chosen = this.#random.fraction() < 0.5 ? `${this.#name}.${this.#count}` : undefined;
    const receivedAt = this.#count;
    const operation: Operation = {
      kind: 'submit',
      attributes: {
        ...(chosen === undefined ? {} : { InteractionId: chosen }),
        Queue: queue.name,
        MediaType: 'email',
        InteractionType: 'Inbound',
        ReceivedAt: receivedAt,
        RequestKey: this.#key(),
      },
    };
    const check = (answer: Answer): void => {
      if (answer.kind !== 'ack' || answer.interactionId === undefined) {
        return this.#complain(`submit: ${text(answer)}`);
      }
      const id = answer.interactionId;
      if (this.#known.some((each) => each.id === id)) this.#complain(`${id} was given twice`);
      this.#known.push({ id, receivedAt, queue, version: 1, isHeld: false, isTaken: true });
    };
    return { operation, check };
  }

  #place(known: Known) {
    const queue = this.#anyQueue();
    const attributes = { InteractionId: known.id, Queue: queue.name, RequestKey: this.#key() };
    return this.#acknowledged({ kind: 'place', attributes }, () => {
      known.queue = queue;
      known.isTaken = false;
      known.version++;
    });
  }

  #change(known: Known) {
    const AddedProperties = packKeyValues({ count: this.#count++ });
    const attributes = { InteractionId: known.id, AddedProperties, RequestKey: this.#key() };
    return this.#acknowledged({ kind: 'change', attributes }, () => known.version++);
  }

  #hold(known: Known) {
    const kind = known.isHeld ? 'resume' : 'hold';
    const attributes = { InteractionId: known.id, RequestKey: this.#key() };
    return this.#acknowledged({ kind, attributes }, () => {
      known.isHeld = !known.isHeld;
      known.version++;
    });
  }

  #stop(known: Known) {
    const attributes = { InteractionId: known.id, RequestKey: this.#key() };
    const isByMedia = this.#habits.repeatChance > 0 && this.#random.fraction() < 0.5;
    const stop = this.#acknowledged({ kind: 'stop', attributes }, () => {
      this.#known.splice(this.#known.indexOf(known), 1);
    });
    return { ...stop, session: isByMedia ? this.#media : this.#session };
  }

  #pullById(known: Known) {
    const attributes = { ViewId: '_system_', InteractionId: known.id, RequestKey: this.#key() };
    const check = (answer: Answer): void => {
      const isFree = !known.isHeld && !known.isTaken;
      if (isFree !== (answer.kind === 'pulled')) {
        this.#complain(`pull ${known.id}, ${isFree ? 'free' : 'not free'}: ${text(answer)}`);
      }
      if (isFree) this.#taken(known);
      // A refusal is not kept: another copy on its way may find it free, once it is
      // placed or resumed.
      else if (this.#wasRetried) {
        this.#known.splice(this.#known.indexOf(known), 1);
        this.#dropped++;
      }
    };
    return { operation: { kind: 'pull', attributes } as Operation, check };
  }

  #pull() {
    const queue = this.#anyQueue();
    const free = this.#freeIn(queue);
    const [first] = free;
    const attributes = { ViewId: queue.name, RequestKey: this.#key() };
    const check = (answer: Answer): void => {
      const got =
        answer.kind === 'pulled'
          ? answer.interactions.map((packed) => String(unpackLoose(packed).InteractionId))
          : [text(answer)];
      if (this.#queuesMove) {
        const one = free.find(({ id }) => id === got[0]);
        if (one !== undefined) this.#taken(one);
        else if (got.length > 0) this.#complain(`pull: ${got.join()}`);
        return;
      }
      const expected = first === undefined ? [] : [first.id];
      if (got.join() !== expected.join())
        this.#complain(`pull: ${got.join()}, not ${expected.join()}`);
      else if (first !== undefined) this.#taken(first);
    };
    return { operation: { kind: 'pull', attributes } as Operation, check };
  }

  #freeIn(queue: QueueEntry): Known[] {
    return this.#known
      .filter((known) => known.queue === queue && !known.isHeld && !known.isTaken)
      .sort((left, right) => left.receivedAt - right.receivedAt);
  }

  #taken(known: Known): void {
    known.isTaken = true;
    known.version++;
  }

  #acknowledged(operation: Operation, done: () => void) {
    const check = (answer: Answer): void => {
      if (answer.kind === 'ack') done();
      else this.#complain(`${operation.kind}: ${text(answer)}`);
    };
    return { operation, check };
  }

  #anyQueue(): QueueEntry {
    return this.#queues[Math.floor(this.#random.fraction() * this.#queues.length)]!;
  }

  #key(): Uint8Array {
    return this.#random.bytes(16);
  }

  #complain(what: string): void {
    this.complaints.push(`${this.#name}: ${what}`);
  }
}

/** Errors that say that nothing was executed. */
const retriable = new Set(['Busy', 'Unavailable', 'StoreFull']);

const text = (answer: Answer): string =>
  answer.kind === 'error' ? `${answer.error} (${answer.detail})` : answer.kind;

/** Decodes the properties of an answer. */
function unpackLoose(packed: Uint8Array): Record<string, unknown> {
  return unpackr.unpack(packed) as Record<string, unknown>;
}
const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true });
