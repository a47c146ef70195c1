/**
 * The pumps of a thread's partitions, one in a round of its event loop: what a round takes does not
 * grow with the partitions of the thread. State of the thread, not of an actor.
 */
const waiting: (() => void)[] = [];

/**
 * Runs `pump` in a round of the event loop in which no other pump runs, in the order of the calls.
 */
export function pumpInTurn(pump: () => void): void {
  if (waiting.push(pump) === 1) setImmediate(next);
}

function next(): void {
  waiting[0]!();
  waiting.shift();
  if (waiting.length > 0) setImmediate(next);
}
