/** `ixion simulate` and `ixion demo`. */
import { limits } from '../../limits.js';
import { exitCodes } from '../exit-codes.js';
import { fileExits, fleetOptions, serverExits } from './common.js';
import type { CommandRow, OptionRow } from './types.js';

const seed = {
  kind: 'whole',
  placeholder: 'N',
  min: 0,
  max: 999_999_999,
  default: 1,
  about: 'for what is drawn: another seed is another day',
} as const satisfies OptionRow;

const speed = {
  kind: 'number',
  placeholder: 'N',
  min: 0.000_001,
  max: 1_000_000,
  about: 'simulated seconds per second',
} as const;

/** Of what only a server that runs elsewhere has. */
const elsewhere = Object.keys(fleetOptions);

export const simulate = {
  name: 'simulate',
  about: 'Send a recorded day of a contact centre through a server',
  verbs: {
    '': {
      about: 'Drive a server, or with --virtual one of its own, through a recorded day',
      more: 'A server with credentials takes all clients of the day as one application of role admin. With --virtual server and clients live in this process on a virtual clock: the day takes seconds, its waits are exact, and the same file, options and seed give the same events. Exit code 0 says that every step was done and the server counted the same.',
      arguments: {
        file: { kind: 'file', about: 'records of contacts, comma-separated; see docs/simulate.md' },
      },
      options: {
        speed: { ...speed, default: 100 },
        virtual: {
          kind: 'flag',
          about: 'on a virtual clock, with a server of its own in this process',
        },
        data: {
          kind: 'directory',
          placeholder: 'DIR',
          about: 'with --virtual: keep the store in this directory, a new or an empty one',
        },
        partitions: {
          kind: 'whole',
          placeholder: 'N',
          min: 1,
          max: limits.partitions,
          about: 'with --virtual: partitions of its server; 4 without it',
        },
        mode: {
          kind: 'choice',
          placeholder: 'MODE',
          choices: ['follow', 'order'],
          default: 'follow',
          about: 'follow: agents take the recorded contacts; order: what the queue gives',
        },
        invite: {
          kind: 'flag',
          about: 'with --mode order: agents log in and are offered contacts, and do not pull',
        },
        break: {
          kind: 'duration',
          placeholder: 'TIME',
          default: 600_000,
          about: 'longer gaps of an agent are breaks',
        },
        seed,
        process: {
          kind: 'text',
          placeholder: 'NAME',
          default: 'demo',
          about: 'business process with the queues',
        },
        date: {
          kind: 'text',
          placeholder: 'DAY',
          about: 'only contacts of this day or month of the file, as 1999-08-31 or 1999-08',
        },
        interval: {
          kind: 'duration',
          placeholder: 'TIME',
          default: 1_800_000,
          about: 'length of an interval of the result',
        },
        'service-level': {
          kind: 'duration',
          placeholder: 'TIME',
          default: 20_000,
          about: 'an answer within this time is in time',
        },
        csv: { kind: 'file', placeholder: 'FILE', about: 'write the intervals, comma-separated' },
        html: { kind: 'file', placeholder: 'FILE', about: 'write a page with charts' },
        log: { kind: 'file', placeholder: 'FILE', about: 'write a line for each contact' },
        clean: { kind: 'flag', about: 'stop what the day leaves on the server, as Cancelled' },
        ...fleetOptions,
      },
      together: [
        {
          options: ['data', 'partitions'],
          needs: 'virtual',
          remedy: 'Add --virtual, or leave it out: a running server has its own.',
        },
        {
          options: ['speed'],
          notWith: 'virtual',
          remedy: 'Leave it out: a virtual clock goes as fast as the machine does.',
        },
        {
          options: elsewhere,
          notWith: 'virtual',
          remedy: 'Leave it out: a virtual day has a server of its own.',
        },
      ],
      examples: [
        'simulate day.csv --virtual --mode order',
        'simulate day.csv --mode order --speed 1000',
        'simulate day.csv --mode order --invite --virtual',
        'simulate month.csv --date 1999-08-31 --html day.html --csv day-intervals.csv',
      ],
      json: 'the figures of the day',
      exitCodes: [...new Set([...fileExits, ...serverExits])],
    },
    agents: {
      about: 'Print the agents of a day as configuration objects, for simulate --invite',
      more: 'Objects for "config apply --merge": the agents, a place for each, the medium of the contacts.',
      arguments: {
        file: { kind: 'file', about: 'records of contacts, comma-separated; see docs/simulate.md' },
      },
      examples: ['simulate agents day.csv > agents.yaml'],
      exitCodes: fileExits,
    },
    generate: {
      about: 'Write a made-up day, or several, as a file that simulate reads',
      more: 'The same seed writes the same file. A file that exists is not replaced.',
      arguments: { file: { kind: 'file', about: 'where to write; - for stdout' } },
      options: {
        contacts: {
          kind: 'whole',
          placeholder: 'N',
          min: 1,
          max: 20_000,
          default: 1_000,
          about: 'contacts of each day',
        },
        days: { kind: 'whole', placeholder: 'N', min: 1, max: 366, default: 1, about: 'days' },
        date: {
          kind: 'text',
          placeholder: 'DAY',
          about: 'the first day, as 1999-08-31; needed for more than one',
        },
        seed,
      },
      examples: [
        'simulate generate day.csv',
        'simulate generate month.csv --days 30 --date 2026-01-01',
      ],
      exitCodes: fileExits,
    },
  },
} as const satisfies CommandRow;

export const demo = {
  name: 'demo',
  about: 'Show a day of a contact centre on a server of its own, leaving nothing behind',
  verbs: {
    '': {
      about: "Send a made-up contact centre's day through a server in a temporary directory",
      more: 'It prints the result and removes everything.',
      options: {
        contacts: {
          kind: 'whole',
          placeholder: 'N',
          min: 1,
          max: 20_000,
          default: 1_000,
          about: 'contacts of the day',
        },
        speed: { ...speed, default: 4_000 },
        seed,
      },
      examples: ['demo', 'demo --contacts 5000 --seed 7'],
      json: 'the figures of the day',
      exitCodes: [
        exitCodes.data,
        exitCodes.unavailable,
        exitCodes.tryAgain,
        exitCodes.interrupted,
        exitCodes.terminated,
      ],
    },
  },
} as const satisfies CommandRow;
