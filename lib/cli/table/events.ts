/** `ixion events`. */
import { objectKinds } from '../../interaction/object-kinds.js';
import { serverExits, serverOptions } from './common.js';
import type { CommandRow } from './types.js';

export const events = {
  name: 'events',
  about: 'Print reporting events',
  verbs: {
    '': {
      about: 'Print the reporting events that are kept, and with --follow those that come',
      more: 'At its end it prints the token to go on from, on stderr. With --follow it ends by Ctrl-C or with its reader, and outlives restarts of the server. Filters pass over what does not fit; of several of one kind one has to fit.',
      options: {
        follow: { kind: 'flag', about: 'go on with events as they come' },
        'from-start': {
          kind: 'flag',
          about: 'with --follow: begin with the oldest event that is kept, not with the next one',
        },
        resume: { kind: 'resume-token', placeholder: 'TOKEN', about: 'begin after this token' },
        count: {
          kind: 'whole',
          placeholder: 'N',
          min: 1,
          max: 1_000_000_000,
          about: 'end after so many events',
        },
        queue: {
          kind: 'text',
          placeholder: 'NAME',
          repeatable: true,
          about: 'only in, into or out of this queue; repeatable',
        },
        type: {
          kind: 'text',
          placeholder: 'NAME',
          repeatable: true,
          about: 'only this one, as EventHeld or Held; repeatable',
        },
        interaction: {
          kind: 'text',
          placeholder: 'ID',
          repeatable: true,
          about: 'only about this interaction; repeatable',
        },
        agent: {
          kind: 'text',
          placeholder: 'NAME',
          repeatable: true,
          about: 'only about this agent: what it is, is offered, has and takes part in; repeatable',
        },
        kind: {
          kind: 'text',
          placeholder: 'KIND',
          repeatable: true,
          about: `only about objects of this kind: ${objectKinds.join(', ')}; repeatable`,
        },
        tenant: {
          kind: 'whole',
          placeholder: 'N',
          min: 0,
          max: 2_147_483_647,
          about: 'of this tenant, not of the own one',
        },
        state: {
          kind: 'flag',
          about: 'first the state: agents that are logged in, and counts of queues',
        },
        'server-events': {
          kind: 'flag',
          about: 'also events about the server itself: it stops, its configuration changes',
        },
        ...serverOptions,
      },
      exclusive: [
        ['from-start', 'resume'],
        ['from-start', 'state'],
      ],
      examples: [
        'events --queue inbox --type PlacedInQueue',
        'events --follow --from-start',
        'events --follow --agent ann',
        'events --state --kind Queues',
        'events --follow --json --resume 3f9a0c1d2e4b5a67:12,0,7,3',
      ],
      json: 'the events, one on each line',
      exitCodes: serverExits,
    },
  },
} as const satisfies CommandRow;
