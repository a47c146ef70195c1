/** Values of options and variables: what a text means to each kind. */
import { readResumeToken } from '../client/resume-token.js';
import { systemClock } from '../clock.js';
import { parseEndpoint } from '../config/endpoint.js';
import {
  isFault,
  readBoolean,
  readDecimal,
  readDuration,
  readInteger,
  readTime,
  suggestion,
  TextFault,
} from '../text/index.js';
import type { ArgumentRow, OptionRow } from './table/types.js';

/** Durations are at most this long: what a timer takes. */
const durationMsMax = 2_147_483_647;
const emptyPath = new TextFault('the path is empty', 'give a path');
/** Numbers of versions, and other arguments that count. */
const argumentMax = 999_999_999;

/** Milliseconds since 1970 UTC of a time, or of a length from now as +10m. */
function readMoment(text: string): number | TextFault {
  if (!text.startsWith('+')) return readTime(text);
  const fromNowMs = readDuration(text.slice(1), 0, durationMsMax);
  return isFault(fromNowMs) ? fromNowMs : systemClock.nowMs() + fromNowMs;
}

/** HOST:PORT, as a text; a fault says what is missing. */
function readEndpoint(text: string): string | TextFault {
  if (parseEndpoint(text) !== undefined) return text;
  const what = `${JSON.stringify(text)} is not HOST:PORT`;
  const scheme = /^[a-z]+:\/\//i.exec(text)?.[0];
  if (scheme !== undefined) return new TextFault(what, `leave out ${scheme}`);
  if (/^(\[[^\]]+\]|[^:[\]]+):?$/.test(text)) {
    return new TextFault(what, `the port is missing, as ${text.replace(/:$/, '')}:7488`);
  }
  return new TextFault(what, 'write it as 127.0.0.1:7488 or [::1]:7488');
}

function readToken(text: string): string | TextFault {
  try {
    readResumeToken(text);
    return text;
  } catch {
    const what = `${JSON.stringify(text)} is not a token`;
    return new TextFault(what, 'write it as "ixion events" printed it, 3f9a0c1d2e4b5a67:12,0,7,3');
  }
}

function readChoice(choices: readonly string[], text: string): string | TextFault {
  if (choices.includes(text)) return text;
  const near = suggestion(text, choices);
  const hint = near === undefined ? '' : `; did you mean "${near}"?`;
  const what = `${JSON.stringify(text)} is none of ${choices.join(', ')}${hint}`;
  return new TextFault(what, `give one of them`);
}

/** What a text means to an option, or why it does not fit. */
export function readValue(row: OptionRow, text: string): unknown {
  switch (row.kind) {
    case 'flag':
    case 'truth':
      return readBoolean(text);
    case 'choice':
      return readChoice(row.choices, text);
    case 'whole':
      return readInteger(text, row.min, row.max);
    case 'number':
      return readDecimal(text, row.min, row.max);
    case 'duration':
      return readDuration(text, row.min ?? 0, durationMsMax);
    case 'time':
      return readMoment(text);
    case 'resume-token':
      return readToken(text);
    case 'endpoint':
      return readEndpoint(text);
    case 'file':
    case 'directory':
      return text === '' ? emptyPath : text;
    default:
      return text;
  }
}

/** What an option wants, for the message when it gets nothing, and for the reference. */
export function expectation(row: OptionRow): string {
  switch (row.kind) {
    case 'flag':
    case 'truth':
      return 'true, false, 1 or 0';
    case 'choice':
      return `one of ${row.choices.join(', ')}`;
    case 'whole':
      return `a whole number from ${row.min} to ${row.max}`;
    case 'number':
      return `a number from ${row.min} to ${row.max}`;
    case 'duration':
      return 'a time as 500ms, 30s, 2m or 1h';
    case 'time':
      return 'a time as 2026-01-31T12:00:00Z, or +10m from now';
    case 'resume-token':
      return 'a token as 3f9a0c1d2e4b5a67:12,0,7,3';
    case 'endpoint':
      return 'HOST:PORT, as 127.0.0.1:7488 or [::1]:7488';
    case 'file':
      return 'the path of a file';
    case 'directory':
      return 'the path of a directory';
    default:
      return 'a text';
  }
}

/** The value of an argument, or why it does not fit. */
export function readArgument(row: ArgumentRow, text: string): unknown {
  if (row.choices !== undefined) return readChoice(row.choices, text);
  if (row.kind === 'whole') return readInteger(text, 0, argumentMax);
  if (row.kind !== undefined && text === '') return emptyPath;
  return text;
}
