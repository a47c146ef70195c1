/** Reads a configuration file: one YAML document. Loaded only when a file is named. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { LineCounter, type Document } from 'yaml';
import type { z } from 'zod';
import { limits } from '../limits.js';
import {
  type ApplicationDeclaration,
  type BusinessProcessDeclaration,
  ConfigurationError,
  type ConfigurationFault,
  type FileContent,
  type LogFilterDeclaration,
  type Place,
} from './configuration.js';
import { isFault, placeOf, readInteger, readUtf8, withoutByteOrderMark } from '../text/index.js';
import { offsetOf } from '../text/yaml-place.js';
import { type OptionValues, optionTable } from './option-table.js';
import { readYaml } from './yaml.js';
import { configurationSchema } from './schema.js';

const reference = 'see docs/reference/options.md';

type Path = readonly PropertyKey[];

/** Line and column of what is at a path, or of the nearest thing around it. */
function positionOf(document: Document, lines: LineCounter, path: Path) {
  const offset = offsetOf(document, path);
  if (offset === undefined) return {};
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

/** What a schema found, as it is told to people. */
export function faultsOfIssue(
  issue: z.core.$ZodIssue,
): { path: Path; what: string; remedy: string }[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const what = 'is not an option';
      return { path: [...issue.path, key], what, remedy: `check the spelling, ${reference}` };
    });
  }
  return [{ path: issue.path, what: issue.message, remedy: reference }];
}

/** Queues that are there twice, which the schema cannot see. */
export function doubledQueues(
  processes: readonly BusinessProcessDeclaration[],
): ConfigurationFault[] {
  const seen = new Set<string>();
  const faults: ConfigurationFault[] = [];
  for (const [processIndex, { queues }] of processes.entries()) {
    for (const [index, { name }] of queues.entries()) {
      const path = `businessProcesses.${processIndex}.queues.${index}`;
      if (seen.has(name)) {
        const what = `the queue ${name} is there twice`;
        faults.push({ path, what, remedy: 'names of queues are unique over all processes' });
      }
      seen.add(name);
    }
  }
  if (seen.size > limits.queues) {
    const what = `${seen.size} queues`;
    const remedy = `a server has at most ${limits.queues}`;
    faults.push({ path: 'businessProcesses', what, remedy });
  }
  return faults;
}

/** A name has one role; a token that two share would tell nobody apart. */
export function doubledApplications(applications: readonly ApplicationDeclaration[]) {
  const names = new Set<string>();
  const hashes = new Set<string>();
  const faults: ConfigurationFault[] = [];
  for (const [index, { name, tokenHash }] of applications.entries()) {
    const path = `applications.${index}`;
    if (names.has(name)) {
      const what = `the application ${name} is there twice`;
      faults.push({ path, what, remedy: 'names of applications are unique' });
    }
    names.add(name);
    for (const hash of [tokenHash].flat()) {
      if (hashes.has(hash)) {
        const what = `${name} has the token of another application`;
        faults.push({ path, what, remedy: 'make one with "ixion token create"' });
      }
      hashes.add(hash);
    }
  }
  return faults;
}

function flatten(tree: Readonly<Record<string, unknown>>): OptionValues {
  const values: Record<string, unknown> = {};
  for (const { key } of optionTable) {
    const [first = '', second] = key.split('.');
    const outer = tree[first];
    const value =
      second === undefined ? outer : (outer as Record<string, unknown> | undefined)?.[second];
    if (value !== undefined) values[key] = value;
  }
  return values as OptionValues;
}

/**
 * The content of a file given as text.
 * @param file its path, for messages, and for `data`, which counts from its directory
 * @throws {ConfigurationError} with all faults and their lines
 */
export function parseConfiguration(text: string, file: string): FileContent {
  if (text.trim() === '') {
    const what = 'is empty';
    const remedy = `write options into it, ${reference}; a start without a file has all defaults`;
    throw new ConfigurationError(file, [{ path: '', line: 1, column: 1, what, remedy }]);
  }
  const lines = new LineCounter();
  const { document, content } = readYaml(text, file, lines);
  const lost = keysThatSchemasDrop(content).map((path) => ({
    path: path.join('.'),
    what: 'this key cannot be in a file',
    remedy: 'choose another name',
    ...positionOf(document, lines, path),
  }));
  if (lost.length > 0) throw new ConfigurationError(file, lost);
  const result = configurationSchema.safeParse(content);
  if (!result.success) {
    const faults = result.error.issues.flatMap(faultsOfIssue).map(({ path, ...fault }) => ({
      path: path.join('.'),
      ...fault,
      ...positionOf(document, lines, path),
    }));
    throw new ConfigurationError(file, faults);
  }
  const tree = result.data as Readonly<Record<string, unknown>>;
  const businessProcesses = (tree['businessProcesses'] ?? []) as BusinessProcessDeclaration[];
  const applications = (tree['applications'] ?? []) as ApplicationDeclaration[];
  const faults = [...doubledQueues(businessProcesses), ...doubledApplications(applications)];
  const optionAt = (path: string): Place =>
    positionOf(document, lines, path.split('.').map(numberIfDigits));
  const doubled = faults.map((fault) => ({ ...fault, ...optionAt(fault.path) }));
  if (doubled.length > 0) throw new ConfigurationError(file, doubled);
  const { 'log-filter': filter, 'log-filter-data': filters } = tree as LogFilterDeclaration;
  return {
    values: fromDirectoryOf(file, flatten(tree)),
    businessProcesses,
    placements: tree['placements'] as FileContent['placements'],
    applications,
    logFilter: { 'log-filter': filter, 'log-filter-data': filters },
    placeOf: optionAt,
  };
}

/** Free maps in a file whose key `__proto__` a schema would leave out without a word. */
function keysThatSchemasDrop(content: unknown): Path[] {
  return ['placements', 'log-filter-data']
    .filter((name) => {
      const map: unknown = (content as Readonly<Record<string, unknown>>)[name];
      return typeof map === 'object' && map !== null && Object.hasOwn(map, '__proto__');
    })
    .map((name) => [name, '__proto__']);
}

const pathOptions = [
  'data',
  'tls.certificate',
  'tls.key',
  'tls.clientCertificateAuthority',
] as const;

/** Relative paths count from the directory of the file. */
function fromDirectoryOf(file: string, values: OptionValues): OptionValues {
  const paths: Record<string, string> = {};
  for (const key of pathOptions) {
    const path = values[key];
    if (path !== undefined) paths[key] = resolve(dirname(file), path);
  }
  return { ...values, ...paths };
}

function numberIfDigits(part: string): string | number {
  const number = readInteger(part);
  return isFault(number) ? part : number;
}

/**
 * Reads and checks a file.
 * @throws {ConfigurationError} also when there is no such file
 */
export async function readConfigurationFile(file: string): Promise<FileContent> {
  const bytes = await readFile(file).catch((error: unknown) => {
    const what = `cannot be read: ${(error as Error).message}`;
    const remedy = 'give the path of a readable file';
    throw new ConfigurationError(file, [{ path: '', what, remedy }]);
  });
  const text = readUtf8(bytes);
  if (isFault(text)) {
    const { what, remedy, position } = text;
    throw new ConfigurationError(file, [{ path: '', ...placeOf(bytes, position), what, remedy }]);
  }
  return parseConfiguration(withoutByteOrderMark(text), file);
}
