/**
 * Requests that may have been executed before. The rules (architecture, "Retry keys"):
 *
 * - The result of a request by queue, and of a submit, is kept where it was executed, by its key.
 * - The result of a request by identifier is known at the home of the identifier (`RetryKeys`) or
 *   is in the state row of an interaction that is away; never nowhere. Every such request comes
 *   by home, and links are first-in first-out: what home has let through reaches the row before
 *   home's answer that it has noted the results in it, which makes them leave the row.
 * - What is not found was not executed only as far back as keys are kept. What may be older than
 *   that is answered with `UnknownOutcome` and not executed.
 * - A key that was used for a request of another kind or content is refused.
 */
import { binaryText } from '../../pack/text.js';
import { KeyedKind, nameOfKind, type KeyedResult } from '../../interaction/keyed-result.js';
import type { StateRecord } from '../../interaction/state-record.js';
import { limits } from '../../limits.js';
import { tellHome, youngResults } from '../moves/away-results.js';
import type { RequestCore } from './core.js';
import { readRecord } from '../ledger/interactions.js';
import { pulledAnswer } from './pulled-answer.js';
import { changeAttributesOf, Refusal, type ChangingOperation, type Request } from '../request.js';
import type { KeptResult } from '../rows/retry-row.js';
import { unknownInteraction } from '../ledger/tenancy.js';
import type { Turn } from '../turn.js';

const busyRetryMs = 20;
const resultsMax = limits.resultsPerInteraction + limits.resultsOnTheirWay;

/** What is kept of a keyed request that was executed; undefined: it has no key. */
export function resultOf(
  request: Request,
  ids: readonly string[],
  kind: KeyedKind = kindOf(request),
): KeptResult | undefined {
  const key = changeAttributesOf(request).RequestKey;
  if (key === undefined) return undefined;
  const { session, digest } = request;
  const { clientName } = session;
  return { clientName, key, kind, digest, ids };
}

/** Every operation that changes something has a number in the data format. */
const keyedKinds: Readonly<Record<ChangingOperation, KeyedKind>> = KeyedKind;

/** A request that reads is of no kind, and has no key. */
const kindOf = ({ operation }: Request): KeyedKind =>
  keyedKinds[operation.kind as ChangingOperation];

/** The identifier by which a request is routed; undefined: it is routed by queue. */
export const idOf = ({ operation }: Request): string | undefined =>
  operation.attributes.InteractionId;

/**
 * Answers a request whose key is known here. Returns what is to be executed or passed on: the
 * request, with what is known of its past; undefined: it was answered, or waits for the answer.
 * @throws {Refusal} RequestKeyReused, Busy
 */
export function answerAgain(core: RequestCore, turn: Turn, request: Request): Request | undefined {
  const { RequestKey: key, RetryAgeMs } = changeAttributesOf(request);
  if (key === undefined || request.past === 'done') return request;
  const id = idOf(request);
  if (id !== undefined && !core.isHomeOf(id)) return request;
  const { retryKeys } = core;
  const lookBackMs = retryKeys.isReadingBack ? lookBackOf(core, request) : 0;
  const kept = retryKeys.find(turn, request.session.clientName, key, lookBackMs);
  if (kept !== undefined) return answerKept(core, turn, request, kept);
  if (!request.retried && RetryAgeMs === undefined) return request;
  return retryKeys.isForgotten(ageOf(request)) ? { ...request, past: 'forgotten' } : request;
}

/**
 * How long ago a repeated request was sent first. One that does not say it is taken to be repeated
 * as late as a client may.
 */
function ageOf(request: Request): number {
  const { RetryAgeMs = limits.retryKeyMs } = changeAttributesOf(request);
  return RetryAgeMs + (request.delayedMs ?? 0);
}

/** How long ago a request may have been executed, for a look at keys that are being read back. */
function lookBackOf(core: RequestCore, request: Request): number {
  // What waited for a hand-off may be the first copy of a request whose second was done meanwhile.
  if (core.time.isResumed || request.hops > 1) return Infinity;
  if (changeAttributesOf(request).RetryAgeMs !== undefined) return ageOf(request);
  return request.retried ? Infinity : limits.unflaggedRetryMs;
}

function answerKept(
  core: RequestCore,
  turn: Turn,
  request: Request,
  kept: KeptResult,
): Request | undefined {
  checkSame(request, kept);
  const id = idOf(request);
  const [made] = kept.ids;
  switch (kept.kind) {
    case KeyedKind.pull:
      // What it took may have been handed to another partition with its queue.
      if (id !== undefined && readRecord(turn, id) === undefined)
        return { ...request, past: 'done' };
      turn.reply(request, pulledAnswer(core, turn, request, kept.ids));
      return undefined;
    case KeyedKind.submit:
      // The answer says that it can be pulled: not before it has arrived.
      if (id !== undefined && core.handOff.park(request, id)) return undefined;
      turn.reply(request, { kind: 'ack', interactionId: made });
      return undefined;
    case KeyedKind.duplicate:
      turn.reply(request, { kind: 'ack', interactionId: made, duplicate: true });
      return undefined;
    default:
      turn.reply(request, { kind: 'ack' });
      return undefined;
  }
}

/** @throws {Refusal} RequestKeyReused */
function checkSame(request: Request, known: Pick<KeyedResult, 'kind' | 'digest'>): void {
  const isDuplicate = known.kind === KeyedKind.duplicate;
  const kind = isDuplicate ? KeyedKind.submit : known.kind;
  if (kind === kindOf(request) && known.digest === request.digest) return;
  const detail =
    `the key of this ${request.operation.kind} was used for another request, ` +
    `a ${nameOfKind(kind)}; nothing was executed`;
  throw new Refusal('RequestKeyReused', detail);
}

/**
 * Answers a request whose key is in the record of its interaction, which lives here.
 * @throws {Refusal} RequestKeyReused; and when it is not known: UnknownOutcome, Busy
 */
export function isAnsweredByRecord(
  core: RequestCore,
  turn: Turn,
  request: Request,
  id: string,
  record: StateRecord,
): boolean {
  if (!isKnown(record.results, request)) {
    refuseForgotten(request);
    if (record.results.length >= resultsMax) makeRoom(core, turn, request, id, record);
    return false;
  }
  if (request.operation.kind === 'pull')
    turn.reply(request, pulledAnswer(core, turn, request, [id]));
  else turn.reply(request, { kind: 'ack' });
  return true;
}

/**
 * Answers a pull that has waited, if a copy of it was executed meanwhile, or another request with
 * its key; one that waits for a known interaction, `here`, is known where that is remembered.
 */
export function isAnsweredMeanwhile(
  core: RequestCore,
  turn: Turn,
  request: Request,
  here?: { readonly id: string; readonly record: StateRecord },
): boolean {
  const key = changeAttributesOf(request).RequestKey;
  if (key === undefined) return false;
  try {
    if (here !== undefined && !core.isHomeOf(here.id)) {
      return isAnsweredByRecord(core, turn, request, here.id, here.record);
    }
    // What was kept before it began to wait was looked for then.
    const kept = core.retryKeys.find(turn, request.session.clientName, key, 0);
    if (kept === undefined) return false;
    answerKept(core, turn, request, kept);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    turn.reply(request, error.answer);
  }
  return true;
}

/**
 * Answers a request for an interaction that is nowhere.
 * @throws {Refusal} RequestKeyReused, UnknownOutcome, UnknownInteraction
 */
export function answerEnded(core: RequestCore, turn: Turn, request: Request, id: string): void {
  if (!isAnsweredAsEnded(core, turn, request, id)) throw unknownInteraction(id);
}

/**
 * Answers a request for an interaction that is nowhere, if it was executed before.
 * @throws {Refusal} RequestKeyReused, UnknownOutcome
 */
export function isAnsweredAsEnded(
  core: RequestCore,
  turn: Turn,
  request: Request,
  id: string,
): boolean {
  if (!isKnown(core.handOff.endedHere(id)?.results ?? [], request)) {
    refuseForgotten(request);
    return false;
  }
  const isPull = request.operation.kind === 'pull';
  turn.reply(request, isPull ? { kind: 'pulled', interactions: [] } : { kind: 'ack' });
  return true;
}

/** Whether a request was executed before. @throws {Refusal} RequestKeyReused */
function isKnown(results: readonly KeyedResult[], request: Request): boolean {
  if (request.past === 'done') return true;
  if (results.length === 0) return false;
  const key = changeAttributesOf(request).RequestKey;
  if (key === undefined) return false;
  const requestKey = binaryText(key);
  const { clientName } = request.session;
  const known = results.find(
    (each) => each.requestKey === requestKey && each.clientName === clientName,
  );
  if (known === undefined) return false;
  checkSame(request, known);
  return true;
}

/**
 * @throws {Refusal} UnknownOutcome when the request may have been executed, and that be forgotten
 */
export function refuseForgotten({ past }: Request): void {
  if (past !== 'forgotten') return;
  const detail =
    'the request was first sent so long ago that its key may be forgotten; it was not executed now';
  throw new Refusal('UnknownOutcome', detail);
}

/** @throws {Refusal} Busy while the record has all the results that it may */
function makeRoom(
  core: RequestCore,
  turn: Turn,
  request: Request,
  id: string,
  record: StateRecord,
): void {
  if (changeAttributesOf(request).RequestKey === undefined) return;
  record.results = youngResults(core, record);
  if (record.results.length < resultsMax) return;
  tellHome(core, turn, id, record);
  throw new Refusal('Busy', 'its home has not noted yet what was done to it', busyRetryMs);
}
