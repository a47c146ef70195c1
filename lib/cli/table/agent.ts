/** `ixion agent`. */
import { fileExits, serverExits, serverOptions } from './common.js';
import { bulkOptions } from './interaction-options.js';
import type { CommandRow } from './types.js';

export const agent = {
  name: 'agent',
  about: 'Show which agents are logged in, and how much they can take; force their state',
  verbs: {
    list: {
      about: 'Print who is logged in where, through how many clients, ready for what',
      more: 'Not for agents. One that is limited to tenants sees the agents of these. A medium is shown as NAME CURRENT/GREATEST +FREE: what the agent has of it, what it could have without anything else, and how many more may be offered now; or why it is not ready.',
      options: serverOptions,
      examples: ['agent list', 'agent list --json'],
      json: 'the agents in one list',
      exitCodes: serverExits,
    },
    status: {
      about: 'Print one agent, a medium on each line',
      more: 'Refused with 1093 if it is not logged in.',
      arguments: { agent: { about: 'its AgentId' } },
      options: serverOptions,
      examples: ['agent status ann', 'agent status ann --json'],
      json: 'the agent',
      exitCodes: serverExits,
    },
    force: {
      about: 'Make agents ready or not ready, or log them out, as a supervisor',
      more: 'For an admin or supervisor. STATE is ready, not-ready, not-ready-after-current or logged-out. Above 1,000 agents only with the role admin. The audit log has who it was, and the number of the act. What is refused for one does not keep the others back: it is on stderr, and the exit code is 1.',
      arguments: {
        state: {
          about: 'what they are to be',
          choices: ['ready', 'not-ready', 'not-ready-after-current', 'logged-out'],
        },
        agents: { about: 'AgentIds', optional: true, many: true },
      },
      options: {
        medium: { kind: 'text', placeholder: 'MEDIUM', about: 'only for this medium' },
        agents: {
          kind: 'file',
          placeholder: 'FILE',
          about: 'these agents, an AgentId on each line, besides those named',
        },
        ...bulkOptions,
      },
      examples: [
        'agent force not-ready ann bob --medium chat --reason Drill',
        'agent force logged-out --agents shift.txt --reason Closing --preview',
      ],
      json: 'what was done to each, or would be, and the number of the act',
      exitCodes: [...serverExits, ...fileExits],
    },
  },
} as const satisfies CommandRow;
