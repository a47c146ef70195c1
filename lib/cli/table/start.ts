/** `ixion start`. */
import { defaultAddresses } from '../../default-addresses.js';
import { exitCodes } from '../exit-codes.js';
import type { CommandRow } from './types.js';

export const start = {
  name: 'start',
  about: 'Start the server',
  verbs: {
    '': {
      about: 'Start the server in the foreground',
      more: 'It opens an existing store; a new one is made only with --init or --demo. Signals: TERM, INT, QUIT and USR2 drain and stop, a second one stops now; HUP reads the configuration again; USR1 does nothing.',
      options: {
        init: { kind: 'flag', about: 'make an empty store; refused if there is one' },
        demo: {
          kind: 'flag',
          about:
            'make a store with the queues of the demo; an existing one is opened and gets those that are missing',
        },
        config: {
          kind: 'file',
          placeholder: 'FILE',
          environment: 'IXION_CONFIG',
          about: 'configuration, one YAML file; see docs/reference/options.md',
        },
        data: {
          kind: 'text',
          placeholder: 'DIR',
          environment: 'IXION_DATA',
          default: './data',
          about: 'the store',
        },
        listen: {
          kind: 'text',
          placeholder: 'HOST:PORT',
          environment: 'IXION_LISTEN',
          default: defaultAddresses.listen,
          about: 'for clients',
        },
        admin: {
          kind: 'text',
          placeholder: 'HOST:PORT',
          environment: 'IXION_ADMIN',
          default: defaultAddresses.admin,
          about: 'for status and shutdown',
        },
        insecure: {
          kind: 'flag',
          environment: 'IXION_INSECURE',
          about: 'listen beyond loopback without TLS or without credentials',
        },
      },
      exclusive: [['init', 'demo']],
      examples: ['start --data ./data --init', 'start --config /etc/ixion/ixion.yaml'],
      exitCodes: [
        exitCodes.data,
        exitCodes.internal,
        exitCodes.commitFailure,
        exitCodes.tryAgain,
        exitCodes.notAllowed,
        exitCodes.configuration,
      ],
      readsConfiguration: true,
    },
  },
} as const satisfies CommandRow;
