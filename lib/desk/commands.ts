/**
 * What can be asked of an agent that is logged in, and what becomes of its login by it: a new
 * record and what is told, or a refusal. Pure: nothing is done here; who carries a change out
 * makes it durable first.
 */
import { MediumState, stepOf, type MediumEvent, type MediumInput } from './medium-state.js';
import { carryOutWrapUp, type WrapUpCommand } from './wrap-up.js';
import type { AgentHappening, Change } from './change.js';
import { mediumOf, type LoginRecord, type MediumRecord, type Reason } from './record.js';

export type Command =
  | WrapUpCommand
  /** Media by name; undefined: all that the agent has. */
  | {
      readonly do: 'medium';
      readonly input: Exclude<MediumInput, 'finished' | 'afterCurrentAtOnce'>;
      readonly media: readonly string[] | undefined;
      readonly reason?: Reason | undefined;
    }
  /** The last of what was in hand of a medium has gone. */
  | { readonly do: 'finished'; readonly medium: string }
  | { readonly do: 'doNotDisturb'; readonly on: boolean; readonly reason?: Reason | undefined }
  | { readonly do: 'reason'; readonly reason: Reason | undefined }
  | {
      readonly do: 'mediumReason';
      readonly medium: string;
      readonly reason: Reason | undefined;
    }
  | { readonly do: 'lost'; readonly atMs: number };

/** The medium that the agent does not have. */
export interface UnknownMedium {
  readonly unknownMedium: string;
}

/** What a command has to know besides the login. */
export interface Circumstances {
  /** Milliseconds since 1970 UTC. */
  readonly nowMs: number;
  /** Whether the agent has something of a medium in hand. */
  isBusy(medium: string): boolean;
}

/** What a command makes of a login. */
export function carryOut(
  login: LoginRecord,
  command: Command,
  given: Circumstances,
): Change | UnknownMedium {
  switch (command.do) {
    case 'medium':
      return changeMedia(login, command, given);
    case 'finished': {
      if (mediumOf(login, command.medium)?.state !== MediumState.closing) return unchanged(login);
      return changeMedia(login, { input: 'finished', media: [command.medium] }, given);
    }
    case 'doNotDisturb': {
      if (command.on === login.doNotDisturb) return unchanged(login);
      const kind = command.on ? 'doNotDisturbOn' : 'doNotDisturbOff';
      const happened = [{ kind, reason: command.reason }] as const;
      return changed(login, { doNotDisturb: command.on }, happened);
    }
    case 'reason': {
      if (isSame(login.reason, command.reason)) return unchanged(login);
      const happened = [{ kind: 'reasonChanged', reason: command.reason }] as const;
      return changed(login, { reason: command.reason }, happened);
    }
    case 'mediumReason': {
      const medium = mediumOf(login, command.medium);
      if (medium === undefined) return { unknownMedium: command.medium };
      if (isSame(medium.reason, command.reason)) return unchanged(login);
      const { reason } = command;
      const happened = [{ kind: 'mediumReasonChanged', medium: medium.name, reason }] as const;
      return changed(
        login,
        { media: replaced(login.media, { ...medium, reason }, medium.name) },
        happened,
      );
    }
    case 'wrapUpBegins':
    case 'disposition':
    case 'wrapUpEnds':
      return carryOutWrapUp(login, command, given.nowMs);
    case 'lost':
      if (login.lostMs !== undefined) return unchanged(login);
      return changed(login, { lostMs: command.atMs }, [{ kind: 'connectionClosed' }]);
  }
}

export const isChange = (outcome: Change | UnknownMedium): outcome is Change => 'record' in outcome;

interface MediaChange {
  readonly input: MediumInput;
  readonly media: readonly string[] | undefined;
  readonly reason?: Reason | undefined;
}

/** All of it or, if one medium is not there, nothing. */
function changeMedia(
  login: LoginRecord,
  { input: asked, media, reason }: MediaChange,
  { nowMs, isBusy }: Circumstances,
): Change | UnknownMedium {
  const happened: AgentHappening[] = [];
  let all = login.media;
  for (const name of media ?? login.media.map((one) => one.name)) {
    const before = all.find((one) => one.name === name);
    const input = asked === 'afterCurrent' && !isBusy(name) ? 'afterCurrentAtOnce' : asked;
    const step = stepOf(before?.state ?? MediumState.absent, input);
    if (step === 'unknown') return { unknownMedium: name };
    if (step.state === before?.state) {
      const told = tellReason(before, input, reason);
      if (told === undefined) continue;
      happened.push({ kind: 'mediumReasonChanged', medium: name, reason });
      all = replaced(all, told, name);
      continue;
    }
    const after = mediumAfter(name, step.state, before, reason, nowMs);
    const why = after?.reason ?? reason;
    all = replaced(all, after, name);
    if (step.event !== undefined) happened.push(happeningOf(step.event, name, step.state, why));
  }
  if (all === login.media) return unchanged(login);
  return changed(login, { media: all }, happened);
}

/** Who is not ready and says so again, with another reason, changes the reason. */
function tellReason(
  medium: MediumRecord | undefined,
  input: MediumInput,
  reason: Reason | undefined,
): MediumRecord | undefined {
  const saysNotReady = input === 'notReady' || input.startsWith('afterCurrent');
  if (medium === undefined || !saysNotReady || reason === undefined) return undefined;
  return isSame(medium.reason, reason) ? undefined : { ...medium, reason };
}

function mediumAfter(
  name: string,
  state: MediumState,
  before: MediumRecord | undefined,
  reason: Reason | undefined,
  sinceMs: number,
): MediumRecord | undefined {
  if (state === MediumState.absent) return undefined;
  // What was given when it was to close is the reason when it has.
  const why = state === MediumState.ready ? undefined : (reason ?? before?.reason);
  return { name, state, sinceMs, ...(why !== undefined && { reason: why }) };
}

/** The same media with this one put or, if it is undefined, taken away. */
function replaced(
  media: readonly MediumRecord[],
  medium: MediumRecord | undefined,
  name: string,
): readonly MediumRecord[] {
  const at = media.findIndex((one) => one.name === name);
  if (medium === undefined) return media.toSpliced(at, 1);
  return at < 0 ? [...media, medium] : media.with(at, medium);
}

function happeningOf(
  event: MediumEvent,
  medium: string,
  state: MediumState,
  reason: Reason | undefined,
): AgentHappening {
  switch (event) {
    case 'added':
      return { kind: 'mediumAdded', medium, isReady: state === MediumState.ready, reason };
    case 'removed':
      return { kind: 'mediumRemoved', medium, reason };
    case 'ready':
      return { kind: 'mediumReady', medium, reason };
    case 'notReady':
      return { kind: 'mediumNotReady', medium, reason };
  }
}

const unchanged = (record: LoginRecord): Change => ({ record, happened: [] });

const changed = (
  login: LoginRecord,
  parts: Partial<LoginRecord>,
  happened: readonly AgentHappening[],
): Change => ({ record: { ...login, ...parts, change: login.change + 1 }, happened });

const isSame = (one: Reason | undefined, other: Reason | undefined): boolean =>
  one?.name === other?.name && one?.description === other?.description;
