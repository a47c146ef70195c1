/**
 * Checks the options that a program starts a server with, by the schema of the configuration file.
 * In JavaScript nobody else does.
 */
import { z } from 'zod';
import { IxionError } from '../errors.js';
import type { ApplicationDeclaration, BusinessProcessDeclaration } from './configuration.js';
import { doubledApplications, doubledQueues, faultsOfIssue } from './file.js';
import { optionTable } from './option-table.js';
import { suggestion } from '../text/index.js';
import { declarationSchemas, logFilterSchema, schemaOf } from './schema.js';

const reference = 'see docs/reference/options.md';

const callback = z.custom<unknown>((value) => typeof value === 'function', 'must be a function');

/** An object of somebody's own class, of which only these functions matter. */
function having(...functions: readonly string[]) {
  const has = (value: unknown): boolean =>
    functions.every((name) => {
      const member = (value as Readonly<Record<string, unknown>> | null | undefined)?.[name];
      return typeof member === 'function';
    });
  return z.custom<unknown>(has, `must have the functions ${functions.join(', ')}`);
}

function startSchema(creations: readonly string[]) {
  const options = optionTable.map((option) => [option.key, schemaOf(option).optional()] as const);
  return z.strictObject(
    {
      ...Object.fromEntries(options),
      ...declarationSchemas,
      logFilter: logFilterSchema.optional(),
      create: z.enum([...creations], `must be one of ${creations.join(', ')}`).optional(),
      withAdmin: z.boolean('must be true or false').optional(),
      log: having('debug', 'info', 'warn', 'error').optional(),
      readAgain: callback.optional(),
      onFatal: callback.optional(),
      earlyThreads: having('take', 'dismiss').optional(),
      adminLimits: z.record(z.string(), z.number()).optional(),
      clock: having('nowMs', 'monotonicMs', 'setTimer').optional(),
      random: having('fraction', 'bytes').optional(),
    },
    'must be an object of options',
  );
}

/**
 * The options as a start takes them: a queue that was given by its name alone as an object, a
 * placement of one partition as a list.
 * @param creations values of option `create`
 * @throws {IxionError} OptionInvalid that names each fault by its path, with its remedy
 */
export function checkStartOptions(
  options: unknown,
  creations: readonly string[],
): Readonly<Record<string, unknown>> {
  const schema = startSchema(creations);
  const keys = Object.keys(schema.shape);
  const result = schema.safeParse(options);
  const faults = result.success
    ? doubled(result.data)
    : result.error.issues.flatMap(faultsOfIssue).map(({ path, what, remedy }) => ({
        path: path.join('.'),
        what,
        remedy:
          path.length === 1 && !keys.includes(String(path[0])) ? remedyOf(path, keys) : remedy,
      }));
  if (result.success && faults.length === 0) return result.data;
  const lines = faults.map(({ path, what, remedy }) => {
    return `startServer${path === '' ? '' : ` ${path}`}: ${what}; ${remedy}`;
  });
  throw new IxionError('OptionInvalid', lines.join('\n'));
}

function doubled(options: Readonly<Record<string, unknown>>) {
  const { businessProcesses = [], applications = [] } = options as {
    readonly businessProcesses?: readonly BusinessProcessDeclaration[];
    readonly applications?: readonly ApplicationDeclaration[];
  };
  return [...doubledQueues(businessProcesses), ...doubledApplications(applications)];
}

/** A group of the file is written as keys with a dot in a program; another word may be a slip. */
function remedyOf([key]: readonly PropertyKey[], keys: readonly string[]): string {
  const member = keys.find((each) => each.startsWith(`${String(key)}.`));
  if (member !== undefined) return `write its members as "${member}"`;
  const near = suggestion(String(key), keys);
  return near === undefined ? reference : `did you mean "${near}"? ${reference}`;
}
