/**
 * Every option of the daemon in one table: the configuration file's schema, the environment, the
 * flags and `docs/reference/options.md` are made from it.
 */
import { defaultAddresses } from '../default-addresses.js';
import { limits } from '../limits.js';

/** When a change of an option in the file takes effect. */
export type Effect = 'reload' | 'restart' | 'creation';

interface Common {
  /** Where it is in the file; a dot is a level. */
  readonly key: string;
  /** Environment variable. */
  readonly environment: string;
  /** Flag of `ixion start`, without the dashes; absent: none. */
  readonly flag?: string;
  readonly effect: Effect;
  readonly about: string;
}

export interface TextOption extends Common {
  readonly kind: 'text' | 'endpoint';
  /** Undefined: depends, see `about`. */
  readonly default: string | undefined;
}

export interface NumberOption extends Common {
  readonly kind: 'integer' | 'number';
  /** Undefined: depends, see `about`. */
  readonly default: number | undefined;
  readonly min: number;
  readonly max: number;
}

export interface BooleanOption extends Common {
  readonly kind: 'boolean';
  /** Undefined: depends, see `about`. */
  readonly default: boolean | undefined;
}

export interface ChoiceOption extends Common {
  readonly kind: 'choice';
  readonly default: string;
  readonly choices: readonly string[];
}

export type Option = TextOption | NumberOption | BooleanOption | ChoiceOption;

const minuteMs = 60_000;
const hourMs = 3_600_000;

const storeOptions = [
  {
    key: 'data',
    environment: 'IXION_DATA',
    flag: 'data',
    kind: 'text',
    default: './data',
    effect: 'restart',
    about:
      'Directory of the store. In a file, a relative path counts from the directory of the file.',
  },
  {
    key: 'partitions',
    environment: 'IXION_PARTITIONS',
    kind: 'integer',
    default: 4,
    min: 1,
    max: limits.partitions,
    effect: 'creation',
    about: 'Partitions of a new store. Each has its own environment and its own commits.',
  },
  {
    key: 'threads',
    environment: 'IXION_THREADS',
    kind: 'integer',
    default: undefined,
    min: 1,
    max: limits.partitions,
    effect: 'restart',
    about:
      'Threads that share the partitions. Without it: the processors less one, at least 1, at most one per partition.',
  },
] as const satisfies readonly Option[];

const networkOptions = [
  {
    key: 'listen',
    environment: 'IXION_LISTEN',
    flag: 'listen',
    kind: 'endpoint',
    default: defaultAddresses.listen,
    effect: 'restart',
    about: 'HOST:PORT for clients; port 0 takes a free one.',
  },
  {
    key: 'admin',
    environment: 'IXION_ADMIN',
    flag: 'admin',
    kind: 'endpoint',
    default: defaultAddresses.admin,
    effect: 'restart',
    about:
      'HOST:PORT for status, health and shutdown. Asks for a token of an admin or operator once applications have credentials.',
  },
] as const satisfies readonly Option[];

const securityOptions = [
  {
    key: 'requireCredentials',
    environment: 'IXION_REQUIRE_CREDENTIALS',
    kind: 'boolean',
    default: undefined,
    effect: 'reload',
    about:
      'Only applications with their token may register. False: clients that name no application may too, as what their client type says. Without it: true as soon as there is an application.',
  },
  {
    key: 'insecure',
    environment: 'IXION_INSECURE',
    kind: 'boolean',
    default: false,
    effect: 'restart',
    about:
      'Listen beyond loopback without TLS or without credentials, which is refused otherwise. Logged, and shown by the status.',
  },
  {
    key: 'tls.certificate',
    environment: 'IXION_TLS_CERTIFICATE',
    kind: 'text',
    default: undefined,
    effect: 'restart',
    about:
      'Certificate chain (PEM file) of both listeners; with it they speak TLS only, version 1.2 or later. A reload reads the files again. In a file, a relative path counts from the directory of the file; so for the next two.',
  },
  {
    key: 'tls.key',
    environment: 'IXION_TLS_KEY',
    kind: 'text',
    default: undefined,
    effect: 'restart',
    about: 'Private key (PEM file) of the certificate, without a passphrase.',
  },
  {
    key: 'tls.clientCertificateAuthority',
    environment: 'IXION_TLS_CLIENT_CERTIFICATE_AUTHORITY',
    kind: 'text',
    default: undefined,
    effect: 'restart',
    about: 'Authorities (PEM file) whose client certificates are accepted.',
  },
  {
    key: 'tls.requireClientCertificate',
    environment: 'IXION_TLS_REQUIRE_CLIENT_CERTIFICATE',
    kind: 'boolean',
    default: false,
    effect: 'restart',
    about: 'Clients without a certificate of these authorities are refused in the handshake.',
  },
] as const satisfies readonly Option[];

const settingOptions = [
  {
    key: 'settings.collect-request-counters',
    environment: 'IXION_COLLECT_REQUEST_COUNTERS',
    kind: 'boolean',
    default: false,
    effect: 'reload',
    about: 'Count requests received by type; EventPing carries the counts.',
  },
  {
    key: 'settings.collect-error-counters',
    environment: 'IXION_COLLECT_ERROR_COUNTERS',
    kind: 'boolean',
    default: false,
    effect: 'reload',
    about: 'Count protocol errors sent by error; EventPing carries the counts.',
  },
  {
    key: 'settings.collect-esp-error-counters',
    environment: 'IXION_COLLECT_ESP_ERROR_COUNTERS',
    kind: 'boolean',
    default: false,
    effect: 'reload',
    about: 'Count ESP errors sent by original request type; EventPing carries the counts.',
  },
  {
    key: 'settings.collect-latency',
    environment: 'IXION_COLLECT_LATENCY',
    kind: 'boolean',
    default: false,
    effect: 'reload',
    about:
      'Measure how long requests take in the server, from the frame read to the answer written; EventPing and the status carry the times.',
  },
] as const satisfies readonly Option[];

const runningOptions = [
  {
    key: 'reconnectTimeoutMs',
    environment: 'IXION_RECONNECT_TIMEOUT_MS',
    kind: 'integer',
    default: 60_000,
    min: 0,
    max: 24 * hourMs,
    effect: 'restart',
    about:
      'What a lost client owned returns to its queue after so long, unless the client registers again.',
  },
  {
    key: 'identifierRetentionMinutes',
    environment: 'IXION_IDENTIFIER_RETENTION_MINUTES',
    kind: 'number',
    default: limits.retryKeyMs / minuteMs,
    min: limits.retryKeyMs / minuteMs,
    max: 5_256_000,
    effect: 'restart',
    about:
      'An identifier that a client chose, or that has been in another partition, is known so long after its interaction ended: submitted again within that time it is a duplicate, later a new interaction. Each ended one has two small rows meanwhile.',
  },
  {
    key: 'eventRetention.days',
    environment: 'IXION_EVENT_RETENTION_DAYS',
    kind: 'number',
    default: 7,
    min: 0,
    max: 3_650,
    effect: 'restart',
    about: 'Events are kept so long, whether or not anybody reads them.',
  },
  {
    key: 'eventRetention.gigabytes',
    environment: 'IXION_EVENT_RETENTION_GIGABYTES',
    kind: 'number',
    default: 20,
    min: 0.001,
    max: 100_000,
    effect: 'restart',
    about: 'Events are kept up to so many gigabytes (10^9 bytes), all partitions together.',
  },
  {
    key: 'disk.submitReserveMegabytes',
    environment: 'IXION_DISK_SUBMIT_RESERVE_MEGABYTES',
    kind: 'integer',
    default: 512,
    min: 1,
    max: 10_000_000,
    effect: 'restart',
    about:
      'With less free on the disk of the store (in MiB), submits are refused; what is there goes on. Free pages of the store count as room.',
  },
  {
    key: 'disk.moveReserveMegabytes',
    environment: 'IXION_DISK_MOVE_RESERVE_MEGABYTES',
    kind: 'integer',
    default: 384,
    min: 1,
    max: 10_000_000,
    effect: 'restart',
    about: 'With less free, all is refused but stopping, taking off hold and reading.',
  },
  {
    key: 'disk.reserveMegabytes',
    environment: 'IXION_DISK_RESERVE_MEGABYTES',
    kind: 'integer',
    default: 256,
    min: 1,
    max: 10_000_000,
    effect: 'restart',
    about:
      'So much stays free: with less, nothing is written. Pages of commits under way must fit into it.',
  },
  {
    key: 'supervision.intensity',
    environment: 'IXION_SUPERVISION_INTENSITY',
    kind: 'integer',
    default: 5,
    min: 0,
    max: 1_000,
    effect: 'restart',
    about: 'More restarts of actors than this within the period end the process (exit code 70).',
  },
  {
    key: 'supervision.periodMs',
    environment: 'IXION_SUPERVISION_PERIOD_MS',
    kind: 'integer',
    default: 10_000,
    min: 1,
    max: hourMs,
    effect: 'restart',
    about: 'The period of supervision.intensity.',
  },
  {
    key: 'heldMegabytes',
    environment: 'IXION_HELD_MEGABYTES',
    kind: 'integer',
    default: limits.bufferedBytes / 2 ** 20,
    min: 16,
    max: 1_000_000,
    effect: 'restart',
    about:
      'What the server may buffer for all clients together (in MiB): unread answers and events, requests that wait, clients and subscriptions. Above it the connection that holds most is told why and closed.',
  },
  {
    key: 'drainMs',
    environment: 'IXION_DRAIN_MS',
    kind: 'integer',
    default: 30_000,
    min: 0,
    max: hourMs,
    effect: 'reload',
    about: 'How long an orderly stop waits for requests that are being executed.',
  },
  {
    key: 'logLevel',
    environment: 'IXION_LOG_LEVEL',
    kind: 'choice',
    default: 'info',
    choices: ['debug', 'info', 'warn', 'error'],
    effect: 'reload',
    about: 'What goes to the log, and everything worse.',
  },
  {
    key: 'faultInjection',
    environment: 'IXION_FAULT_INJECTION',
    kind: 'boolean',
    default: false,
    effect: 'restart',
    about: 'For tests of recovery only: a request may crash the actor that executes it.',
  },
] as const satisfies readonly Option[];

/** All options, in the order of the reference. */
export const optionTable = [
  ...storeOptions,
  ...networkOptions,
  ...securityOptions,
  ...settingOptions,
  ...runningOptions,
] as const satisfies readonly Option[];

type Table = typeof optionTable;
type ValueOf<O> = O extends { kind: 'boolean' }
  ? boolean
  : O extends { kind: 'integer' | 'number' }
    ? number
    : O extends { kind: 'choice'; choices: readonly (infer C)[] }
      ? C
      : string;

/** A value for every option; absent: not given. */
export type OptionValues = { readonly [O in Table[number] as O['key']]?: ValueOf<O> };
