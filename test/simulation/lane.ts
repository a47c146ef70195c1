/**
 * One client that works on its own queues, one request after the other, and knows what must come
 * out. A request that is not answered is sent again with the same key until it is.
 */
import { limits } from '../../lib/limits.js';
import type { World } from '../../lib/world/index.js';
import { type Asked, type Came, toFront, toId, toQueue } from '../world/frame-client.js';
import {
  type Chosen,
  identifierOf,
  idsOf,
  type Known,
  type LaneOptions,
  type Pending,
  retriable,
  text,
} from './lane-words.js';
import { isForgotten, RepeatedRequests } from './repeated.js';
import { SimClient } from './sim-client.js';

/** Logical clients of a lane: its own, and a media server that may stop what the other has. */
export const agent = 0;
export const media = 1;

/** Longest wait before a request is sent again that was refused for now. */
const patienceMs = 30;
/** Of a pull that waits. */
const pullWaitMs = 200;

export class Lane {
  readonly client: SimClient;
  /** What went wrong; empty: nothing. */
  readonly complaints: string[] = [];
  /** Requests that were begun. */
  begun = 0;
  readonly #world: World;
  readonly #options: LaneOptions;
  readonly #known: Known[] = [];
  /** Versions of those that ended. */
  readonly #ended = new Map<string, number>();
  readonly #repeated: RepeatedRequests;
  #burst: { readonly known: Known; left: number } | undefined;
  #pending: Pending | undefined;
  /** There may be copies on their way of the request that was answered last. */
  #wasRetried = false;
  #count = 0;
  /** Interactions that are there but no longer known well enough to be compared. */
  #dropped = 0;

  constructor(world: World, options: LaneOptions) {
    this.#world = world;
    this.#options = options;
    const { random } = world;
    const { name } = options;
    this.#repeated = new RepeatedRequests(random, (what) => this.#complain(what));
    const logical = [
      { name, type: 'AgentApplication', key: random.bytes(16) },
      { name: `${name}.media`, type: 'MediaServer', key: random.bytes(16) },
    ] as const;
    this.client = new SimClient(world, logical, {
      ready: () => this.#again(),
      came: (came) => this.#came(came),
      complain: (what) => this.#complain(what),
    });
  }

  /** Interactions that must be there. */
  get alive(): number {
    return this.#known.length + this.#dropped;
  }

  /** Requests that were repeated so late that the server did not know them any more. */
  get forgotten(): number {
    return this.#repeated.forgotten;
  }

  get isWaiting(): boolean {
    return this.#pending !== undefined;
  }

  /** For a report. */
  get waitsFor(): string {
    const { name } = this.#options;
    const request = this.#pending?.asked.name ?? 'nothing';
    const key = this.#pending?.asked.route.key ?? '';
    return `${name} waits for ${request} ${key}, is ${this.client.isReady ? '' : 'not '}ready`;
  }

  /** It can begin another request. */
  get isFree(): boolean {
    return this.#pending === undefined && this.client.isReady;
  }

  /**
   * Versions that interactions of this lane must have come to; those that are not known well not.
   */
  *versions(): Generator<readonly [id: string, version: number, isThere: boolean]> {
    for (const { id, version } of this.#known) yield [id, version, true];
    for (const [id, version] of this.#ended) yield [id, version, false];
  }

  /** Starts another request. */
  next(): void {
    this.#begin(this.#chooseRepeated() ?? this.#choose());
  }

  /** Asks for each interaction to compare it with the model; one call per interaction. */
  *finalChecks(): Generator<void> {
    for (const known of this.#known) {
      const { id } = known;
      const route = toId(id);
      const body = { InteractionId: id };
      const asked: Asked = { name: 'RequestGetInteractionProperties', route, body };
      const check = ({ body: { Interaction }, ...answer }: Came): void => {
        if (Interaction === undefined)
          this.#complain(`get ${id}: ${text({ ...answer, body: {} })}`);
        else this.#compare(known, Interaction as Record<string, unknown>);
      };
      this.#begin({ asked, check });
      yield;
    }
  }

  /** Pulls all that can be pulled: it must come in order. One call per queue. */
  *finalPulls(): Generator<void> {
    if (this.#dropped > 0) return;
    for (const queue of this.#options.queues) {
      const expected = this.#freeIn(queue).map(({ id }) => id);
      // A pull takes at most so many.
      const Count = limits.pullCount;
      const body = { ViewId: queue, Count, RequestKey: this.#key() };
      const check = (answer: Came): void => {
        const [got, wanted] = [idsOf(answer).join(), expected.slice(0, Count).join()];
        if (got !== wanted) this.#complain(`order of ${queue}: ${got}, not ${wanted}`);
        for (const known of this.#freeIn(queue).slice(0, Count)) this.#taken(known);
      };
      this.#begin({ asked: { name: 'RequestPull', route: toQueue(queue), body }, check });
      yield;
    }
  }

  /** Asks how many interactions its queues and those of all others have. */
  count(told: (sum: number) => void): void {
    const asked: Asked = { name: 'RequestQueueStatistics', route: toFront, body: {} };
    const check = ({ body, error }: Came): void => {
      if (error !== undefined) return this.#complain(`statistics: ${error}`);
      if (body['Next'] !== undefined) this.#complain('more than a page of statistics');
      const rows = body['Queues'] as { Waiting: number; Processing: number }[];
      told(rows.reduce((sum, { Waiting, Processing }) => sum + Waiting + Processing, 0));
    };
    this.#begin({ asked, check });
  }

  #compare(known: Known, properties: Record<string, unknown>): void {
    const expected = {
      InteractionVersion: known.version,
      InteractionState: known.isTaken ? 3 : 0,
      Queue: known.queue,
      IsHeld: known.isHeld ? 1 : 0,
    };
    for (const [name, value] of Object.entries(expected)) {
      if (properties[name] === value) continue;
      this.#complain(`${known.id}: ${name} is ${String(properties[name])}, not ${value}`);
    }
  }

  #begin(chosen: Chosen): void {
    const sentMs = this.#world.clock.monotonicMs();
    const { logical = agent, isRepeated: isRetried = false } = chosen;
    this.#pending = { ...chosen, logical, sentMs, isRetried, reference: 0 };
    this.begun++;
    this.#send(this.#pending);
  }

  #send(pending: Pending): void {
    if (!this.client.isReady) return;
    pending.reference = this.client.send(pending.logical, pending.asked, pending.isRetried);
  }

  /** Sends what is not answered once more. */
  #again(): void {
    if (this.#pending === undefined) return;
    this.#pending.isRetried = true;
    this.#send(this.#pending);
  }

  #came(answer: Came): void {
    const pending = this.#pending;
    if (pending === undefined || answer.reference !== pending.reference) return;
    const { error } = answer;
    if (error !== undefined && retriable.has(error)) {
      const waitMs = this.#world.random.fraction() * patienceMs;
      this.#world.clock.setTimer(waitMs, () => {
        // A connection that has come back meanwhile has sent it.
        if (this.#pending?.reference === answer.reference) this.#again();
      });
      return;
    }
    // Its process ends: the client asks again when it is back.
    if (error === 'UnknownOutcome' && !isForgotten(answer)) return;
    this.#pending = undefined;
    this.#wasRetried = pending.isRetried && pending.isRepeated !== true;
    pending.check(answer);
    if (pending.isRepeated !== true) this.#repeated.answered({ ...pending, answer });
  }

  #chooseRepeated(): Chosen | undefined {
    const { repeatChance } = this.#options.habits;
    if (repeatChance === 0 || this.#world.random.fraction() >= repeatChance) return undefined;
    const repetition = this.#repeated.any(this.#world.clock.monotonicMs());
    return repetition && { ...repetition, isRepeated: true };
  }

  /** Changes of one interaction, one after the other, while there is nothing else to do with it. */
  #chooseOfBurst(known: Known | undefined): Known | undefined {
    const { burstChance } = this.#options.habits;
    const { random } = this.#world;
    if (burstChance === 0) return undefined;
    if (this.#burst === undefined && known !== undefined && random.fraction() < burstChance) {
      this.#burst = { known, left: 5 + Math.floor(random.fraction() * 80) };
    }
    if (this.#burst === undefined) return undefined;
    const { known: target, left } = this.#burst;
    if (left === 0 || !this.#known.includes(target)) this.#burst = undefined;
    else this.#burst.left--;
    return this.#burst?.known;
  }

  #choose(): Chosen {
    const { random } = this.#world;
    const known = this.#known[Math.floor(random.fraction() * this.#known.length)];
    const dice = random.fraction();
    const changed = this.#chooseOfBurst(known);
    if (changed !== undefined) return this.#change(changed);
    if (known === undefined || dice < 0.15) return this.#submit();
    if (dice < 0.5) return this.#place(known);
    if (dice < 0.6) return this.#change(known);
    if (dice < 0.7) return this.#hold(known);
    if (dice < 0.8) return this.#pullById(known);
    if (dice < 0.9 && this.#options.pulls) return this.#pull();
    return this.#stop(known);
  }

  #submit(): Chosen {
    this.#count++;
    const queue = this.#anyQueue();
    const isChosen = this.#world.random.fraction() < 0.5;
    const InteractionId = isChosen ? `${this.#options.name}.${this.#count}` : undefined;
    const receivedAt = this.#count;
    const body = {
      InteractionId,
      Queue: queue,
      MediaType: 'email',
      InteractionType: 'Inbound',
      ReceivedAt: receivedAt,
      RequestKey: this.#key(),
    };
    const route = InteractionId === undefined ? toQueue(queue) : toId(InteractionId);
    const check = (answer: Came): void => {
      const id = identifierOf(answer);
      if (id === undefined) return this.#complain(`submit: ${text(answer)}`);
      if (this.#known.some((each) => each.id === id)) this.#complain(`${id} was given twice`);
      this.#known.push({ id, receivedAt, queue, version: 1, isHeld: false, isTaken: true });
    };
    return { asked: { name: 'RequestSubmit', route, body }, check };
  }

  #place(known: Known): Chosen {
    const queue = this.#anyQueue();
    return this.#acknowledged('RequestPlaceInQueue', known, { Queue: queue }, () => {
      known.queue = queue;
      known.isTaken = false;
      known.version++;
    });
  }

  #change(known: Known): Chosen {
    const AddedProperties = { count: this.#count++ };
    return this.#acknowledged('RequestChangeProperties', known, { AddedProperties }, () => {
      known.version++;
    });
  }

  #hold(known: Known): Chosen {
    const name = known.isHeld ? 'RequestResume' : 'RequestHold';
    return this.#acknowledged(name, known, {}, () => {
      known.isHeld = !known.isHeld;
      known.version++;
    });
  }

  #stop(known: Known): Chosen {
    const { habits } = this.#options;
    const isByMedia = habits.repeatChance > 0 && this.#world.random.fraction() < 0.5;
    const stop = this.#acknowledged('RequestStopProcessing', known, {}, () => {
      this.#known.splice(this.#known.indexOf(known), 1);
      this.#ended.set(known.id, known.version + 1);
    });
    return { ...stop, logical: isByMedia ? media : agent };
  }

  #pullById(known: Known): Chosen {
    const PullParameters = { [known.id]: 1 };
    const body = { ViewId: '_system_', PullParameters, RequestKey: this.#key() };
    const check = (answer: Came): void => {
      const isFree = !known.isHeld && !known.isTaken;
      const isPulled = answer.name === 'EventPulledInteractions';
      if (isFree !== isPulled) {
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
    return { asked: { name: 'RequestPull', route: toId(known.id), body }, check };
  }

  #pull(): Chosen {
    const queue = this.#anyQueue();
    const free = this.#freeIn(queue);
    const [first] = free;
    const WaitTimeoutMs = this.#world.random.fraction() < 0.2 ? pullWaitMs : undefined;
    const body = { ViewId: queue, WaitTimeoutMs, RequestKey: this.#key() };
    const check = (answer: Came): void => {
      const got = answer.error === undefined ? idsOf(answer) : [text(answer)];
      if (this.#options.queuesMove) {
        const one = free.find(({ id }) => id === got[0]);
        if (one !== undefined) this.#taken(one);
        else if (got.length > 0) this.#complain(`pull: ${got.join()}`);
        return;
      }
      const expected = first === undefined ? [] : [first.id];
      if (got.join() !== expected.join()) {
        this.#complain(`pull: ${got.join()}, not ${expected.join()}`);
      } else if (first !== undefined) this.#taken(first);
    };
    return { asked: { name: 'RequestPull', route: toQueue(queue), body }, check };
  }

  #freeIn(queue: string): Known[] {
    return this.#known
      .filter((known) => known.queue === queue && !known.isHeld && !known.isTaken)
      .sort((left, right) => left.receivedAt - right.receivedAt);
  }

  #taken(known: Known): void {
    known.isTaken = true;
    known.version++;
  }

  #acknowledged(name: Asked['name'], { id }: Known, more: Asked['body'], done: () => void): Chosen {
    const body = { InteractionId: id, ...more, RequestKey: this.#key() };
    const check = (answer: Came): void => {
      if (answer.name === 'EventAck') done();
      else this.#complain(`${name} ${id}: ${text(answer)}`);
    };
    return { asked: { name, route: toId(id), body }, check };
  }

  #anyQueue(): string {
    const { queues } = this.#options;
    return queues[Math.floor(this.#world.random.fraction() * queues.length)]!;
  }

  #key(): Uint8Array {
    return this.#world.random.bytes(16);
  }

  #complain(what: string): void {
    this.complaints.push(`${this.#options.name}: ${what}`);
  }
}
