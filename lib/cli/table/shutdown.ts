/** `ixion shutdown`. */
import { adminExits, adminOptions } from './common.js';
import type { CommandRow } from './types.js';

export const shutdown = {
  name: 'shutdown',
  about: 'Stop a running server in order',
  verbs: {
    '': {
      about: 'Stop a running server in order, and return when it is gone',
      more: 'It takes nothing new, answers what is in flight, closes its store.',
      options: {
        drain: {
          kind: 'duration',
          placeholder: 'TIME',
          about: "longest wait for requests in flight; without it the server's drainMs",
        },
        ...adminOptions,
      },
      examples: ['shutdown', 'shutdown --drain 30s'],
      json: 'that it stopped, and its process',
      exitCodes: adminExits,
    },
  },
} as const satisfies CommandRow;
