/** Groups of options that several verbs of `ixion interaction` have. */
import { fileExits, serverExits, serverOptions } from './common.js';
import type { OptionRow } from './types.js';

/** States by their words. */
export const stateWords = ['queued', 'cached', 'routed', 'handled'] as const;

const intMin = -2_147_483_648;
const intMax = 2_147_483_647;

/** The argument that most verbs have. */
export const id = { about: 'identifier of the interaction' } as const;

/** Attached data to set. */
export const dataOptions = {
  data: {
    kind: 'text',
    placeholder: 'KEY=VALUE',
    repeatable: true,
    about:
      'attached data, a string or typed by one of string, int, float, bool, time, base64, as tries:int=5; repeatable',
  },
  'data-json': {
    kind: 'text',
    placeholder: 'OBJECT',
    about: 'attached data with nested lists, as a JSON object',
  },
} as const satisfies Record<string, OptionRow>;

const deleteOption = {
  delete: {
    kind: 'text',
    placeholder: 'KEY',
    repeatable: true,
    about: 'attached data to remove; repeatable',
  },
} as const satisfies Record<string, OptionRow>;

/** Why. */
export const reasonOptions = {
  reason: {
    kind: 'text',
    placeholder: 'NAME',
    about: 'why, a name for programs, as Normal or Abandoned',
  },
  description: { kind: 'text', placeholder: 'TEXT', about: 'why, a text for people' },
} as const satisfies Record<string, OptionRow>;

const asOption = {
  as: {
    kind: 'text',
    placeholder: 'NAME',
    about: 'be this client again in the next command, and keep what it owns until then',
  },
} as const satisfies Record<string, OptionRow>;

/** Properties that may be given and changed. */
export const propertyOptions = {
  priority: {
    kind: 'whole',
    placeholder: 'N',
    min: intMin,
    max: intMax,
    about: 'greater goes first',
  },
  'external-id': { kind: 'text', placeholder: 'ID', about: 'identifier in the outer system' },
  parent: { kind: 'text', placeholder: 'ID', about: 'parent interaction' },
  objective: {
    kind: 'whole',
    placeholder: 'SECONDS',
    min: 0,
    max: intMax,
    about: 'service objective',
  },
  online: { kind: 'truth', placeholder: 'TRUE-FALSE', about: 'whether the customer is there' },
} as const satisfies Record<string, OptionRow>;

/** Of verbs that change an interaction which may be owned by the client of `--as`. */
export const changeOptions = { ...reasonOptions, ...asOption, ...serverOptions } as const;

const idsOption = {
  ids: {
    kind: 'file',
    placeholder: 'FILE',
    about: 'these interactions, an identifier on each line, besides those named',
  },
} as const satisfies Record<string, OptionRow>;

/** Of acts of a supervisor on many. */
export const bulkOptions = {
  preview: { kind: 'flag', about: 'only tell what would happen' },
  reason: {
    kind: 'text',
    placeholder: 'NAME',
    required: true,
    about: 'why, a name for programs and the audit log',
  },
  description: reasonOptions.description,
  ...serverOptions,
} as const satisfies Record<string, OptionRow>;

/** Of acts on many interactions. */
export const superviseOptions = { ...idsOption, ...bulkOptions } as const;

/** What they are given, print, and how they may end. */
export const supervises = {
  arguments: { ids: { about: 'identifiers of interactions', optional: true, many: true } },
  json: 'what was done to each, or would be, and the number of the act',
  exitCodes: [...serverExits, ...fileExits],
} as const;

/** Attached data to set and to remove. */
export const dataChangeOptions = { ...dataOptions, ...deleteOption } as const;

/** What a verb that changes an interaction prints, and how it may end. */
export const changes = { json: 'what was done', exitCodes: serverExits } as const;

/** Where a search ends, and where it goes on. */
export const searchEnds = {
  count: {
    kind: 'whole',
    placeholder: 'N',
    min: 1,
    max: 1_000_000,
    default: 100,
    about: 'end behind so many that fit',
  },
  scan: {
    kind: 'whole',
    placeholder: 'N',
    min: 1,
    max: 1_000_000_000,
    default: 100_000,
    about: 'end when so many were looked at, or a few more',
  },
  tenant: {
    kind: 'whole',
    placeholder: 'N',
    min: 0,
    max: intMax,
    about: 'only of the tenant with this number',
  },
  after: {
    kind: 'text',
    placeholder: 'PLACE',
    about: 'go on where the command before said',
  },
} as const;
