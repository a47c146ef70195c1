/** `ixion agent`. */
import { aboutWatch, fileExits, serverExits, serverOptions, watchOptions } from './common.js';
import { bulkOptions } from './interaction-options.js';
import type { CommandRow } from './types.js';

const aboutForcing =
  'For an admin or supervisor. Above 1,000 agents only with the role admin. The audit log has who it was, and the number of the act. What is refused for one does not keep the others back: it is on stderr, with the nearest name if there is one, and the exit code is 1.';

/** Of verbs that force the state of agents. */
const commonOptions = {
  agents: {
    kind: 'file',
    placeholder: 'FILE',
    about: 'these agents, an AgentId on each line, besides those named',
  },
  ...bulkOptions,
} as const;
const forcedOptions = {
  medium: { kind: 'text', placeholder: 'MEDIUM', about: 'only for this medium' },
  ...commonOptions,
} as const;
const forced = {
  arguments: { agents: { about: 'AgentIds', optional: true, many: true } },
  json: 'what was done to each, or would be, and the number of the act',
  exitCodes: [...serverExits, ...fileExits],
} as const;

export const agent = {
  name: 'agent',
  about: 'Show which agents are logged in, and how much they can take; force their state',
  verbs: {
    list: {
      about: 'Print who is logged in where, through how many clients, ready for what',
      more:
        'Not for agents. One that is limited to tenants sees the agents of these. InHand, Offers and WrapUps are counts over all media, Outside is what telephony has reported, and Reserved names the router that has reserved the agent or its place. A medium is shown as NAME CURRENT/GREATEST +FREE: what the agent has of it, what it could have without anything else, and how many more may be offered now; or why it is not ready. ' +
        aboutWatch,
      options: { ...watchOptions, ...serverOptions },
      examples: ['agent list', 'agent list --json', 'agent list --watch'],
      json: 'the agents in one list; with --watch a line each time, with when it was',
      exitCodes: serverExits,
    },
    status: {
      about: 'Print one agent, a medium on each line, and then its wrap-ups',
      more: 'Of each medium: what the agent has in hand, is offered, wraps up and has outside, which together are Current; Greatest is what it could have without anything else, and Free how many more may be offered now. Refused with 1093 if it is not logged in.',
      arguments: { agent: { about: 'its AgentId' } },
      options: serverOptions,
      examples: ['agent status ann', 'agent status ann --json'],
      json: 'the agent',
      exitCodes: serverExits,
    },
    ready: {
      about: 'Make agents ready, as a supervisor',
      more: aboutForcing,
      ...forced,
      options: forcedOptions,
      examples: [
        'agent ready ann bob --reason DrillOver',
        'agent ready --agents shift.txt --medium chat --reason DrillOver --preview',
      ],
    },
    'not-ready': {
      about: 'Make agents not ready, as a supervisor',
      more: aboutForcing,
      ...forced,
      options: {
        'after-current': {
          kind: 'flag',
          about: 'nothing more is offered now, and each is not ready when what it has is done',
        },
        ...forcedOptions,
      },
      examples: [
        'agent not-ready ann bob --medium chat --reason Drill',
        'agent not-ready --agents shift.txt --after-current --reason Closing',
      ],
    },
    logout: {
      about: 'Log agents out, as a supervisor',
      more: `What they have in hand does not hold them back: it goes to its queue. ${aboutForcing}`,
      ...forced,
      options: commonOptions,
      examples: ['agent logout --agents shift.txt --reason Closing --preview'],
    },
  },
} as const satisfies CommandRow;
