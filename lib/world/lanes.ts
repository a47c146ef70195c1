/**
 * What is to happen in a world, in lanes: works of one lane happen in the order in which they were
 * given, and which lane goes on is drawn from the seed. A lane is what keeps an order in a real
 * server: a way from one thread to another, the disk of a partition, one direction of a connection.
 */
import type { Schedule } from '../actor/virtual-threads.js';
import type { Random } from '../clock.js';

/** One lane; `run` is what it is given. */
export class Lane {
  readonly name: string;
  readonly works: (() => void)[] = [];
  /** Its place among those that have something to do; -1: it has not, or stands still. */
  place = -1;
  isHeld = false;
  readonly run: Schedule;

  constructor(name: string, lanes: Lanes) {
    this.name = name;
    this.run = (work) => lanes.add(this, work);
  }
}

export class Lanes {
  readonly #random: Random | undefined;
  readonly #byName = new Map<string, Lane>();
  /** Those that have something to do. */
  readonly #ready: Lane[] = [];
  /** Without a seed: works of all lanes, in order. */
  #inOrder: (() => void)[] = [];

  /** @param random draws the lane that goes on; undefined: works happen as they were given */
  constructor(random: Random | undefined) {
    this.#random = random;
  }

  /** The lane of this name, made at the first call. */
  lane(name: string): Lane {
    let lane = this.#byName.get(name);
    if (lane === undefined) this.#byName.set(name, (lane = new Lane(name, this)));
    return lane;
  }

  /** Forgets a lane that gets nothing more; what it has still happens. */
  forget(name: string): void {
    this.#byName.delete(name);
  }

  get isIdle(): boolean {
    return this.#ready.length === 0 && this.#inOrder.length === 0;
  }

  /** Lets a lane stand still, or go on. Only where a seed draws. */
  hold(lane: Lane, isHeld: boolean): void {
    lane.isHeld = isHeld;
    if (isHeld) this.#leave(lane);
    else if (lane.works.length > 0) this.#enter(lane);
  }

  add(lane: Lane, work: () => void): void {
    if (this.#random === undefined) {
      this.#inOrder.push(work);
      return;
    }
    lane.works.push(work);
    if (!lane.isHeld) this.#enter(lane);
  }

  /** Lets something happen: one work, or without a seed all that there is now. */
  run(): void {
    if (this.#random === undefined) {
      const works = this.#inOrder;
      this.#inOrder = [];
      for (const work of works) work();
      return;
    }
    if (this.#ready.length === 0) return;
    const lane = this.#ready[Math.floor(this.#random.fraction() * this.#ready.length)]!;
    const work = lane.works.shift()!;
    if (lane.works.length === 0) this.#leave(lane);
    work();
  }

  #enter(lane: Lane): void {
    if (lane.place >= 0) return;
    lane.place = this.#ready.push(lane) - 1;
  }

  #leave(lane: Lane): void {
    const { place } = lane;
    if (place < 0) return;
    lane.place = -1;
    const last = this.#ready.pop()!;
    if (last === lane) return;
    last.place = place;
    this.#ready[place] = last;
  }
}
