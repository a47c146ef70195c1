/**
 * After-call work: what an agent has still to do with an interaction that is over for it. Pure, as
 * `commands.ts`: a wrap-up is a part of the login, from its begin until it is ended.
 */
import { limits } from '../limits.js';
import type { AgentHappening, Change } from './change.js';
import type { LoginRecord, Reason, WrapUpRecord } from './record.js';

/** How a wrap-up ends. `logout`: with the login. */
export type WrapUpEnd = 'done' | 'timeout' | 'logout';

/** The disposition code of one that ended with its time before the agent gave one. */
export const timeoutCode = 'WrapUpTimeout';

export type WrapUpCommand =
  | { readonly do: 'wrapUpBegins'; readonly wrapUp: WrapUpRecord }
  /** A disposition code is given, and the wrap-up goes on. */
  | {
      readonly do: 'disposition';
      readonly interactionId: string;
      readonly code: string;
      readonly reason?: Reason | undefined;
    }
  | {
      readonly do: 'wrapUpEnds';
      readonly interactionId: string;
      readonly end: WrapUpEnd;
      readonly code?: string | undefined;
      readonly reason?: Reason | undefined;
    };

/** The wrap-up of an interaction. */
export const wrapUpOf = (
  { wrapUps = [] }: LoginRecord,
  interactionId: string,
): WrapUpRecord | undefined => wrapUps.find((one) => one.interactionId === interactionId);

/** What a command makes of a login; of one that has no such wrap-up, nothing. */
export function carryOutWrapUp(login: LoginRecord, command: WrapUpCommand, nowMs: number): Change {
  const { wrapUps = [] } = login;
  if (command.do === 'wrapUpBegins') {
    const { wrapUp } = command;
    const others = wrapUps.filter((one) => one.interactionId !== wrapUp.interactionId);
    // Each is written with the login at each of its changes, and told in one frame.
    if (others.length >= limits.wrapUpsPerAgent) return { record: login, happened: [] };
    return changed(login, [...others, wrapUp], happeningOf('wrapUpBegan', wrapUp, nowMs));
  }
  const { interactionId, reason, code } = command;
  const before = wrapUpOf(login, interactionId);
  if (before === undefined) return { record: login, happened: [] };
  const others = wrapUps.filter((one) => one !== before);
  if (command.do === 'disposition') {
    if (before.code === code) return { record: login, happened: [] };
    const after = { ...before, code };
    const happening = happeningOf('dispositionGiven', after, nowMs, undefined, reason);
    return changed(login, [...others, after], happening);
  }
  const { end } = command;
  const usual = end === 'timeout' ? timeoutCode : undefined;
  const after = { ...before, code: code ?? before.code ?? usual };
  return changed(login, others, happeningOf('wrapUpEnded', after, nowMs, end, reason));
}

/** With the login all its wrap-ups end. */
export const wrapUpsEnd = ({ wrapUps = [] }: LoginRecord, nowMs: number): AgentHappening[] =>
  wrapUps.map((one) => happeningOf('wrapUpEnded', one, nowMs, 'logout'));

function changed(
  { wrapUps: _, ...login }: LoginRecord,
  wrapUps: readonly WrapUpRecord[],
  happening: AgentHappening,
): Change {
  const some = wrapUps.length === 0 ? {} : { wrapUps };
  return { record: { ...login, ...some, change: login.change + 1 }, happened: [happening] };
}

function happeningOf(
  what: 'wrapUpBegan' | 'dispositionGiven' | 'wrapUpEnded',
  { interactionId, medium, queue, code, sinceMs }: WrapUpRecord,
  nowMs: number,
  end?: WrapUpEnd,
  reason?: Reason | undefined,
): AgentHappening {
  const lastedMs = end === undefined ? undefined : Math.max(0, nowMs - sinceMs);
  const told = { interactionId, what, queue, dispositionCode: code, end, lastedMs };
  return { kind: 'custom', medium, told, reason };
}
