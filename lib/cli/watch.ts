/** `--watch`: a look that is taken again and again, printed whenever it has changed. */
import { sleep } from '../client/backoff.js';
import type { Client } from '../client/index.js';
import { systemClock } from '../clock.js';
import { IxionError } from '../errors.js';
import { writeTime } from '../text/index.js';
import type { Output } from './output.js';
import { watchReader } from './reader-watch.js';
import { reportLosses, reportWarning } from './report-losses.js';

/** Clears a terminal and goes to its first place. */
const clear = '\u001b[H\u001b[2J';

/** What is looked at, and how it is printed. */
export interface Watched<Found> {
  look(signal: AbortSignal): Promise<Found>;
  /** The same text as before: nothing has changed. */
  keyOf(found: Found): string;
  /** `at`: when it was, as ISO 8601. */
  linesOf(found: Found, at: string): string[];
}

/** Of the options of a verb that watches. */
export interface WatchFlags {
  readonly json: boolean;
  /** Milliseconds. */
  readonly interval: number;
}

/** Options of a verb that can watch. */
export interface Watching {
  readonly client: Client;
  readonly flags: WatchFlags;
  readonly interrupted: AbortSignal;
  readonly output: Output;
}

/**
 * Looks until the signal, or until nobody reads it any more. What another time mends is told on
 * stderr, and looked for again.
 * @throws {IxionError} what another time does not mend
 */
export async function watch<Found>(
  { client, flags, interrupted, output }: Watching,
  watched: Watched<Found>,
): Promise<void> {
  const { json, interval } = flags;
  const left = new AbortController();
  const over = new AbortController();
  watchReader(output, over.signal, () => left.abort());
  const signal = AbortSignal.any([interrupted, left.signal]);
  const watching = reportLosses(client, output, json);
  let before: string | undefined;
  while (!signal.aborted) {
    const found = await lookOrTell(watched, signal, output, json);
    if (found !== undefined) {
      const key = watched.keyOf(found.value);
      const isNew = key !== before;
      before = key;
      if (isNew && !(await print(watched, found.value, output, json))) break;
    }
    await sleep(systemClock, interval, signal);
  }
  over.abort();
  await client.close();
  await watching;
}

/** False: nobody takes it any more. */
async function print<Found>(
  watched: Watched<Found>,
  found: Found,
  output: Output,
  json: boolean,
): Promise<boolean> {
  const at = writeTime(Math.floor(systemClock.nowMs()));
  if (!json) {
    if (output.terminal) output.text(clear);
    if (!(await output.line(at))) return false;
  }
  for (const line of watched.linesOf(found, at)) if (!(await output.line(line))) return false;
  return true;
}

/** Undefined: not now, and why is told. */
async function lookOrTell<Found>(
  { look }: Watched<Found>,
  signal: AbortSignal,
  output: Output,
  json: boolean,
): Promise<{ readonly value: Found } | undefined> {
  try {
    return { value: await look(signal) };
  } catch (error) {
    if (signal.aborted) return undefined;
    if (!(error instanceof IxionError) || !error.retryable) throw error;
    reportWarning(error.message, output, json);
    return undefined;
  }
}
