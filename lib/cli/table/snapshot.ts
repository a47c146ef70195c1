/** `ixion snapshot`. */
import { limits } from '../../limits.js';
import { serverExits, serverOptions } from './common.js';
import { bulkOptions } from './interaction-options.js';
import type { OptionRow, CommandRow } from './types.js';

const condition = 'as "Queue = \'inbox\' AND _age() > 86400"';
const anyCondition = {
  condition: { about: `${condition}; without it all`, optional: true },
} as const;
const someCondition = { condition: { about: condition } } as const;

/** Which interactions it is to have. */
const takingOptions = {
  order: {
    kind: 'text',
    placeholder: 'KEYS',
    about: 'as "Priority DESC, ReceivedAt", which is what absent means',
  },
  most: {
    kind: 'whole',
    placeholder: 'N',
    min: 1,
    max: limits.interactionsPerSnapshot,
    about: 'the first so many; without it as many as the server is configured to',
  },
  tenant: {
    kind: 'whole',
    placeholder: 'N',
    min: 0,
    max: 2_147_483_647,
    about: 'only of the tenant with this number',
  },
} as const satisfies Record<string, OptionRow>;

const about =
  'A snapshot belongs to the command: it is taken, used and released by it. The condition is in the language of conditions, see docs/reference/conditions.md.';
const aboutAct =
  'What somebody has taken, placed or locked meanwhile stays as it is, and is told of on stderr; the rest is done, and the exit code is 1. For an admin or supervisor; above 1,000 only with the role admin.';

export const snapshot = {
  name: 'snapshot',
  about: 'Note which interactions a condition means, and print, lock, move or stop them',
  verbs: {
    show: {
      about: 'Print the interactions that a condition means, in an order',
      more: `${about} Only what waits, on hold or not, unless --any-state. For an admin, supervisor, agent or reporting application.`,
      arguments: anyCondition,
      options: {
        'any-state': { kind: 'flag', about: 'whatever their state' },
        ...takingOptions,
        ...serverOptions,
      },
      examples: [
        `snapshot show "Queue = 'inbox' AND _age() > 259200" --order "ReceivedAt"`,
        `snapshot show "MediaType = 'email'" --most 50 --json`,
      ],
      json: 'the snapshot: how many it has and were meant, and the interactions',
      exitCodes: serverExits,
    },
    lock: {
      about: 'Keep the interactions that a condition means from all others, for a time',
      more: `${about} What waits is locked and printed, and is free again when the command ends: by Ctrl-C, after --for, or with its connection. For an admin, supervisor or agent.`,
      arguments: someCondition,
      options: {
        for: { kind: 'duration', placeholder: 'TIME', about: 'so long; without it until Ctrl-C' },
        ...takingOptions,
        ...serverOptions,
      },
      examples: [`snapshot lock "Queue = 'refunds'" --for 10m`],
      json: 'the snapshot, when all it has is locked',
      exitCodes: serverExits,
    },
    move: {
      about: 'Place the interactions that a condition means in a queue, as a supervisor',
      more: `${about} ${aboutAct}`,
      arguments: someCondition,
      options: {
        queue: {
          kind: 'text',
          placeholder: 'NAME',
          required: true,
          about: 'where they are to wait',
        },
        ...takingOptions,
        ...bulkOptions,
      },
      examples: [
        `snapshot move "Queue = 'inbox' AND MediaType = 'chat'" --queue chats --reason WrongQueue`,
      ],
      json: 'the snapshot, the number of the act, and what was refused',
      exitCodes: serverExits,
    },
    stop: {
      about: 'End the interactions that a condition means, as a supervisor',
      more: `${about} They can be restored by "interaction restore --operation N" for a day, or as the option restore-hours says. ${aboutAct}`,
      arguments: someCondition,
      options: { ...takingOptions, ...bulkOptions },
      examples: [`snapshot stop "Queue = 'spam'" --reason Spam --preview`],
      json: 'the snapshot, the number of the act, and what was refused',
      exitCodes: serverExits,
    },
  },
} as const satisfies CommandRow;
