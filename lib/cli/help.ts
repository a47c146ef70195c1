/** Help in one style, made from the table. */
import type { CommandEntry } from './command.js';
import { allExitCodes, exitCodeMeanings, type ExitCode } from './exit-codes.js';
import { optionsOf } from './parse.js';
import { durationText } from './duration-text.js';
import type { ArgumentRow, CommandRow, OptionRow, VerbRow } from './table/types.js';

const columns = 96;

/** Breaks a text into lines of at most so many columns. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length > width && line !== '') {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** Two columns, the second one wrapped. */
function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.flatMap(([left, right]) =>
    wrap(right, columns - width - 4).map((line, at) =>
      `  ${(at === 0 ? left : '').padEnd(width)}  ${line}`.trimEnd(),
    ),
  );
}

/** `DIR`, `[FILE]`, `[QUEUE ...]`. */
export function argumentText(name: string, row: ArgumentRow): string {
  const label = name.toUpperCase();
  if (row.many === true) return `[${label} ...]`;
  return row.optional === true ? `[${label}]` : label;
}

/** `--timeout TIME`. */
export function optionText(name: string, row: OptionRow): string {
  const dashed = name === 'help' ? '-h, --help' : `--${name}`;
  return row.placeholder === undefined ? dashed : `${dashed} ${row.placeholder}`;
}

/** What an option has if nobody gives it, as people write it; undefined: nothing. */
export function defaultText(row: OptionRow): string | undefined {
  if (!('default' in row) || row.default === undefined) return undefined;
  return row.kind === 'duration' ? durationText(row.default) : String(row.default);
}

/** What it is for, where else it comes from, and what it is otherwise. */
export function optionAbout(row: OptionRow): string {
  const notes = [
    ...(row.required === true ? ['required'] : []),
    ...(row.environment === undefined ? [] : [row.environment]),
    ...(defaultText(row) === undefined ? [] : [`default ${defaultText(row)}`]),
  ];
  return notes.length === 0 ? row.about : `${row.about} (${notes.join(', ')})`;
}

/** `ixion store backup DIR [OPTION ...]` */
export function usageOf(command: CommandRow, name: string): string {
  const verb = command.verbs[name]!;
  const words = Object.entries(verb.arguments ?? {}).map(([key, row]) => argumentText(key, row));
  const required = Object.entries(verb.options ?? {})
    .filter(([, row]) => row.required === true)
    .map(([key, row]) => optionText(key, row));
  const path = name === '' ? [command.name] : [command.name, name];
  return ['ixion', ...path, ...words, ...required, '[OPTION ...]'].join(' ');
}

const groups = [
  ['Options', undefined],
  ['Server', 'server'],
  ['Access', 'access'],
] as const;

/** The exit codes of a verb: 0 and 64 belong to all. */
export function exitCodesOf(verb: VerbRow): readonly ExitCode[] {
  return allExitCodes.filter((code) => code === 0 || code === 64 || verb.exitCodes.includes(code));
}

const exitLines = (codes: readonly ExitCode[]): string[] => [
  'Exit codes:',
  ...table(codes.map((code) => [String(code), exitCodeMeanings[code]])),
];

/** `ixion COMMAND VERB --help` */
export function verbHelp(command: CommandRow, name: string): string {
  const verb = command.verbs[name]!;
  const lines = [`Usage: ${usageOf(command, name)}`, '', ...wrap(`${verb.about}.`, columns)];
  if (verb.more !== undefined) lines.push(...wrap(verb.more, columns));
  const words = Object.entries(verb.arguments ?? {});
  if (words.length > 0) {
    lines.push('', 'Arguments:');
    lines.push(...table(words.map(([key, row]) => [argumentText(key, row), row.about])));
  }
  const options = Object.entries(optionsOf(verb));
  for (const [head, group] of groups) {
    const rows = options.filter(([, row]) => row.group === group);
    if (rows.length === 0) continue;
    lines.push('', `${head}:`);
    lines.push(...table(rows.map(([key, row]) => [optionText(key, row), optionAbout(row)])));
  }
  const verbs = Object.entries(command.verbs).filter(([other]) => name === '' && other !== '');
  if (verbs.length > 0) {
    lines.push('', 'Verbs:');
    lines.push(
      ...table(verbs.map(([other]) => [usageOf(command, other), command.verbs[other]!.about])),
    );
  }
  lines.push('', 'Examples:', ...verb.examples.map((example) => `  $ ixion ${example}`));
  return [...lines, '', ...exitLines(exitCodesOf(verb)), ''].join('\n');
}

/** `ixion COMMAND --help` */
export function commandHelp(command: CommandRow): string {
  if (Object.hasOwn(command.verbs, '')) return verbHelp(command, '');
  const verbs = Object.entries(command.verbs).map(([name, { about }]) => [name, about] as const);
  return [
    `Usage: ixion ${command.name} VERB [ARGUMENT ...] [OPTION ...]`,
    '',
    `${command.about}.`,
    '',
    'Verbs:',
    ...table(verbs),
    '',
    `"ixion ${command.name} VERB --help" tells more.`,
    '',
  ].join('\n');
}

/** `ixion --help` */
export function mainHelp(commands: Readonly<Record<string, CommandEntry>>): string {
  return [
    'Usage: ixion COMMAND [VERB] [ARGUMENT ...] [OPTION ...]',
    '',
    'An open interaction server.',
    '',
    'Commands:',
    ...table(Object.entries(commands).map(([name, { about }]) => [name, about] as const)),
    '',
    '"ixion COMMAND --help" tells more, "ixion help COMMAND VERB" likewise.',
    '"ixion --version" prints the version.',
    '',
    ...exitLines(allExitCodes),
    '',
  ].join('\n');
}
