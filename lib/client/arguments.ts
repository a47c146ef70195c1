/**
 * Arguments of wrong types are refused before anything is sent, with position and remedy.
 * Calls from TypeScript cannot have most of them; calls from JavaScript, or with data
 * from elsewhere, can.
 *
 * Every call is checked, so the common ones are looked at by hand first: property by property, as
 * V8 likes it. Only what does not pass, or carries options, is taken through its shape, which
 * says what is wrong.
 */
import type { IxionError } from '../errors.js';
import { limits } from '../limits.js';
import type { RequestName } from '../protocol/index.js';
import * as kinds from './argument-kinds.js';
import { ownError } from './rejection.js';
import { faultIn, type Kind } from './shapes.js';
import type * as Sdk from './types.js';

const int32Min = -2_147_483_648;
const int32Max = 2_147_483_647;
/** The last millisecond that a Date can hold. */
const timeMsMax = 8_640_000_000_000_000;

/** A promise that rejects with what is wrong, or undefined. */
type Refusal = Promise<never> | undefined;

/** Made anew for the stack of the caller, who is still there. */
const refusal = (request: RequestName, fault: IxionError | undefined): Refusal =>
  fault === undefined ? undefined : Promise.reject(ownError(fault, request));

const isText = (value: unknown): boolean => typeof value === 'string';
const isTruth = (value: unknown): boolean => typeof value === 'boolean';
const isMap = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isWhole = (value: unknown, min: number, max: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
const isWholeOrAbsent = (value: unknown, min: number, max: number): boolean =>
  value === undefined || isWhole(value, min, max);

/**
 * Each argument is read once; the number of those that are there, or -1 if one of them is wrong.
 */
function soundIn(given: Sdk.Submission): number {
  const { externalId, parentId, userData, outQueues, inQueues, receivedAt } = given;
  const { interactionSubtype, interactionId, priority, serviceObjective } = given;
  const { tenantId, hold, isOnline } = given;
  let count = 3;
  if (!isText(given.queue) || !isText(given.mediaType) || !isText(given.interactionType)) return -1;
  if (interactionSubtype !== undefined && (count++, !isText(interactionSubtype))) return -1;
  if (interactionId !== undefined && (count++, !isText(interactionId))) return -1;
  if (externalId !== undefined && (count++, !isText(externalId))) return -1;
  if (parentId !== undefined && (count++, !isText(parentId))) return -1;
  if (inQueues !== undefined && (count++, !isMap(inQueues))) return -1;
  if (userData !== undefined && (count++, !isMap(userData))) return -1;
  if (outQueues !== undefined && (count++, !isMap(outQueues))) return -1;
  if (hold !== undefined && (count++, !isTruth(hold))) return -1;
  if (isOnline !== undefined && (count++, !isTruth(isOnline))) return -1;
  if (priority !== undefined && (count++, !isWhole(priority, int32Min, int32Max))) return -1;
  if (serviceObjective !== undefined && (count++, !isWhole(serviceObjective, 0, int32Max))) {
    return -1;
  }
  if (tenantId !== undefined && (count++, !isWhole(tenantId, 0, int32Max))) return -1;
  if (receivedAt !== undefined && (count++, !isWhole(receivedAt, 0, timeMsMax))) return -1;
  return count;
}

function isSoundSubmission(given: Sdk.Submission): boolean {
  if (typeof given !== 'object' || given === null) return false;
  // More names than arguments: one of them is unknown, or undefined.
  let names = 0;
  for (const _ in given) names++;
  return names <= soundIn(given);
}

function isSoundPull(given: Sdk.PullRequest): boolean {
  if (typeof given !== 'object' || given === null || typeof given.queue !== 'string') return false;
  const { count, waitMs } = given;
  let names = 0;
  for (const _ in given) names++;
  return (
    names <= 1 + (count === undefined ? 0 : 1) + (waitMs === undefined ? 0 : 1) &&
    isWholeOrAbsent(count, 1, limits.pullCount) &&
    isWholeOrAbsent(waitMs, 0, limits.pullWaitMs)
  );
}

/** What is wrong with a submission and its options. */
export function checkSubmission(
  given: Sdk.Submission,
  options: Sdk.CallOptions | undefined,
): Refusal {
  if (options === undefined && isSoundSubmission(given)) return undefined;
  return check('RequestSubmit', options, given, kinds.submission, 'submission');
}

/** What is wrong with a pull and its options. */
export function checkPull(given: Sdk.PullRequest, options: Sdk.CallOptions | undefined): Refusal {
  if (options === undefined && isSoundPull(given)) return undefined;
  return check('RequestPull', options, given, kinds.pull, 'pull');
}

/** What is wrong with an identifier and the options of a call. */
export function checkId(
  request: RequestName,
  id: string,
  options: Sdk.CallOptions | undefined,
): Refusal {
  if (options === undefined && typeof id === 'string') return undefined;
  return check(request, options, id, kinds.id, 'id');
}

/** What is wrong with one argument and the options of a call. */
export function check(
  request: RequestName,
  options: Sdk.CallOptions | undefined,
  given?: unknown,
  kind?: Kind,
  position = '',
): Refusal {
  const fault = kind === undefined ? undefined : faultIn(given, kind, position);
  return refusal(request, fault ?? faultIn(options, kinds.options, 'options'));
}

/** What is wrong with the options of `connect`. */
export const checkOptions = (options: unknown): Refusal =>
  refusal('RequestRegisterClient', faultIn(options, kinds.connection, 'options'));

/** @throws {IxionError} what is wrong with the options of a stream, which is not a promise */
export function checkEvents(options: unknown): void {
  const fault = faultIn(options, kinds.events, 'options');
  if (fault !== undefined) throw ownError(fault, 'RequestStartPlaceAgentStateReportingAll');
}
