/**
 * The pumps of a thread's partitions, one in a round of its event loop: what a round takes does not
 * grow with the partitions of the thread. State of the thread, not of an actor.
 */
import { type Clock, inNextRound } from '../clock.js';

/** By clock: a thread has one. */
const turns = new WeakMap<Clock, (() => void)[]>();

/**
 * Runs `pump` in a round of the event loop in which no other pump of this clock's thread runs, in
 * the order of the calls.
 */
export function pumpInTurn(clock: Clock, pump: () => void): void {
  let waiting = turns.get(clock);
  if (waiting === undefined) turns.set(clock, (waiting = []));
  if (waiting.push(pump) === 1) pumpLater(clock, waiting);
}

function pumpLater(clock: Clock, waiting: (() => void)[]): void {
  inNextRound(clock, () => {
    waiting[0]!();
    waiting.shift();
    if (waiting.length > 0) pumpLater(clock, waiting);
  });
}
