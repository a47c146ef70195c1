/** `ixion calendar`. */
import { adminExits, adminOptions } from './common.js';
import type { CommandRow } from './types.js';

export const calendar = {
  name: 'calendar',
  about: 'Show whether a calendar is open, and until when',
  verbs: {
    show: {
      about: 'Print whether a calendar is open, with which number, and when that changes',
      arguments: { name: { about: 'its name' } },
      options: {
        at: { kind: 'time', placeholder: 'TIME', about: 'then; without it now' },
        ...adminOptions,
      },
      examples: ['calendar show shop', 'calendar show shop --at 2026-12-24T10:00:00Z'],
      json: 'the calendar at that time',
      exitCodes: adminExits,
    },
  },
} as const satisfies CommandRow;
