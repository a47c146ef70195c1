/** `ixion ping`. */
import { serverExits, serverOptions } from './common.js';
import type { CommandRow } from './types.js';

export const ping = {
  name: 'ping',
  about: 'Ask a server for a sign of life and its counters',
  verbs: {
    '': {
      about: 'Ask a server for a sign of life, and for its counters as far as they are on',
      options: serverOptions,
      examples: ['ping', 'ping --server 10.0.0.7:7488 --json'],
      json: 'how long it took, the clock of the server, the counters that are on',
      exitCodes: serverExits,
    },
  },
} as const satisfies CommandRow;
