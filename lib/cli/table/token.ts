/** `ixion token`. */
import { roles } from '../../security/roles.js';
import type { CommandRow } from './types.js';

export const token = {
  name: 'token',
  about: 'Make a token for an application',
  verbs: {
    create: {
      about: 'Make a token for an application and print it, once, with its hash',
      more: 'The application keeps the token; the configuration gets the hash, from which nobody can find the token.',
      options: {
        name: {
          kind: 'text',
          placeholder: 'NAME',
          about: 'print the lines for the configuration too, for this application',
        },
        role: { kind: 'choice', placeholder: 'ROLE', choices: roles, about: 'its role there' },
      },
      examples: ['token create --name mail --role media'],
      json: 'the token and its hash',
      exitCodes: [],
    },
  },
} as const satisfies CommandRow;
