/** `ixion workbin`. */
import { serverExits, serverOptions } from './common.js';
import type { CommandRow } from './types.js';

const owner = (of: string) =>
  ({ kind: 'text', placeholder: 'NAME', about: `the one that this ${of} owns` }) as const;

export const workbin = {
  name: 'workbin',
  about: 'List the workbins that have something in them, or show what is in one',
  verbs: {
    list: {
      about: 'Print the workbins that have something in them: type, owner, how many, since when',
      more: 'For an admin or supervisor. An owner that is no longer among the objects is marked: what it has can be requeued by `ixion interaction requeue`.',
      arguments: { type: { about: 'only those of this type', optional: true } },
      options: {
        orphans: { kind: 'flag', about: 'only those whose owner is gone' },
        ...serverOptions,
      },
      examples: ['workbin list', 'workbin list drafts --orphans'],
      json: 'the workbins in one list',
      exitCodes: serverExits,
    },
    show: {
      about: 'Print what is in a workbin, in the order in which it came there',
      more: 'For an admin or supervisor.',
      arguments: { type: { about: 'its type' } },
      options: {
        agent: owner('agent'),
        group: owner('agent group'),
        place: owner('place'),
        'place-group': owner('group of places'),
        ...serverOptions,
      },
      exclusive: [['agent', 'group', 'place', 'place-group']],
      examples: ['workbin show drafts --agent ann', 'workbin show team --group sales --json'],
      json: 'the interactions in one list',
      exitCodes: serverExits,
    },
  },
} as const satisfies CommandRow;
