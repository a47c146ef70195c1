/**
 * The schema of the configuration file, made from the table of options. Loaded with a file only.
 */
import { z } from 'zod';
import { limits } from '../limits.js';
import { filterPattern } from '../security/log-filter.js';
import { roles } from '../security/roles.js';
import { tokenHashPattern } from '../security/token.js';
import { nameExpectation, nameFault, reservedFault } from '../text/index.js';
import { expectation, isOptionText } from './configuration.js';
import { parseEndpoint } from './endpoint.js';
import { type Option, optionTable } from './option-table.js';

/** What a value of an option has to be. */
export function schemaOf(option: Option): z.ZodType {
  const error = `must be ${expectation(option)}`;
  switch (option.kind) {
    case 'text':
      return z.string(error).refine(isOptionText, error);
    case 'endpoint':
      return z.string(error).refine((text) => parseEndpoint(text) !== undefined, error);
    case 'boolean':
      return z.boolean(error);
    case 'choice':
      return z.enum([...option.choices], error);
    case 'integer':
      return z.int(error).min(option.min, error).max(option.max, error);
    case 'number':
      return z.number(error).min(option.min, error).max(option.max, error);
  }
}

const nameError = `must be ${nameExpectation}`;
const name = z.string(nameError).refine((text) => nameFault(text) === undefined, nameError);

const partitionError = `must be the number of a partition, from 0 to ${limits.partitions - 1}`;
const partition = z
  .int(partitionError)
  .min(0, partitionError)
  .max(limits.partitions - 1, partitionError);

const queue = z
  .union(
    [
      name.transform((text) => ({ name: text })),
      z
        .strictObject({ name, partition: partition.optional(), placement: name.optional() })
        .refine((one) => one.partition === undefined || one.placement === undefined),
    ],
    `must be a name (${nameExpectation}), or a map of it with a partition or a placement, not both`,
  )
  .refine(({ name: text }) => reservedFault(text) === undefined, {
    error: ({ input }) => reservedFault((input as { readonly name: string }).name),
  });

const placementError = 'must be the number of a partition, or a list of them';
/** A name for one or several partitions. */
const placement = z.union(
  [partition.transform((number) => [number]), z.array(partition).min(1)],
  placementError,
);

const businessProcess = z.strictObject(
  { name, queues: z.array(queue, 'must be a list of queues') },
  'must have a name and a list of queues',
);

const hashError = 'must be as "ixion token create" prints it: sha256: and 64 digits, not the token';
const tokenHash = z.string(hashError).regex(tokenHashPattern, hashError);
const tenantError = 'must be a list of tenant numbers, or all';
const tenant = z.int(tenantError).min(0, tenantError).max(2_147_483_647, tenantError);

const application = z.strictObject(
  {
    name,
    role: z.enum([...roles], `must be one of ${roles.join(', ')}`),
    tenants: z.union([z.literal('all'), z.array(tenant).min(1)], tenantError).optional(),
    tokenHash: z.union([tokenHash, z.array(tokenHash).min(1).max(8)], hashError),
  },
  'must have a name, a role and a tokenHash',
);

const filterError =
  'must be copy, hide, skip, or hide-first, hide-last, unhide-first, unhide-last,n';
const filter = z.string(filterError).regex(filterPattern, filterError);

/** What is declared beside the options, whether in a file or by a program. */
export const declarationSchemas = {
  businessProcesses: z.array(businessProcess, 'must be a list of business processes').optional(),
  placements: z.record(name, placement, 'must be a map of names to partitions').optional(),
  applications: z.array(application, 'must be a list of applications').optional(),
};

const logFilterShape = {
  'log-filter': z.strictObject({ 'default-filter-type': filter.optional() }).optional(),
  'log-filter-data': z.record(z.string(), filter, filterError).optional(),
};

/** Both sections of the filter of the request log, in one object. */
export const logFilterSchema = z.strictObject(logFilterShape, 'must be a map of both sections');

function fileSchema() {
  const top: Record<string, z.ZodType> = {};
  const groups: Record<string, Record<string, z.ZodType>> = {};
  for (const option of optionTable) {
    const [first = '', second] = option.key.split('.');
    if (second === undefined) top[first] = schemaOf(option).optional();
    else (groups[first] ??= {})[second] = schemaOf(option).optional();
  }
  for (const [group, members] of Object.entries(groups)) {
    top[group] = z.strictObject(members, 'must be a group of options').optional();
  }
  return z.strictObject(
    { ...top, ...declarationSchemas, ...logFilterShape },
    'must be a map of options',
  );
}

/** What a file may hold. Parsed values have the shape of the file; see `readConfigurationFile`. */
export const configurationSchema = fileSchema();
