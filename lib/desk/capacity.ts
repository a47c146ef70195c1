/**
 * How much an agent can take: what it has of each medium, whether one more may be offered, and the
 * vector of each medium that agents and operators are shown. Pure.
 */

/** How a slot is used. `outside`: work that other systems gave the agent, as its telephone. */
export const SlotUse = { offered: 0, inHand: 1, wrapUp: 2, outside: 3 } as const;
export type SlotUse = (typeof SlotUse)[keyof typeof SlotUse];

/** What a medium is to the desk; one object for all who have it. */
export interface MediumInfo {
  readonly name: string;
  /** The customer waits at the other end, as in a chat. */
  readonly online: boolean;
  /** For how long an agent whose link is lost keeps what it has of it. */
  readonly graceMs: number;
  /** What becomes of what an agent has of it in hand when it logs out. */
  readonly onLogout: OnLogout;
  /** The types of workbins of an agent where what it leaves goes; absent: to its queue. */
  readonly workbins?: LeftInWorkbins | undefined;
}

/** By how an agent leaves what it has. */
export interface LeftInWorkbins {
  readonly onLogout: string | undefined;
  /** When the time of a lost agent is over. */
  readonly onLost: string | undefined;
}

/** The logout is refused, or it goes back to its queue. */
export type OnLogout = 'refuse' | 'return';

/** What an agent has, as rules look at it. */
export interface LoadView {
  /** In hand, offered, in wrap-up and outside, of one medium. */
  count(medium: string): number;
  /** The same of all online media together. */
  readonly online: number;
  /** And of all that are not. */
  readonly offline: number;
}

/** Says what may be offered. */
export interface CapacityRule {
  /** What it is called in explanations. */
  readonly name: string;
  /** Whether one more of this medium may be offered to an agent that has this already. */
  allows(medium: MediumInfo, load: LoadView): boolean;
}

/**
 * The rule where there is none: one interaction at a time, and an online one may come on top of
 * those that are not.
 */
export const defaultRule: CapacityRule = {
  name: 'default',
  allows: ({ online }, load) => load.online === 0 && (online || load.offline === 0),
};

interface Part {
  readonly medium: MediumInfo;
  /** By `SlotUse`. */
  readonly uses: [number, number, number, number];
}

/** The slots of an agent, counted. An agent that has nothing has no parts. */
export class Load implements LoadView {
  readonly #parts: Part[] = [];

  count(medium: string): number {
    const part = this.#parts.find((one) => one.medium.name === medium);
    return part === undefined ? 0 : sumOf(part);
  }

  /** Of one medium in one use. */
  used(medium: string, use: SlotUse): number {
    return this.#parts.find((one) => one.medium.name === medium)?.uses[use] ?? 0;
  }

  /** How much there is in one use, by medium; media of which there is nothing are left out. */
  inUse(use: SlotUse): Readonly<Record<string, number>> {
    const parts = this.#parts.filter(({ uses }) => uses[use] > 0);
    return Object.fromEntries(parts.map(({ medium, uses }) => [medium.name, uses[use]]));
  }

  get online(): number {
    return this.#sum(true);
  }

  get offline(): number {
    return this.#sum(false);
  }

  get isEmpty(): boolean {
    return this.#parts.length === 0;
  }

  /** Counts so many more, or fewer; what comes to nothing is forgotten. */
  add(medium: MediumInfo, use: SlotUse, count: number): void {
    let at = this.#parts.findIndex((one) => one.medium.name === medium.name);
    if (at < 0) at = this.#parts.push({ medium, uses: [0, 0, 0, 0] }) - 1;
    const part = this.#parts[at]!;
    part.uses[use] += count;
    if (sumOf(part) === 0) this.#parts.splice(at, 1);
  }

  #sum(online: boolean): number {
    let sum = 0;
    for (const part of this.#parts) if (part.medium.online === online) sum += sumOf(part);
    return sum;
  }
}

const sumOf = ({ uses }: Part): number => uses[0] + uses[1] + uses[2] + uses[3];

/** Nobody is shown that more than this many could come. */
export const greatestShown = 1_000;

/** A load with so many more of one medium. */
class Raised implements LoadView {
  readonly #load: LoadView;
  readonly #medium: MediumInfo;
  more = 0;

  constructor(load: LoadView, medium: MediumInfo) {
    this.#load = load;
    this.#medium = medium;
  }

  count(medium: string): number {
    return this.#load.count(medium) + (medium === this.#medium.name ? this.more : 0);
  }

  get online(): number {
    return this.#load.online + (this.#medium.online ? this.more : 0);
  }

  get offline(): number {
    return this.#load.offline + (this.#medium.online ? 0 : this.more);
  }
}

/**
 * How many more of a medium the rule allows on top of a load. No rule allows more of a medium
 * because there is more of it.
 */
export function freeOf(rule: CapacityRule, medium: MediumInfo, load: LoadView): number {
  const raised = new Raised(load, medium);
  const isFree = (more: number): boolean => {
    raised.more = more;
    return rule.allows(medium, raised);
  };
  // Most are small.
  let beyond = 1;
  while (beyond <= greatestShown && isFree(beyond - 1)) beyond *= 2;
  let least = beyond >>> 1;
  beyond = Math.min(beyond - 1, greatestShown);
  // So many are free at least, and no more than that.
  while (least < beyond) {
    const middle = (least + beyond + 1) >>> 1;
    if (isFree(middle - 1)) least = middle;
    else beyond = middle - 1;
  }
  return least;
}

const nothing = new Load();

/** How many of a medium the rule allows to an agent that has nothing else. */
export const greatestOf = (rule: CapacityRule, medium: MediumInfo): number =>
  freeOf(rule, medium, nothing);
