/**
 * What the server answers, as it is shown: times as ISO 8601, numbers of the protocol with their
 * words. What clients have chosen (attached data, reasons, extensions) is left as it is.
 */
import { ActorType } from '../interaction/event.js';
import { VisibilityMode } from '../interaction/invitation.js';
import { InteractionState } from '../interaction/state-record.js';
import { writeTime } from '../text/index.js';

type Values = Readonly<Record<string, unknown>>;

const wordsOf = (table: Readonly<Record<string, number>>): Readonly<Record<number, string>> =>
  Object.fromEntries(Object.entries(table).map(([word, number]) => [number, word]));

const actorWords = wordsOf(ActorType);

/** Words of the numbers of each attribute. */
const words: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  InteractionState: wordsOf(InteractionState),
  ActorType: actorWords,
  PartyType: actorWords,
  VisibilityMode: wordsOf(VisibilityMode),
  Operation: {
    0: 'unknown',
    1: 'transfer',
    2: 'conference',
    3: 'intrude',
    4: 'route',
    5: 'pull',
    6: 'create',
    7: 'reject',
    8: 'timeout',
    9: 'leave',
    10: 'stop',
    11: 'place in workbin',
    12: 'place in queue',
    13: 'party disconnect',
  },
};

/** Attributes of the protocol whose number is a time. */
const isTime = (name: string): boolean =>
  name.endsWith('At') || name === 'EventTime' || name === 'HoldUntil';

const time = (value: unknown): unknown => (typeof value === 'number' ? writeTime(value) : value);

/** Properties that hold properties. */
const nested = 'ChangedSystem';

function wordOf(name: string, value: unknown): string | undefined {
  const known = Object.hasOwn(words, name) && typeof value === 'number' ? words[name] : undefined;
  return known?.[value as number];
}

/** For programs: beside a number that has a word comes the word, as `InteractionStateName`. */
export function forPrograms(record: Values): Values {
  const pairs = Object.entries(record).flatMap(([name, value]): [string, unknown][] => {
    if (isTime(name)) return [[name, time(value)]];
    if (name === nested) return [[name, forPrograms(value as Values)]];
    const word = wordOf(name, value);
    return word === undefined
      ? [[name, value]]
      : [
          [name, value],
          [`${name}Name`, word],
        ];
  });
  return Object.fromEntries(pairs);
}

/** For people: `0 (queued)`. */
export function forPeople(record: Values): Values {
  const pairs = Object.entries(record).map(([name, value]): [string, unknown] => {
    if (isTime(name)) return [name, time(value)];
    if (name === nested) return [name, forPeople(value as Values)];
    const word = wordOf(name, value);
    return [name, word === undefined ? value : `${String(value)} (${word})`];
  });
  return Object.fromEntries(pairs);
}

/** A record of the server's own with its times, by name, as ISO 8601. */
export function withTimes<Names extends string>(
  record: object,
  ...names: readonly Names[]
): Values {
  const shown: Record<string, unknown> = { ...record };
  for (const name of names) if (name in shown) shown[name] = time(shown[name]);
  return shown;
}
