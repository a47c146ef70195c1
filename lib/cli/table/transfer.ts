/** `ixion export` and `ixion import`. */
import { fileExits, formatOption, serverExits, serverOptions } from './common.js';
import type { CommandRow } from './types.js';

const transferExits = [...new Set([...fileExits, ...serverExits])];

export const exportTable = {
  name: 'export',
  about: 'Write the interactions of a running server to a file',
  verbs: {
    '': {
      about: 'Write the interactions of a running server to a file, whatever their state',
      more: 'The same command goes on where one that was cut short ended. A link is followed; a pipe or a device is written through.',
      arguments: {
        file: {
          kind: 'file',
          about: 'what to write, - for stdout; a name that ends with .csv means CSV',
        },
      },
      options: {
        queue: { kind: 'text', placeholder: 'NAME', about: 'only those of this queue' },
        format: formatOption,
        ...serverOptions,
      },
      examples: ['export all.jsonl', 'export mail.csv --queue mail.in', 'export - | gzip > all.gz'],
      json: 'the file, and how many interactions it has',
      exitCodes: transferExits,
    },
  },
} as const satisfies CommandRow;

export const importTable = {
  name: 'import',
  about: 'Hand the interactions of a file in to a running server',
  verbs: {
    '': {
      about: 'Hand in the interactions of a file, as "ixion export" writes it',
      more: 'The same command goes on where one that was cut short ended, and tries again what was refused; what is there already is left alone. Exit code 65 says that some records are wrong; the others were taken.',
      arguments: {
        file: {
          kind: 'file',
          about: 'what to read, - for stdin; a name that ends with .csv means CSV',
        },
      },
      options: { format: formatOption, ...serverOptions },
      examples: [
        'import all.jsonl',
        'import forms.csv --json',
        'import - --format csv < forms.csv',
      ],
      json: 'the file, and how many were imported, were there already, were wrong',
      exitCodes: transferExits,
    },
  },
} as const satisfies CommandRow;
