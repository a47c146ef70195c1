/** `ixion store`. */
import { limits } from '../../limits.js';
import { exitCodes } from '../exit-codes.js';
import { adminExits, adminOptions } from './common.js';
import type { CommandRow, OptionRow } from './types.js';

const data = {
  kind: 'directory',
  placeholder: 'DIR',
  environment: 'IXION_DATA',
  default: './data',
  about: 'the store',
} as const satisfies OptionRow;

/** How what opens a store that no server has may end. */
const offlineExits = [
  exitCodes.data,
  exitCodes.tryAgain,
  exitCodes.notAllowed,
  exitCodes.configuration,
] as const;

export const store = {
  name: 'store',
  about: 'Make, verify, back up, restore, measure or compact a store',
  verbs: {
    init: {
      about: 'Make a new, empty store without starting a server',
      more: 'What fails on the way leaves nothing. The store is on disk when the command ends.',
      options: {
        data,
        partitions: {
          kind: 'whole',
          placeholder: 'N',
          environment: 'IXION_PARTITIONS',
          min: 1,
          max: limits.partitions,
          about: 'fixed for the life of the store; without it 4',
        },
        'if-missing': {
          kind: 'flag',
          about: 'a store that is there is as good, and is left as it is; without it refused',
        },
      },
      examples: ['store init --data /var/lib/ixion', 'store init --data ./data --if-missing'],
      json: 'the store, and whether it was made now',
      exitCodes: offlineExits,
    },
    verify: {
      about: 'Read every row of every partition and compare counts, indexes and totals',
      more: 'Exit code 65 says that something is wrong. A store that a server has open is refused.',
      options: { data },
      examples: ['store verify --data /var/lib/ixion'],
      json: 'what each partition has, and what is wrong',
      exitCodes: offlineExits,
    },
    backup: {
      about: 'Copy the store of a running server, as it is at one moment',
      arguments: { dir: { kind: 'directory', about: 'an empty directory, or one to be made' } },
      options: adminOptions,
      examples: ['store backup /backup/monday'],
      json: 'the backup',
      exitCodes: adminExits,
    },
    restore: {
      about: 'Make a new store from a backup',
      arguments: { dir: { kind: 'directory', about: 'the backup' } },
      options: {
        data: {
          kind: 'directory',
          placeholder: 'DIR',
          required: true,
          about: 'the new store; it must not be there',
        },
      },
      examples: ['store restore /backup/monday --data ./restored'],
      json: 'the store, and the moment that it is of',
      exitCodes: offlineExits,
    },
    stats: {
      about: 'Print rows, bytes and pages of every table',
      more: 'Of a store that no server uses; of a running server with --admin.',
      options: {
        data: { ...data, about: 'a store that no server uses' },
        ...adminOptions,
        admin: {
          kind: 'endpoint',
          placeholder: 'HOST:PORT',
          group: 'server',
          about: 'of a running server, at its admin address',
        },
      },
      exclusive: [['data', 'admin']],
      examples: ['store stats --data ./data', 'store stats --admin 127.0.0.1:7489 --json'],
      json: 'the tables of each partition',
      exitCodes: [...new Set([...offlineExits, ...adminExits])],
    },
    compact: {
      about: 'Give free pages of a store that no server uses back to the disk',
      options: { data },
      examples: ['store compact --data ./data'],
      json: 'bytes of each partition, before and after',
      exitCodes: offlineExits,
    },
  },
} as const satisfies CommandRow;
