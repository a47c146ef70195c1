/** `ixion queue`. */
import { aboutWatch, serverExits, serverOptions, watchOptions } from './common.js';
import type { CommandRow } from './types.js';

export const queue = {
  name: 'queue',
  about: 'List the queues and how many interactions wait in each',
  verbs: {
    list: {
      about: 'Print how many interactions wait in each queue, are worked, and went through it',
      arguments: { queue: { about: 'only these', many: true } },
      more: aboutWatch,
      options: {
        ...watchOptions,
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
