/** Options that many verbs have. */
import { defaultAddresses } from '../../default-addresses.js';
import { exitCodes } from '../exit-codes.js';
import type { OptionRow } from './types.js';

/** Who is asking, and how a server is trusted. */
const accessOptions = {
  application: {
    kind: 'text',
    placeholder: 'NAME',
    environment: 'IXION_APPLICATION',
    group: 'access',
    about: 'register as this application',
  },
  token: {
    kind: 'text',
    placeholder: 'TOKEN',
    environment: 'IXION_TOKEN',
    group: 'access',
    about: 'its token; others see a flag: rather set the variable',
  },
  tls: {
    kind: 'flag',
    environment: 'IXION_TLS',
    group: 'access',
    about: 'connect by TLS',
  },
  'tls-ca': {
    kind: 'file',
    placeholder: 'FILE',
    environment: 'IXION_TLS_CA',
    group: 'access',
    about: 'trust these authorities (PEM), by TLS',
  },
  'client-certificate': {
    kind: 'file',
    placeholder: 'FILE',
    environment: 'IXION_CLIENT_CERTIFICATE',
    group: 'access',
    about: 'own certificate (PEM)',
  },
  'client-key': {
    kind: 'file',
    placeholder: 'FILE',
    environment: 'IXION_CLIENT_KEY',
    group: 'access',
    about: 'its key (PEM)',
  },
} as const satisfies Record<string, OptionRow>;

const server = {
  kind: 'endpoint',
  placeholder: 'HOST:PORT',
  environment: 'IXION_SERVER',
  group: 'server',
  default: defaultAddresses.listen,
  about: 'the server',
} as const;

/** Of commands that open connections of several kinds. */
export const fleetOptions = { server, ...accessOptions } as const;

/** Of commands that are one client of a server. */
export const serverOptions = {
  server,
  timeout: {
    kind: 'duration',
    placeholder: 'TIME',
    group: 'server',
    default: 10_000,
    about: 'give up after so long',
  },
  ...accessOptions,
  'client-type': {
    kind: 'choice',
    placeholder: 'TYPE',
    environment: 'IXION_CLIENT_TYPE',
    group: 'access',
    choices: ['MediaServer', 'AgentApplication', 'RoutingEngine', 'ReportingEngine'],
    about: 'register as this; without it as what fits the command, or else the role',
  },
} as const satisfies Record<string, OptionRow>;

const { application: _, ...adminAccess } = accessOptions;

/** Of commands that talk to the admin listener. */
export const adminOptions = {
  admin: {
    kind: 'endpoint',
    placeholder: 'HOST:PORT',
    environment: 'IXION_ADMIN',
    group: 'server',
    default: defaultAddresses.admin,
    about: 'the admin address of the server',
  },
  ...adminAccess,
} as const satisfies Record<string, OptionRow>;

/** Of verbs that can look again and again. */
export const watchOptions = {
  watch: { kind: 'flag', about: 'print them again whenever they have changed' },
  interval: {
    kind: 'duration',
    placeholder: 'TIME',
    min: 100,
    default: 2_000,
    about: 'with --watch: look so often',
  },
} as const satisfies Record<string, OptionRow>;

/** What is said of them. */
export const aboutWatch =
  'With --watch it looks again and again and prints what has changed, until Ctrl-C or until its reader has enough; on a terminal in place of what was there. It outlives restarts of the server.';

/** How what talks to a server may end. */
export const serverExits = [
  exitCodes.refused,
  exitCodes.unavailable,
  exitCodes.tryAgain,
  exitCodes.interrupted,
  exitCodes.terminated,
] as const;

/** How what reads or writes a file of its own may end besides; see `lib/cli/file-errors.ts`. */
export const fileExits = [
  exitCodes.data,
  exitCodes.commitFailure,
  exitCodes.tryAgain,
  exitCodes.notAllowed,
] as const;

/** How what talks to the admin listener may end. */
export const adminExits = [exitCodes.refused, exitCodes.unavailable, exitCodes.tryAgain] as const;

export const formatOption = {
  kind: 'choice',
  placeholder: 'FORMAT',
  choices: ['jsonl', 'csv'],
  about: 'jsonl or csv; without it the name of the file decides',
} as const satisfies OptionRow;
