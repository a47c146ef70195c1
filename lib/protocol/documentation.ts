/**
 * The parts of the documentation that are made from tables. A page holds markers
 * `<!-- made: NAME -->` ... `<!-- end -->`; what is between them is replaced, the prose around
 * them is written by hand. `npm run pages` writes, `npm run check` compares.
 */
import { errorTable } from '../errors.js';
import { answers } from './answers.js';
import type { Attribute } from './attribute.js';
import { exampleSection } from './documentation-example.js';
import { lifecycleSection } from './documentation-lifecycle.js';
import { limitsSection } from './documentation-limits.js';
import { table } from './documentation-table.js';
import { doings } from './doing.js';
import type { MessageDefinition, RequestDefinition } from './message.js';
import { requests } from './requests.js';

const sections: Readonly<Record<string, (sources: PageSources) => string>> = {
  doings: doingsTable,
  numbers: () => numbersTable([...requests, ...answers]),
  requests: () => requests.map(messageSection).join('\n\n'),
  answers: () => ofDirection('answer').map(messageSection).join('\n\n'),
  events: () => ofDirection('event').map(messageSection).join('\n\n'),
  lifecycle: lifecycleSection,
  errors: errorsTable,
  example: exampleSection,
  limits: ({ limitsSource }) => limitsSection(limitsSource),
};

/** What pages are made from besides the tables of this module. */
export interface PageSources {
  /** The text of `lib/limits.ts`: what each limit means is there, and only there. */
  readonly limitsSource: string;
}

/**
 * The page with all its made parts as they should be.
 * @throws {Error} for a marker that names no part, or one without an end
 */
export function fillPage(page: string, sources: PageSources): string {
  return page.replaceAll(/<!-- made: (\w+) -->[^]*?(<!-- end -->|$)/g, (_, name: string, end) => {
    const section = sections[name];
    if (section === undefined || end === '') throw new Error(`no part "${name}", or no end of it`);
    return `<!-- made: ${name} -->\n\n${section(sources)}\n\n<!-- end -->`;
  });
}

const ofDirection = (direction: string): readonly MessageDefinition[] =>
  answers.filter((message) => message.direction === direction);

const bySize = new Intl.NumberFormat('en-US');

function numbersTable(messages: readonly MessageDefinition[]): string {
  const rows = messages
    .toSorted((left, right) => left.number - right.number)
    .map(({ number, name, direction, origin }) => [`${number}`, name, direction, origin]);
  return table(['number', 'name', 'is a', 'name and number are'], rows);
}

const answeredBy = { front: 'the server', desk: 'the desk', partition: 'a partition' } as const;

function doingsTable(): string {
  const rows = Object.entries(doings).map(([does, { about, by }]) => {
    const names = requests.filter((request) => request.does === does).map(({ name }) => name);
    return [wordsOf(does), answeredBy[by], about, names.join(', ')];
  });
  return table(['a request that', 'is answered by', 'and', 'is'], rows);
}

/** What is written in one word, in words. */
const wordsOf = (does: string): string =>
  does.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function messageSection(message: MessageDefinition): string {
  const { number, name, about, direction, attributes } = message;
  const rows = Object.entries(attributes).map(([attribute, definition]) => [
    `\`${attribute}\``,
    typeOf(definition),
    definition.required ? 'yes' : '',
    definition.about,
  ]);
  const parts = [`### ${number} ${name}`, about];
  if (direction === 'request') parts.push(routeLine(message as RequestDefinition));
  if (rows.length > 0) parts.push(table(['attribute', 'type', 'required', 'meaning'], rows));
  else parts.push('No attributes: the body is the empty map, one byte `80`.');
  return parts.join('\n\n');
}

function routeLine({ routes, answers: names, changes, does }: RequestDefinition): string {
  const kinds = routes.map(({ kind, attribute }) => {
    if (kind === 'none') return '`none`';
    return `\`${kind}\`, key = ${attribute === undefined ? 'see above' : `\`${attribute}\``}`;
  });
  const idempotent = changes ? ' May carry a `RequestKey`.' : '';
  const [route, answer] = [kinds.join('; or '), names.join(' or ')];
  return `It ${wordsOf(does)}. Route: ${route}. Answer: ${answer}.${idempotent}`;
}

function typeOf({ kind, min, max, minBytes, maxBytes, form, entry }: Attribute): string {
  const size = bySize.format(maxBytes);
  switch (kind) {
    case 'string':
      return `${form === 'text' ? 'str' : form}, ${minBytes} to ${size} bytes`;
    case 'integer':
      return max === Number.MAX_SAFE_INTEGER ? `int, ${min} to 2^53 - 1` : `int, ${min} to ${max}`;
    case 'boolean':
      return 'bool, or int 0 or 1';
    case 'timestamp':
      return 'int, milliseconds since 1970 UTC';
    case 'bytes':
      return `bin, ${size} bytes`;
    case 'keyValues':
      return `map of attached data, at most ${size} bytes`;
    case 'strings':
      return `array of at most ${size}, each ${typeOf(entry!)}`;
    case 'integers':
      return `array of int from 0, at most ${size}`;
    case 'record':
      return 'any';
  }
}

function errorsTable(): string {
  const rows = Object.entries(errorTable)
    .toSorted(([, left], [, right]) => left.code - right.code)
    .map(([name, { code, retryable, cause, remedy }]) => [
      `${code}`,
      `\`${name}\``,
      retryable ? 'yes' : '',
      cause,
      remedy,
    ]);
  return table(['code', 'name', 'retryable', 'cause', 'what to do'], rows);
}
