/** `ixion status`. */
import { adminExits, adminOptions } from './common.js';
import type { CommandRow } from './types.js';

export const status = {
  name: 'status',
  about: 'Show what a running server looks like',
  verbs: {
    '': {
      about: 'Show a running server: address, store, partitions, clients, memory, start',
      options: adminOptions,
      examples: ['status', 'status --admin 127.0.0.1:7489 --json'],
      json: 'the status, as GET /status answers it',
      exitCodes: adminExits,
    },
  },
} as const satisfies CommandRow;
