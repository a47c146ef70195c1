/**
 * A command line against its row of the table: Node's own parser cuts it, this decides what fits.
 * Every refusal is a `UsageError` of one line that names what is wrong.
 */
import { parseArgs } from 'node:util';
import { isFault, suggestion, type TextFault } from '../text/index.js';
import { UsageError } from './command.js';
import { didYouMean } from './suggest.js';
import type { ArgumentRow, CommandRow, OptionRow, VerbRow } from './table/types.js';
import { expectation, readArgument, readValue } from './values.js';

/** What a command line says. */
export interface Parsed {
  /** '' for a command without verbs. */
  readonly verb: string;
  /** It asks for help: of the command, if no verb is named. */
  readonly help: boolean;
  /** By the names of the table. */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** By their names in camel case. */
  readonly flags: Readonly<Record<string, unknown>>;
}

/** Options of every verb. */
const helpOption = { kind: 'flag', about: 'show this help' } as const;
const jsonOption = { kind: 'flag', about: 'print JSON instead of text' } as const;

/** All options of a verb, in the order of its help. */
export function optionsOf(verb: VerbRow): Readonly<Record<string, OptionRow>> {
  return {
    ...verb.options,
    ...(verb.json !== undefined && { json: jsonOption }),
    help: helpOption,
  };
}

const takesValue = (row: OptionRow): boolean => row.kind !== 'flag';
const camelCase = (name: string): string =>
  name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

interface OptionToken {
  readonly kind: 'option';
  readonly name: string;
  /** With its dashes. */
  readonly rawName: string;
  readonly value: string | undefined;
  /** Written as `--name=value`. */
  readonly inline: boolean;
}

type Token = OptionToken | { readonly kind: 'argument'; readonly text: string };

/** Cuts a command line; what is not a known option takes no value. */
function cut(argv: readonly string[], options: Readonly<Record<string, OptionRow>>): Token[] {
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      Object.entries(options).map(([name, row]) => [
        name,
        {
          type: takesValue(row) ? ('string' as const) : ('boolean' as const),
          multiple: true,
          ...(name === 'help' && { short: 'h' }),
        },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  return tokens.flatMap((token): Token[] => {
    if (token.kind === 'positional') return [{ kind: 'argument', text: token.value }];
    if (token.kind !== 'option') return [];
    const { name, rawName, value, inlineValue: inline = false } = token;
    return [{ kind: 'option', name, rawName, value, inline }];
  });
}

/** Every option of any verb of a command: so much is known before the verb is. */
function anyOption({ verbs }: CommandRow): Record<string, OptionRow> {
  return Object.assign({}, ...Object.values(verbs).map(optionsOf));
}

/** The verb that a command line names; undefined: none. @throws {UsageError} */
function verbOf(command: CommandRow, argv: readonly string[]): string | undefined {
  const names = Object.keys(command.verbs);
  if (names.length === 1 && names[0] === '') return '';
  const [named] = cut(argv, anyOption(command)).filter(({ kind }) => kind === 'argument');
  // A command that does something itself may have verbs besides.
  const itself = names.includes('') ? '' : undefined;
  if (named?.kind !== 'argument') return itself;
  if (named.text !== '' && Object.hasOwn(command.verbs, named.text)) return named.text;
  if (itself !== undefined) return itself;
  const hint = didYouMean(named.text, names);
  throw new UsageError(
    `"${command.name} ${named.text}" is unknown; there are: ${names.join(', ')}.${hint}`,
    `See "ixion ${command.name} --help".`,
  );
}

/**
 * @param environment where options are read that are not on the command line
 * @throws {UsageError}
 */
export function parseCommandLine(
  command: CommandRow,
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Parsed {
  const name = verbOf(command, argv);
  const nothing = { arguments: {}, flags: {} };
  if (name === undefined) {
    const asked = cut(argv, { help: helpOption }).some(
      (token) => token.kind === 'option' && ['help', 'h'].includes(token.name),
    );
    if (asked) return { verb: '', help: true, ...nothing };
    const known = Object.keys(command.verbs).join(', ');
    throw new UsageError(
      `a verb is missing after "ixion ${command.name}"; there are: ${known}.`,
      `See "ixion ${command.name} --help".`,
    );
  }
  const verb = command.verbs[name]!;
  const path = name === '' ? command.name : `${command.name} ${name}`;
  try {
    const options = optionsOf(verb);
    const tokens = cut(argv, options);
    const given = readOptions(command, path, options, tokens);
    if (given.get('help') !== undefined) return { verb: name, help: true, ...nothing };
    const words = tokens.flatMap((token) => (token.kind === 'argument' ? [token.text] : []));
    if (name !== '') words.splice(words.indexOf(name), 1);
    refuseTogether(verb, given);
    return {
      verb: name,
      help: false,
      arguments: readArguments(verb.arguments ?? {}, words),
      flags: flagsOf(verb, options, given, environment),
    };
  } catch (error) {
    if (!(error instanceof UsageError) || error.remedy !== undefined) throw error;
    throw new UsageError(error.message, `See "ixion ${path} --help".`);
  }
}

/** The values of each option that was given. */
function readOptions(
  command: CommandRow,
  path: string,
  options: Readonly<Record<string, OptionRow>>,
  tokens: readonly Token[],
): Map<string, unknown[]> {
  const given = new Map<string, unknown[]>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName } = token;
    const row = Object.hasOwn(options, name) ? options[name] : undefined;
    if (row === undefined) throw unknownOption(command, path, options, rawName);
    given.set(name, [...(given.get(name) ?? []), readOption(row, token)]);
  }
  return given;
}

function readOption(row: OptionRow, { rawName, value: text, inline }: OptionToken): unknown {
  if (!takesValue(row)) {
    if (text !== undefined) throw new UsageError(`${rawName} takes no value, but got "${text}".`);
    return true;
  }
  // The next option is nobody's value, unless it is said so: --data=--x.
  if (text === undefined || (!inline && /^--[a-z]/.test(text))) {
    throw new UsageError(`${rawName} needs a value: ${expectation(row)}.`);
  }
  const value = readValue(row, text);
  if (!isFault(value)) return value;
  throw misfit(rawName, value);
}

/** `--priority: "high" is not a whole number; write digits only, as 4711.` */
const misfit = (place: string, { what, remedy }: TextFault): UsageError =>
  new UsageError(`${place}: ${what}; ${remedy}.`);

function unknownOption(
  command: CommandRow,
  path: string,
  options: Readonly<Record<string, OptionRow>>,
  rawName: string,
): UsageError {
  const plain = rawName.replace(/^-+/, '');
  const elsewhere = Object.entries(command.verbs)
    .filter(([, verb]) => Object.hasOwn(optionsOf(verb), plain))
    .map(([name]) => `"ixion ${command.name} ${name}"`);
  const near = suggestion(plain, Object.keys(options));
  const hint =
    elsewhere.length > 0
      ? ` It belongs to ${elsewhere.join(', ')}.`
      : near === undefined
        ? ''
        : ` Did you mean "--${near}"?`;
  return new UsageError(`"ixion ${path}" has no option ${rawName}.${hint}`);
}

function refuseTogether(verb: VerbRow, given: ReadonlyMap<string, unknown>): void {
  for (const names of verb.exclusive ?? []) {
    const [first, second] = names.filter((name) => given.has(name));
    if (second === undefined) continue;
    throw new UsageError(`--${first} and --${second} exclude each other.`);
  }
  for (const { options, needs, notWith, remedy } of verb.together ?? []) {
    const name = options.find((each) => given.has(each));
    if (name === undefined) continue;
    if (needs !== undefined && !given.has(needs)) {
      throw new UsageError(`--${name} needs --${needs}.`, remedy);
    }
    if (notWith !== undefined && given.has(notWith)) {
      throw new UsageError(`--${name} does not go with --${notWith}.`, remedy);
    }
  }
}

function readArguments(
  rows: Readonly<Record<string, ArgumentRow>>,
  words: string[],
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  const left = [...words];
  for (const [name, row] of Object.entries(rows)) {
    const label = name.toUpperCase();
    const read = (text: string): unknown => {
      const value = readArgument(row, text);
      if (!isFault(value)) return value;
      throw misfit(label, value);
    };
    if (row.many === true) values[name] = left.splice(0).map(read);
    else {
      const text = left.shift();
      if (text === undefined && row.optional !== true) {
        throw new UsageError(`${label} is missing.`);
      }
      values[name] = text === undefined ? undefined : read(text);
    }
  }
  const [extra] = left;
  if (extra !== undefined) throw new UsageError(`"${extra}" is one argument too many.`);
  return values;
}

function flagsOf(
  verb: VerbRow,
  options: Readonly<Record<string, OptionRow>>,
  given: ReadonlyMap<string, readonly unknown[]>,
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, unknown> {
  const flags: Record<string, unknown> = { json: false };
  for (const [name, row] of Object.entries(options)) {
    const values = given.get(name);
    const isRepeatable = 'repeatable' in row && row.repeatable === true;
    const value =
      values === undefined
        ? unlessGiven(verb, row, environment)
        : isRepeatable
          ? values
          : values.at(-1);
    if (value === undefined && row.required === true) {
      throw new UsageError(`--${name} is missing.`);
    }
    flags[camelCase(name)] = value;
  }
  return flags;
}

/** The value of an option that the command line does not have. An empty variable is none. */
function unlessGiven(
  verb: VerbRow,
  row: OptionRow,
  environment: Readonly<Record<string, string | undefined>>,
): unknown {
  const { environment: variable } = row;
  const isOurs = variable !== undefined && verb.readsConfiguration !== true;
  const text = isOurs ? environment[variable] : undefined;
  if (isOurs && text !== undefined && text !== '') {
    const value = readValue(row, text);
    if (!isFault(value)) return value;
    const { what, remedy } = value;
    throw new UsageError(`the variable ${variable}: ${what}; ${remedy}.`, 'Or unset it.');
  }
  if (row.kind === 'flag') return false;
  return 'default' in row && verb.readsConfiguration !== true ? row.default : undefined;
}
