/** The functions of the language, and what to write instead of those of databases. */
import { millisecondsPerSecond, type Term } from './term.js';

/** A function without arguments that tells how long ago a time was, in seconds. */
interface AgeFunction {
  readonly name: string;
  /** The property whose time it is. */
  readonly since: string;
  readonly about: string;
}

/** `_age()` and the like: the present time less that of a property. Seconds, with a fraction. */
export const ageFunctions: readonly AgeFunction[] = [
  { name: '_age', since: 'ReceivedAt', about: 'seconds since it was received' },
  {
    name: '_age_in_queue',
    since: 'MovedToQueueAt',
    about: 'seconds since it first came to its queue, also if it left it for a while',
  },
  {
    name: '_time_in_queue',
    since: 'PlacedInQueueAt',
    about: 'seconds since it was last placed in its queue',
  },
];

/** The others; their arguments are looked at where they are read (`check.ts`). */
export const otherFunctions = ['_current_time', '_timestamp', '_empty'] as const;
export type OtherFunction = (typeof otherFunctions)[number];

/** Every name, for suggestions. */
export const functionNames: readonly string[] = [
  ...ageFunctions.map(({ name }) => name),
  ...otherFunctions,
];

const now = 'write _current_time()';
const absent = 'write IS NULL, or _empty() for absent or empty text';
const constant = "write _timestamp('2026-01-31 12:00:00'), in UTC";
const plainText = 'text is compared as it is; for a part of it write LIKE';
const difference = 'subtract one time from the other: that gives seconds';

/** Functions and words of databases, in small letters, with what to write instead. */
export const foreignFunctions: Readonly<Record<string, string>> = {
  getdate: now,
  getutcdate: now,
  sysdate: now,
  sysdatetime: now,
  sysutcdatetime: now,
  systimestamp: now,
  now: now,
  current_timestamp: now,
  current_time: now,
  isnull: absent,
  ifnull: absent,
  nvl: absent,
  coalesce: absent,
  nullif: absent,
  to_date: constant,
  to_timestamp: constant,
  timestamp: constant,
  convert: constant,
  cast: constant,
  datetime: constant,
  datediff: difference,
  timestampdiff: difference,
  dateadd: 'add seconds to a time, as ReceivedAt + 3600',
  upper: plainText,
  lower: plainText,
  ucase: plainText,
  lcase: plainText,
  substring: plainText,
  substr: plainText,
  left: plainText,
  right: plainText,
  trim: plainText,
  len: plainText,
  length: plainText,
  concat: plainText,
  charindex: plainText,
  instr: plainText,
  _not_empty: 'write NOT _empty()',
  _is_empty: 'write _empty()',
  _null: 'write IS NULL',
  abs: 'write two comparisons',
  count: 'a condition is about one interaction',
  max: 'a condition is about one interaction',
  min: 'a condition is about one interaction',
  sum: 'a condition is about one interaction',
};

/** Milliseconds of so many seconds, as times are computed with. */
export const millisecondsOf = <Entry>(seconds: Term<Entry>): Term<Entry> =>
  arithmetic('*', 'number', seconds, perSecond);

/** One time less another, in seconds. */
export const secondsBetween = <Entry>(left: Term<Entry>, right: Term<Entry>): Term<Entry> =>
  arithmetic('/', 'number', arithmetic('-', 'number', left, right), perSecond);

const perSecond = { kind: 'constant', type: 'number', value: millisecondsPerSecond } as const;

const arithmetic = <Entry>(
  operator: '-' | '*' | '/',
  type: 'number' | 'time',
  left: Term<Entry>,
  right: Term<Entry>,
): Term<Entry> => ({ kind: 'arithmetic', type, operator, left, right });
