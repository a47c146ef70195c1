/** The manual page, `ixion(1)`, in the macros of man(7). Made from the table. */
import { verbsOf } from './all-tables.js';
import { allExitCodes, exitCodeMeanings } from './exit-codes.js';
import { argumentText, optionAbout, optionText, usageOf } from './help.js';
import { optionsOf } from './parse.js';
import type { CommandRow, OptionRow, VerbRow } from './table/types.js';

/** Text that roff takes as it is. */
const plain = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1');

const paragraph = (text: string): string => `.PP\n${plain(text)}`;
const item = (head: string, text: string): string => `.TP\n.B ${plain(head)}\n${plain(text)}`;

/** Options that are in a section of their own. */
const isShared = (row: OptionRow): boolean => row.group !== undefined;
const isOwn = ([name, row]: readonly [string, OptionRow]): boolean =>
  !isShared(row) && name !== 'help' && name !== 'json';

function verbSection(command: CommandRow, name: string, verb: VerbRow): string {
  const items = [
    ...Object.entries(verb.arguments ?? {}).map(([key, row]) =>
      item(argumentText(key, row), `${row.about}.`),
    ),
    ...Object.entries(verb.options ?? {})
      .filter(isOwn)
      .map(([key, row]) => item(optionText(key, row), `${optionAbout(row)}.`)),
  ];
  return [
    `.SS ${plain(usageOf(command, name))}`,
    plain(`${verb.about}.${verb.more === undefined ? '' : ` ${verb.more}`}`),
    ...items,
    ...(verb.json === undefined ? [] : [paragraph(`With --json: ${verb.json}.`)]),
  ].join('\n');
}

/** Options of many verbs, each once. */
function sharedOptions(rows: readonly CommandRow[]): string[] {
  const found = new Map<string, OptionRow>();
  for (const { verb } of verbsOf(rows)) {
    for (const [name, row] of Object.entries(optionsOf(verb))) {
      const isCommon = isShared(row) || name === 'json' || name === 'help';
      if (isCommon && !found.has(name)) found.set(name, row);
    }
  }
  return [...found].map(([name, row]) => item(optionText(name, row), `${optionAbout(row)}.`));
}

/** @param version of the program, for the foot of the page */
export function manualPage(rows: readonly CommandRow[], version: string): string {
  const codes = allExitCodes.map((code) => item(String(code), `${exitCodeMeanings[code]}.`));
  return [
    '.\\" Made by "npm run pages" from lib/cli/table.',
    `.TH IXION 1 "" "ixion ${version}" "Ixion"`,
    '.SH NAME',
    'ixion \\- an open interaction server, and the commands to work with it',
    '.SH SYNOPSIS',
    '.B ixion',
    'COMMAND [VERB] [ARGUMENT ...] [OPTION ...]',
    '.SH DESCRIPTION',
    plain('Errors are one line on stderr with what to do; with --json one JSON object. Times are'),
    plain('ISO 8601 in UTC, lengths of time 500ms, 30s, 2m or 1h, a number alone counts seconds.'),
    '.SH COMMANDS',
    ...verbsOf(rows).map(({ command, name, verb }) => verbSection(command, name, verb)),
    '.SH OPTIONS OF MANY COMMANDS',
    ...sharedOptions(rows),
    '.SH ENVIRONMENT',
    plain('The variables named with the options above stand for them where they are not given. A'),
    plain(
      'variable that is to be true or false is true, 1, false or 0. One that begins with IXION_ and',
    ),
    plain('means nothing is told as a warning. IXION_DEBUG=true shows the stack of an error.'),
    '.SH EXIT STATUS',
    ...codes,
    '.SH SEE ALSO',
    plain(
      'docs/reference/command-line.md has the JSON of every command, docs/reference/errors.md the',
    ),
    'errors.',
    '',
  ].join('\n');
}
