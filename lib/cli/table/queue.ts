/** `ixion queue`. */
import { serverExits, serverOptions } from './common.js';
import type { CommandRow } from './types.js';

export const queue = {
  name: 'queue',
  about: 'List the queues and how many interactions wait in each',
  verbs: {
    list: {
      about: 'Print how many interactions wait in each queue, are worked, and went through it',
      arguments: { queue: { about: 'only these', many: true } },
      more: 'With --watch it looks again and again and prints what has changed, until Ctrl-C or until its reader has enough; on a terminal in place of what was there. It outlives restarts of the server.',
      options: {
        watch: { kind: 'flag', about: 'print them again whenever they have changed' },
        interval: {
          kind: 'duration',
          placeholder: 'TIME',
          min: 100,
          default: 2_000,
          about: 'with --watch: look so often',
        },
        ...serverOptions,
      },
      examples: ['queue list', 'queue list inbox archive --json', 'queue list --watch'],
      json: 'the queues in one list; with --watch a line each time, with when it was',
      exitCodes: serverExits,
    },
    'reset-reasons': {
      about: 'Count what was stopped under reasons that clients chose as "other"; sums stay',
      arguments: { queue: { about: 'the queue' } },
      options: serverOptions,
      examples: ['queue reset-reasons inbox'],
      json: 'the queue, and that it is reset',
      exitCodes: serverExits,
    },
  },
} as const satisfies CommandRow;
