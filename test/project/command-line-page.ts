/**
 * `docs/reference/command-line.md` and `docs/man/ixion.1`, made from the table of the command line.
 */
import { allCommands, type NamedVerb, verbsOf } from '../../lib/cli/all-tables.js';
import { exitCodeMeanings, allExitCodes, exitCodes } from '../../lib/cli/exit-codes.js';
import { fileErrors, otherFileError } from '../../lib/cli/file-errors.js';
import { argumentText, defaultText, exitCodesOf, optionText, usageOf } from '../../lib/cli/help.js';
import { describeShape } from '../../lib/cli/json/describe.js';
import { errorShape, shapes, warningShape } from '../../lib/cli/json/index.js';
import { manualPage } from '../../lib/cli/manual.js';
import { codesByError, commandRemedies } from '../../lib/cli/report-error.js';
import { type ErrorName, errorTable } from '../../lib/errors.js';
import { optionsOf } from '../../lib/cli/parse.js';
import type { ArgumentRow, OptionRow } from '../../lib/cli/table/types.js';
import { expectation } from '../../lib/cli/values.js';
import { readVersion } from '../../lib/server/version.js';

const rows = await allCommands();

const exitOf = (name: ErrorName): string => String(codesByError[name] ?? exitCodes.refused);

/** Errors of the server and the client library, as the command tells them. */
function serverErrors(): string {
  const lines = Object.entries(errorTable)
    .toSorted(([, left], [, right]) => left.code - right.code)
    .map(([name, { code, remedy }]) => [
      String(code),
      `\`${name}\``,
      exitOf(name as ErrorName),
      commandRemedies[name as ErrorName] ?? remedy,
    ]);
  return tableOf(
    ['code', 'name', 'exit code', 'what to do, unless the place says it better'],
    lines,
  );
}

/** What the system says of files. */
function systemErrors(): string {
  const lines = fileErrors.map(({ codes, means, exitCode, remedy: { read, written } }) => [
    codes.map((code) => `\`${code}\``).join(', '),
    means,
    String(exitCode),
    read === written ? read : `Read: ${read} Written: ${written}`,
  ]);
  const { exitCode, remedy } = otherFileError;
  return tableOf(
    ['the system says', 'which means', 'exit code', 'what to do'],
    [...lines, ['anything else', 'see its words', String(exitCode), remedy.read]],
  );
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

const tableOf = (head: readonly string[], lines: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...lines]
    .map((line) => `| ${line.map(cell).join(' | ')} |`)
    .join('\n');

const block = (text: string): string => `\`\`\`\n${text}\n\`\`\``;

function optionRow([name, row]: readonly [string, OptionRow]): string[] {
  const value = row.kind === 'flag' ? '' : expectation(row);
  const otherwise = [
    ...(row.environment === undefined ? [] : [`\`${row.environment}\``]),
    ...(row.required === true ? ['required'] : []),
    ...(defaultText(row) === undefined ? [] : [`\`${defaultText(row)}\``]),
  ];
  return [`\`${optionText(name, row)}\``, row.about, value, otherwise.join(', else ')];
}

const optionHead = ['option', 'is for', 'value', 'when it is not given'];

/** Options that are described once for all verbs. */
const isCommon = ([name, row]: readonly [string, OptionRow]): boolean =>
  row.group !== undefined || name === 'json' || name === 'help';

function verbPart({ command, name, path, verb }: NamedVerb): string {
  const words = Object.entries<ArgumentRow>(verb.arguments ?? {});
  const options = Object.entries(optionsOf(verb));
  const own = options.filter((option) => !isCommon(option));
  const shared = options.filter(([key, row]) => row.group !== undefined && key !== 'help');
  const parts = [
    `### ixion ${path}`,
    `${verb.about}.${verb.more === undefined ? '' : ` ${verb.more}`}`,
    block(usageOf(command, name)),
  ];
  if (words.length > 0) {
    const lines = words.map(([key, row]) => [`\`${argumentText(key, row)}\``, row.about]);
    parts.push(tableOf(['argument', 'is'], lines));
  }
  if (own.length > 0) parts.push(tableOf(optionHead, own.map(optionRow)));
  if (shared.length > 0) {
    parts.push(
      `And ${shared.map(([key]) => `[\`--${key}\`](#options-of-many-commands)`).join(', ')}.`,
    );
  }
  for (const names of verb.exclusive ?? []) {
    parts.push(`${names.map((key) => `\`--${key}\``).join(' and ')} exclude each other.`);
  }
  for (const { options, needs, notWith } of verb.together ?? []) {
    const names = options.map((key) => `\`--${key}\``).join(', ');
    const how = needs === undefined ? `not with \`--${notWith}\`` : `only with \`--${needs}\``;
    parts.push(`${names}: ${how}.`);
  }
  parts.push(block(verb.examples.map((example) => `$ ixion ${example}`).join('\n')));
  const shape = shapes[path];
  if (shape !== undefined)
    parts.push(`With \`--json\`: ${verb.json}.`, block(describeShape(shape)));
  parts.push(`Exit codes: ${exitCodesOf(verb).join(', ')}.`);
  return parts.join('\n\n');
}

function commonOptions(): string {
  const found = new Map<string, OptionRow>();
  for (const { verb } of verbsOf(rows)) {
    for (const option of Object.entries(optionsOf(verb))) {
      if (isCommon(option) && !found.has(option[0])) found.set(...option);
    }
  }
  return tableOf(optionHead, [...found].map(optionRow));
}

const head = `# Command line

<!-- Made by "npm run pages" from lib/cli/table and lib/cli/json. -->

\`ixion COMMAND [VERB] [ARGUMENT ...] [OPTION ...]\`. \`ixion help COMMAND VERB\` (or \`--help\` behind it)
shows what is here; \`ixion man\` prints it as a manual page, \`ixion completion bash\` (\`zsh\`, \`fish\`) a
script that completes command lines. Options may be anywhere behind the command; \`--\` ends them, so that
an argument may begin with a dash. A verb takes no option and no argument that it does not know. Of an option
that is given twice the last one counts, unless it is repeatable.

Times are ISO 8601 with a zone, or \`+10m\` from now; lengths of time are \`500ms\`, \`30s\`, \`2m\`, \`1h\`, and a
number alone counts seconds. An option wins over its variable. Variables that are to be true or false are
\`true\`, \`1\`, \`false\` or \`0\`. One that begins with \`IXION_\` and means nothing is told as a warning.
`;

const errors = `## Errors

A command that fails says why in one line on stderr: what happened, and what to do. \`IXION_DEBUG=true\` adds
where in the program. With \`--json\` the line is one JSON object, on stderr too, so that stdout has nothing
but results:

${block(describeShape(errorShape))}

Names and codes of errors that a server or the client library gives are in [errors](errors.md); all others
are named after their exit code. What is odd and does no harm is before it, a line each:

${block(describeShape(warningShape))}

### Errors of the server and the client library

What they mean is in [errors](errors.md).

${serverErrors()}

### Errors of files

Of files and directories that a command reads or writes itself, as the system names them. A start, and what
opens a store, ends with 75 when its disk is full, since there may be room again.

${systemErrors()}
`;

/** The whole page. */
export function commandLinePage(): string {
  const codes = allExitCodes.map((code) => [String(code), exitCodeMeanings[code]]);
  const parts = rows.map((command) => {
    const about = `## ${command.name}\n\n${command.about}.`;
    const own = verbsOf([command]).map(verbPart);
    return [about, ...own].join('\n\n');
  });
  return [
    head,
    `## Exit codes\n\n${tableOf(['code', 'meaning'], codes)}\n`,
    errors,
    `## JSON\n\nOne object or list on a line. \`text\`, \`number\`, \`time\` (ISO 8601) stand for values; a field
with a question mark may be absent. Numbers of the protocol have their word beside them, as
\`InteractionState\` and \`InteractionStateName\`.\n`,
    `## Options of many commands\n\n${commonOptions()}\n`,
    ...parts,
    '',
  ].join('\n\n');
}

/** The manual page. */
export const commandLineManual = (): string => manualPage(rows, readVersion());
