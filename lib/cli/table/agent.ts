/** `ixion agent`. */
import { serverExits, serverOptions } from './common.js';
import type { CommandRow } from './types.js';

export const agent = {
  name: 'agent',
  about: 'Show which agents are logged in, and how much they can take',
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
  },
} as const satisfies CommandRow;
