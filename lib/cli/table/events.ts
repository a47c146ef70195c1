/** `ixion events`. */
import { serverExits, serverOptions } from './common.js';
import type { CommandRow } from './types.js';

export const events = {
  name: 'events',
  about: 'Print reporting events',
  verbs: {
    '': {
      about: 'Print reporting events as they come, until Ctrl-C',
      more: 'Then it prints the token to go on from. It outlives restarts of the server.',
      options: {
        follow: { kind: 'flag', about: 'wait for events' },
        'from-start': { kind: 'flag', about: 'begin with the oldest event that is kept' },
        resume: { kind: 'resume-token', placeholder: 'TOKEN', about: 'begin after this token' },
        count: {
          kind: 'whole',
          placeholder: 'N',
          min: 1,
          max: 1_000_000_000,
          about: 'end after so many events',
        },
        ...serverOptions,
      },
      exclusive: [['from-start', 'resume']],
      examples: [
        'events --follow --from-start',
        'events --follow --json --resume 3f9a0c1d2e4b5a67:12,0,7,3',
      ],
      json: 'the events, one on each line',
      exitCodes: serverExits,
    },
  },
} as const satisfies CommandRow;
