/**
 * Results of keyed requests that were executed away from the home of their interaction. They are
 * in its state row and travel with it. What becomes too many is told to home, the oldest first, and
 * leaves the row only when home has noted it; when the interaction comes home, or ends, home gets
 * all of them. One that is older than any that is promised leaves the row by itself.
 */
import type { RecordResult } from '../../interaction/record-results.js';
import { KeyedKind, type KeyedResult } from '../../interaction/keyed-result.js';
import { transitions } from '../../interaction/lifecycle.js';
import type { StateRecord } from '../../interaction/state-record.js';
import { limits } from '../../limits.js';
import { readRecord } from '../ledger/interactions.js';
import type { Ledger } from '../ledger/ledger.js';
import type { RetryKeys } from '../ledger/retry-keys.js';
import { binaryText } from '../../pack/text.js';
import type { PeerMessage } from '../peer.js';
import type { KeptResult } from '../rows/retry-row.js';
import type { Turn } from '../turn.js';

export type ResultsMessage = Extract<PeerMessage, { type: 'results' }>;

/** What is needed of a partition to keep results. */
export interface ResultKeeper {
  readonly retryKeys: RetryKeys;
}

/** What is needed of it to tell results to their home. */
export interface ResultReporter extends ResultKeeper {
  /** Number of this partition. */
  readonly partition: number;
  readonly handOff: { tell(turn: Turn, message: ResultsMessage): void };
}

/** Longer than the promise: a request that is repeated in time is under way for a moment. */
const keptSeconds = Math.ceil((limits.retryKeyMs + 2 * limits.retryTransitMs) / 1_000) + 1;
/** How many stay in the row when the oldest are told. */
const unreported = limits.resultsPerInteraction / 2;

const secondsOf = (servedMs: number): number => Math.ceil(servedMs / 1_000);

/** Puts a result into a record, which the caller writes. */
export function keepAway(
  core: ResultReporter,
  turn: Turn,
  id: string,
  record: StateRecord,
  result: KeptResult,
): void {
  addResult(core, record, result);
  if (record.results.length > limits.resultsPerInteraction) tellHome(core, turn, id, record);
}

/** The same for a record that leaves this partition with the write set. */
export function addResult(core: ResultKeeper, record: StateRecord, result: KeptResult): void {
  const { clientName, key, kind, digest } = result;
  const servedSeconds = secondsOf(core.retryKeys.servedMs());
  const noted = { clientName, requestKey: binaryText(key), kind, digest, servedSeconds };
  record.results = [...youngResults(core, record), noted];
}

/** The results of a record that a repeated request may still ask for. */
export function youngResults(
  core: ResultKeeper,
  { results }: StateRecord,
): readonly RecordResult[] {
  if (results.length === 0) return results;
  const sinceSeconds = secondsOf(core.retryKeys.servedMs()) - keptSeconds;
  return results.filter(({ servedSeconds }) => servedSeconds >= sinceSeconds);
}

/** Asks home to note the oldest results of a record. */
export function tellHome(
  core: ResultReporter,
  turn: Turn,
  id: string,
  { results }: StateRecord,
): void {
  const oldest = results.slice(0, -unreported);
  core.handOff.tell(turn, { type: 'results', id, from: core.partition, results: oldest });
}

/** At home: keeps what was told. */
export function noteResults(
  core: ResultKeeper,
  turn: Turn,
  { id, from, results }: ResultsMessage,
): void {
  for (const result of results) noteResult(core, turn, id, result);
  turn.send(from, { type: 'results-noted', id, results });
}

/**
 * At home: keeps the result of a request that was executed elsewhere, unless it is known already.
 */
export function noteResult(core: ResultKeeper, turn: Turn, id: string, result: KeyedResult): void {
  const { clientName, requestKey, kind, digest } = result;
  const key = Buffer.from(requestKey, 'latin1');
  if (core.retryKeys.find(turn, clientName, key, 0) !== undefined) return;
  const ids = kind === KeyedKind.pull ? [id] : [];
  core.retryKeys.keep(turn, { clientName, key, kind, digest, ids });
}

/** Away from home: what home has noted leaves the row. */
export function dropNoted(
  ledger: Ledger,
  turn: Turn,
  id: string,
  noted: readonly Pick<KeyedResult, 'clientName' | 'requestKey'>[],
): void {
  const record = readRecord(turn, id);
  if (record === undefined || record.results.length === 0) return;
  const change = ledger.open(turn, id, record, transitions.note);
  record.results = record.results.filter(
    (each) =>
      !noted.some(
        ({ requestKey, clientName }) =>
          each.requestKey === requestKey && each.clientName === clientName,
      ),
  );
  ledger.close(change);
}

/**
 * Dates results by the clock of this partition: they are as old as they were when they left theirs.
 */
export function redate(core: ResultKeeper, record: StateRecord, servedMsThere: number): void {
  if (record.results.length === 0) return;
  const differenceSeconds = secondsOf(core.retryKeys.servedMs() - servedMsThere);
  record.results = record.results.map((result) => ({
    ...result,
    servedSeconds: result.servedSeconds + differenceSeconds,
  }));
}
