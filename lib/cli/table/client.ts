/** `ixion client`. */
import { serverExits, serverOptions } from './common.js';
import type { CommandRow } from './types.js';

export const client = {
  name: 'client',
  about: 'List the clients that are registered at a server, or end one',
  verbs: {
    list: {
      about: 'Print who is registered: number, name, type, address, and what each has under way',
      more: 'For an admin or operator. One that is limited to tenants sees the clients of these.',
      arguments: { name: { about: 'only those of this name', optional: true } },
      options: serverOptions,
      examples: ['client list', 'client list agent-7 --json'],
      json: 'the clients in one list',
      exitCodes: serverExits,
    },
    disconnect: {
      about: 'End a client: it is told, and what it had goes back at once',
      more: 'For an admin or operator. It is done when what it had is back, on disk. The program may connect again; to keep it out take its application from the configuration.',
      arguments: { name: { about: 'its name' } },
      options: {
        number: {
          kind: 'whole',
          placeholder: 'N',
          min: 1,
          max: 2_147_483_647,
          about: 'the one with this number, of several of the name',
        },
        all: { kind: 'flag', about: 'all of this name' },
        ...serverOptions,
      },
      exclusive: [['number', 'all']],
      examples: ['client disconnect agent-7', 'client disconnect mail --number 12'],
      json: 'which clients were ended',
      exitCodes: serverExits,
    },
  },
} as const satisfies CommandRow;
