/** `ixion config`. */
import { exitCodes } from '../exit-codes.js';
import { adminExits, adminOptions, fileExits } from './common.js';
import type { CommandRow, OptionRow } from './types.js';

const comment = {
  kind: 'text',
  placeholder: 'TEXT',
  about: 'why, for the history',
} as const satisfies OptionRow;
const dryRun = {
  kind: 'flag',
  about: 'check, and show what would be done',
} as const satisfies OptionRow;
const merge = {
  kind: 'flag',
  about: 'objects that the file does not name stay',
} as const satisfies OptionRow;
const prune = {
  kind: 'flag',
  about: 'objects that the file does not name are removed; on a terminal it asks without it',
} as const satisfies OptionRow;
const file = { kind: 'file', about: 'objects as YAML; - reads from stdin' } as const;

const changeExits = [exitCodes.configuration, ...adminExits] as const;
/** Of verbs that have a file besides. */
const changeFileExits = [...new Set([...fileExits, ...changeExits])];
const faults =
  'Faults are shown with their places and what to do; the exit code is 78 then, and nothing was changed.';

export const config = {
  name: 'config',
  about: 'Check a configuration file; export, change and roll back configuration objects',
  verbs: {
    check: {
      about: 'Say whether a configuration file of the daemon is right; nothing is started',
      arguments: { file: { kind: 'file', about: 'the configuration file' } },
      examples: ['config check ixion.yaml'],
      json: 'whether it is right, and its faults',
      exitCodes: [exitCodes.configuration],
    },
    export: {
      about: 'Write all configuration objects of a running server as YAML',
      arguments: { file: { kind: 'file', optional: true, about: 'absent: stdout' } },
      options: {
        version: {
          kind: 'whole',
          placeholder: 'N',
          min: 0,
          max: 999_999_999,
          about: 'the objects of an old version',
        },
        ...adminOptions,
      },
      examples: ['config export objects.yaml', 'config export --version 3'],
      json: 'the file, or the YAML as a text',
      exitCodes: changeFileExits,
    },
    diff: {
      about: 'Show what "config apply" would change',
      more: faults,
      arguments: { file },
      options: {
        merge,
        'exit-code': { kind: 'flag', about: 'end with 1 if there are differences' },
        ...adminOptions,
      },
      examples: ['config diff objects.yaml', 'config diff objects.yaml --exit-code > /dev/null'],
      json: 'the changes',
      exitCodes: changeFileExits,
    },
    apply: {
      about: 'Make the objects what a file says, all or nothing',
      more: `${faults} A change that would remove objects is refused without --prune.`,
      arguments: { file },
      options: { merge, prune, 'dry-run': dryRun, comment, ...adminOptions },
      exclusive: [['merge', 'prune']],
      examples: [
        "config apply web.yaml --merge --comment 'web forms'",
        'config apply all.yaml --prune --dry-run',
      ],
      json: 'the version, and the changes',
      exitCodes: changeFileExits,
    },
    history: {
      about: 'Show the versions, newest first; or what one of them changed',
      arguments: { version: { kind: 'whole', optional: true, about: 'of which to show changes' } },
      options: {
        count: {
          kind: 'whole',
          placeholder: 'N',
          min: 1,
          max: 10_000,
          about: 'so many versions; without it 100',
        },
        ...adminOptions,
      },
      examples: ['config history --count 5', 'config history 7'],
      json: 'the versions, or the changes',
      exitCodes: changeExits,
    },
    rollback: {
      about: 'Make the objects what they were in a version, as a new version',
      more: faults,
      arguments: { version: { kind: 'whole', about: 'which one' } },
      options: { 'dry-run': dryRun, comment, ...adminOptions },
      examples: ['config rollback 3 --dry-run', 'config rollback 3'],
      json: 'the version, and the changes',
      exitCodes: changeExits,
    },
  },
} as const satisfies CommandRow;
