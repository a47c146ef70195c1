/**
 * Work of a partition that time makes due: what is kept of it is only when, so that a
 * restart costs nothing.
 */
import type { Turn } from './turn.js';

/** What a turn lets a chore do. */
export interface May {
  /** Change something: the disk has room. */
  readonly write: boolean;
  /** Do what is not urgent besides: the disk has room for everything, and nothing ends just now. */
  readonly spare: boolean;
}

export interface Chore {
  /**
   * When there is something to do, by the clock of the partition (`Turn.nowMs`); infinite: never.
   */
  readonly dueMs: number;
  /**
   * Does a bounded part of what is due, and says by `dueMs` when it goes on. Called also when
   * nothing is due, and when there is something to do that it may not.
   */
  work(turn: Turn, may: May): void;
}

/** A chore that takes what room the requests of a turn have left. */
export interface LastChore extends Chore {
  /** It is due, and this turn has no room for it. */
  wantsOtherTurn(turn: Turn): boolean;
}

/** When the first of these is due. */
export function nextDueMs(chores: readonly Chore[]): number {
  let nextMs = Number.POSITIVE_INFINITY;
  for (let index = 0; index < chores.length; index++) {
    const { dueMs } = chores[index]!;
    if (dueMs < nextMs) nextMs = dueMs;
  }
  return nextMs;
}
