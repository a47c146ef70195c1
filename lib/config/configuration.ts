/**
 * What the daemon runs with: defaults, then the file, then the environment, then the flags, the
 * later winning.
 */
import { isFault, loneSurrogate, readBoolean, readDecimal, readInteger } from '../text/index.js';
import { parseEndpoint } from './endpoint.js';
import { type Option, type OptionValues, optionTable } from './option-table.js';

/** A queue of a business process. */
export interface QueueDeclaration {
  readonly name: string;
  /** By number; absent, with `placement` too: where its business process is, or where it is. */
  readonly partition?: number | undefined;
  /** By name; see `placements`. */
  readonly placement?: string | undefined;
}

export interface BusinessProcessDeclaration {
  readonly name: string;
  readonly queues: readonly QueueDeclaration[];
}

/** A program that may register, with its token's hash instead of the token. */
export interface ApplicationDeclaration {
  /** The `ClientName` that it registers with. */
  readonly name: string;
  readonly role: string;
  /** Absent: tenant 1. */
  readonly tenants?: readonly number[] | 'all' | undefined;
  /** As `ixion token create` prints it; several while one token is being replaced. */
  readonly tokenHash: string | readonly string[];
}

/** How the request log shows attached data: the original's sections of this name. */
export interface LogFilterDeclaration {
  readonly 'log-filter'?: { readonly 'default-filter-type'?: string | undefined } | undefined;
  readonly 'log-filter-data'?: Readonly<Record<string, string>> | undefined;
}

/** What a configuration file says. */
export interface FileContent {
  readonly values: OptionValues;
  readonly businessProcesses: readonly BusinessProcessDeclaration[];
  /** Partitions by the name of a placement. */
  readonly placements?: Readonly<Record<string, readonly number[]>> | undefined;
  readonly applications?: readonly ApplicationDeclaration[] | undefined;
  readonly logFilter?: LogFilterDeclaration | undefined;
  /** Line and column of an option, or of the nearest thing around it, for messages. */
  readonly placeOf?: ((path: string) => Place) | undefined;
}

/** Line and column in a file, from 1; absent: it is in none. */
export interface Place {
  readonly line?: number;
  readonly column?: number;
}

/** Every option with its value. Options whose default depends are undefined until it is known. */
export interface Configuration {
  readonly values: OptionValues & Defaulted;
  readonly businessProcesses: readonly BusinessProcessDeclaration[];
  /** The values that were asked for, by whomever; the rest are defaults. */
  readonly given: OptionValues;
}

type Depending =
  | 'threads'
  | 'partitions'
  | 'requireCredentials'
  | 'tls.certificate'
  | 'tls.key'
  | 'tls.clientCertificateAuthority';
type Defaulted = Required<Omit<OptionValues, Depending>>;

/** One thing that is wrong with a configuration. */
export interface ConfigurationFault {
  /** The option, as `businessProcesses.0.queues.2`, or the variable or flag. */
  readonly path: string;
  /** Line and column in the file, from 1. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly what: string;
  readonly remedy: string;
}

/** All that is wrong with a configuration, found in one pass. */
export class ConfigurationError extends Error {
  override name = 'ConfigurationError';
  readonly faults: readonly ConfigurationFault[];

  /** @param source the file, or "environment", or "command line" */
  constructor(source: string, faults: readonly ConfigurationFault[]) {
    super(faults.map((fault) => describeFault(source, fault)).join('\n'));
    this.faults = faults;
  }
}

/** `ixion.yaml:3:9 listen: is not HOST:PORT; write it as 127.0.0.1:7488`. */
export function describeFault(source: string, fault: ConfigurationFault): string {
  const position = fault.line === undefined ? '' : `:${fault.line}:${fault.column ?? 1}`;
  const path = fault.path === '' ? '' : ` ${fault.path}:`;
  return `${source}${position}${path} ${fault.what}; ${fault.remedy}`;
}

/** What a value has to be, for the message when it is not. */
export function expectation(option: Option): string {
  switch (option.kind) {
    case 'text':
      return 'text that is not empty';
    case 'endpoint':
      return 'HOST:PORT, as 127.0.0.1:7488 or [::1]:7488';
    case 'boolean':
      return 'true or false';
    case 'choice':
      return `one of ${option.choices.join(', ')}`;
    case 'integer':
      return `a whole number from ${option.min} to ${option.max}`;
    case 'number':
      return `a number from ${option.min} to ${option.max}`;
  }
}

/** Whether an option may have this text: a path with a NUL or half a character names no file. */
export const isOptionText = (text: string): boolean =>
  text !== '' && !text.includes('\0') && loneSurrogate(text) < 0;

/** Reads the text of a flag or variable; undefined when it is not what the option wants. */
function parseText(option: Option, text: string): string | number | boolean | undefined {
  const read = readText(option, text);
  return isFault(read) ? undefined : read;
}

function readText(option: Option, text: string) {
  switch (option.kind) {
    case 'text':
      return isOptionText(text) ? text : undefined;
    case 'endpoint':
      return parseEndpoint(text) === undefined ? undefined : text;
    case 'boolean':
      return readBoolean(text);
    case 'choice':
      return option.choices.includes(text) ? text : undefined;
    case 'integer':
      return readInteger(text, option.min, option.max);
    case 'number':
      return readDecimal(text, option.min, option.max);
  }
}

/**
 * Options out of texts that were given by name.
 * @param nameOf the name of an option there, if it has one
 * @throws {ConfigurationError} naming all that are wrong
 */
function readTexts(
  source: string,
  texts: Readonly<Record<string, string | undefined>>,
  nameOf: (option: Option) => string | undefined,
): OptionValues {
  const values: Record<string, unknown> = {};
  const faults: ConfigurationFault[] = [];
  for (const option of optionTable) {
    const name = nameOf(option);
    const text = name === undefined ? undefined : texts[name];
    if (name === undefined || text === undefined) continue;
    const value = parseText(option, text);
    if (value === undefined) {
      const what = `"${text}" does not fit ${option.key}`;
      faults.push({ path: name, what, remedy: `give ${expectation(option)}` });
    } else values[option.key] = value;
  }
  if (faults.length > 0) throw new ConfigurationError(source, faults);
  return values as OptionValues;
}

/**
 * Options out of the environment (`IXION_...`).
 * @throws {ConfigurationError}
 */
export function readEnvironment(environment: NodeJS.ProcessEnv): OptionValues {
  return readTexts('environment', environment, (option) => option.environment);
}

/**
 * Options out of flags, by their names without dashes.
 * @throws {ConfigurationError}
 */
export function readFlags(flags: Readonly<Record<string, string | undefined>>): OptionValues {
  return readTexts('command line', flags, (option) => option.flag);
}

/** Defaults, below what was given; the first of `given` is the weakest. */
export function resolveConfiguration(
  given: readonly OptionValues[],
  businessProcesses: readonly BusinessProcessDeclaration[] = [],
): Configuration {
  const defaults: Record<string, unknown> = {};
  for (const option of optionTable) {
    if (option.key !== 'partitions') defaults[option.key] = option.default;
  }
  const merged: OptionValues = Object.assign({}, ...given);
  return {
    values: { ...defaults, ...merged } as Configuration['values'],
    given: merged,
    businessProcesses,
  };
}
