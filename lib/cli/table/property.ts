/** `ixion property`. */
import { adminExits, adminOptions } from './common.js';
import type { CommandRow } from './types.js';

export const property = {
  name: 'property',
  about: 'List custom properties and how far they are filled, or values that do not fit',
  verbs: {
    list: {
      about: 'Print the custom properties: type, state, how far that has come, what does not fit',
      options: adminOptions,
      examples: ['property list', 'property list --json'],
      json: 'the properties in one list',
      exitCodes: adminExits,
    },
    unfit: {
      about: 'Print interactions with a value that does not fit the type of a custom property',
      more: 'Such a value stays in the attached data as it is; conditions take it as absent.',
      arguments: { key: { about: 'the key of attached data' } },
      options: {
        count: {
          kind: 'whole',
          placeholder: 'N',
          min: 1,
          max: 1_000_000,
          default: 100,
          about: 'at most so many',
        },
        ...adminOptions,
      },
      examples: ['property unfit customer_number', 'property unfit Lang --count 1000 --json'],
      json: 'the interactions in one list',
      exitCodes: adminExits,
    },
  },
} as const satisfies CommandRow;
