/** `ixion view`. */
import { adminExits, adminOptions } from './common.js';
import type { CommandRow, OptionRow } from './types.js';

const count = {
  kind: 'whole',
  placeholder: 'N',
  min: 1,
  max: 1_000,
  default: 10,
  about: 'how many are printed',
} as const satisfies OptionRow;
const name = { about: 'its name' } as const;

export const view = {
  name: 'view',
  about: 'Show what views select, how they are answered and what that costs',
  verbs: {
    list: {
      about:
        'Print the views: by what each is answered, how often it was asked, what was looked at',
      arguments: { queue: { about: 'only those of this queue', optional: true } },
      options: {
        'by-cost': { kind: 'flag', about: 'those first for which most was looked at' },
        ...adminOptions,
      },
      examples: ['view list', 'view list inbox --by-cost'],
      json: 'the views in one list',
      exitCodes: adminExits,
    },
    explain: {
      about: 'Print how a view is answered: its index, what that proposes, or why it has none',
      arguments: { name },
      options: adminOptions,
      examples: ['view explain chats'],
      json: 'the view',
      exitCodes: adminExits,
    },
    show: {
      about: 'Print the first interactions that a view selects, with the values of its order',
      more: 'Up to 1,000 are looked at and counted; nothing is taken.',
      arguments: { name },
      options: { count, ...adminOptions },
      examples: ['view show chats', 'view show overdue --count 50 --json'],
      json: 'the interactions, and how many it selects',
      exitCodes: adminExits,
    },
    try: {
      about: 'Print what a view would select, before it is there or another one',
      more: 'Up to 1,000 are looked at and counted; nothing is changed.',
      arguments: { queue: { about: 'the queue that it would select from' } },
      options: {
        condition: { kind: 'text', placeholder: 'TEXT', about: 'its condition' },
        order: { kind: 'text', placeholder: 'TEXT', about: 'its order' },
        count,
        ...adminOptions,
      },
      examples: [`view try inbox --condition "MediaType = 'chat'" --order "Priority DESC"`],
      json: 'as view show',
      exitCodes: adminExits,
    },
  },
} as const satisfies CommandRow;
