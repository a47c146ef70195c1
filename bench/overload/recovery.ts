/** When it is as quiet again as before. */
import type { FloodSecond } from './flood-client.js';

/**
 * A second is quiet when nothing was refused and its p99 is at most this many times the quiet one.
 */
const factor = 3;

/** Seconds until every second that follows is quiet; undefined: the last is not. */
export function recoverySeconds(
  seconds: readonly FloodSecond[],
  quietP99Ms: number,
): number | undefined {
  const isQuiet = ({ refused, p99Ms }: FloodSecond): boolean =>
    refused === 0 && p99Ms <= factor * quietP99Ms;
  const lastLoud = seconds.findLastIndex((second) => !isQuiet(second));
  return lastLoud === seconds.length - 1 ? undefined : lastLoud + 1;
}
