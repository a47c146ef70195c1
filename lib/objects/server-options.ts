/**
 * The options of the server that are configuration objects: those of the original by its sections
 * and names, with its defaults, ranges and the moment at which a change takes effect;
 * and ours, in the section `ixion`. What the daemon needs before it has a store is in its
 * configuration file instead (`docs/reference/options.md`).
 */
import { usualHandlingMinutes } from '../limits.js';
import type { KindName, Scalar } from './field.js';

interface Common {
  readonly section: string;
  readonly name: string;
  /** When the original takes a change. */
  readonly takes: 'now' | 'restart';
  /** Ixion works by it. Else it is kept for what is to come. */
  readonly used?: boolean;
  readonly about: string;
}

export type ServerOption = Common &
  (
    | { readonly type: 'boolean'; readonly default: boolean | undefined }
    | {
        readonly type: 'integer';
        readonly min: number;
        readonly max: number;
        readonly default: number | undefined;
      }
    | {
        readonly type: 'choice';
        readonly choices: readonly string[];
        readonly default: string | undefined;
      }
    | {
        readonly type: 'text';
        readonly pattern?: RegExp;
        readonly expects: string;
        /** It is a list of names of objects, with commas between them. */
        readonly names?: KindName;
        readonly default: string | undefined;
      }
  );

const counter = (name: string, what: string): ServerOption => ({
  section: 'settings',
  name,
  type: 'boolean',
  default: false,
  takes: 'now',
  used: true,
  about: `Count ${what}; EventPing carries the counts. Wins over the configuration file.`,
});

export const serverOptions: readonly ServerOption[] = [
  {
    section: 'agent-reservation',
    name: 'reject-subsequent-request',
    type: 'boolean',
    default: true,
    takes: 'now',
    used: true,
    about: 'A repeated reservation by the same client is rejected; else it is renewed.',
  },
  {
    section: 'agent-reservation',
    name: 'request-collection-time',
    type: 'integer',
    min: 0,
    max: 60_000,
    default: 100,
    takes: 'now',
    used: true,
    about: 'Milliseconds for which competing reservations are gathered before the decision.',
  },
  {
    section: 'agent-reservation',
    name: 'reservation-time',
    type: 'integer',
    min: 1,
    max: 3_600_000,
    default: 10_000,
    takes: 'now',
    used: true,
    about: 'Milliseconds that a reservation lasts by default.',
  },
  {
    section: 'cluster-settings',
    name: 'enable-submit',
    type: 'boolean',
    default: true,
    takes: 'now',
    about: 'The node takes new interactions.',
  },
  {
    section: 'cluster-settings',
    name: 'media-types',
    type: 'text',
    expects: 'names of media, with commas between them',
    default: undefined,
    takes: 'now',
    about: 'Media that the node takes; without it, all.',
  },
  {
    section: 'health-service',
    name: 'enable-keepalive',
    type: 'boolean',
    default: false,
    takes: 'restart',
    about: 'Keep-alive on the health listener.',
  },
  {
    section: 'settings',
    name: 'routing-timeout',
    type: 'integer',
    min: 20,
    max: 525_600,
    default: 720,
    takes: 'now',
    about: 'Minutes that an interaction may stay with a router. For new submissions.',
  },
  {
    section: 'settings',
    name: 'handling-timeout',
    type: 'integer',
    min: 1,
    max: 1_440,
    default: usualHandlingMinutes,
    takes: 'now',
    used: true,
    about: 'Minutes of inactivity of an agent. Not for those that are being handled.',
  },
  {
    section: 'settings',
    name: 'delivering-timeout',
    type: 'integer',
    min: 1,
    max: 86_400,
    default: 30,
    takes: 'now',
    used: true,
    about: 'Seconds to accept an invitation.',
  },
  {
    section: 'settings',
    name: 'max-interactions-per-snapshot',
    type: 'integer',
    min: 100,
    max: 10_000,
    default: 500,
    takes: 'now',
    used: true,
    about: 'Interactions of a snapshot that does not say it; of more the first are in it.',
  },
  {
    section: 'settings',
    name: 'allow-multiple-agent-connections',
    type: 'choice',
    choices: ['true', 'false', 'force-logout'],
    default: 'true',
    takes: 'now',
    used: true,
    about: 'The same agent on several links: allowed, refused, or the former links are closed.',
  },
  {
    section: 'settings',
    name: 'agent-login-control',
    type: 'choice',
    choices: ['none', 'ignore'],
    default: 'none',
    takes: 'now',
    used: true,
    about: '`ignore`: the place of a login is replaced by the agent identifier.',
  },
  {
    section: 'settings',
    name: 'not-ready-on-invitation-timeout',
    type: 'boolean',
    default: undefined,
    takes: 'now',
    used: true,
    about: 'An unanswered invitation sets the medium not ready; without it, true.',
  },
  {
    section: 'ixion',
    name: 'reject-delay',
    type: 'integer',
    min: 0,
    max: 86_400,
    default: 30,
    takes: 'now',
    used: true,
    about: 'Seconds for which an interaction is not offered again to an agent that has refused it.',
  },
  {
    section: 'ixion',
    name: 'max-failed-offers',
    type: 'integer',
    min: 1,
    max: 1_000,
    default: 5,
    takes: 'now',
    used: true,
    about: 'Refusals and expiries, together, after which an interaction is set aside.',
  },
  {
    section: 'ixion',
    name: 'set-aside-queue',
    type: 'text',
    expects: 'the name of a queue',
    names: 'queue',
    default: undefined,
    takes: 'now',
    used: true,
    about: 'Where that goes; without it, it stays in its queue and is only told of in the log.',
  },
  {
    section: 'ixion',
    name: 'interrupt-invitations',
    type: 'boolean',
    default: false,
    takes: 'now',
    used: true,
    about:
      'Outside load takes back an open invitation that the capacity rule forbids beside it; else it stays.',
  },
  {
    section: 'ixion',
    name: 'restore-hours',
    type: 'integer',
    min: 0,
    max: 720,
    default: 24,
    takes: 'now',
    used: true,
    about:
      'Hours for which what a supervisor has ended is kept, and can be restored; 0: nothing is kept.',
  },
  {
    section: 'ixion',
    name: 'submitter-gone',
    type: 'integer',
    min: 0,
    max: 86_400,
    default: 60,
    takes: 'now',
    used: true,
    about:
      'Seconds after which the customers of a media server that is gone have left, too: what it submitted is not online any more; 0: never.',
  },
  {
    section: 'settings',
    name: 'default-max-submitted-per-router',
    type: 'integer',
    min: 0,
    max: 50_000,
    default: undefined,
    takes: 'now',
    about: 'How many interactions a router may have; 0 stops.',
  },
  {
    section: 'settings',
    name: 'default-max-submission-rate',
    type: 'text',
    pattern: /^\d{1,7}\/(second|minute|hour)$/,
    expects: 'a number and /second, /minute or /hour',
    default: undefined,
    takes: 'now',
    about: 'How many interactions a router gets in a time.',
  },
  counter('collect-request-counters', 'requests received by type'),
  counter('collect-error-counters', 'protocol errors sent by error'),
  counter('collect-esp-error-counters', 'ESP errors sent by original request type'),
  {
    section: 'settings',
    name: 'collect-latency',
    type: 'boolean',
    default: false,
    takes: 'now',
    used: true,
    about:
      'Measure how long requests take in the server; EventPing and the status carry the times. Wins over the configuration file.',
  },
  {
    section: 'ixion',
    name: 'check-not-ready-reasons',
    type: 'boolean',
    default: false,
    takes: 'now',
    used: true,
    about: 'A reason that an agent is not ready for must be an object; else any will do.',
  },
  {
    section: 'ixion',
    name: 'events-with-identity',
    type: 'boolean',
    default: false,
    takes: 'now',
    used: true,
    about:
      'Each event of an interaction says what it is (medium, type, who submitted it, identifiers, tenant), from the next change on. It costs a look at each interaction that changes, and room among the events.',
  },
  {
    section: 'ixion',
    name: 'completed-queues',
    type: 'text',
    expects: 'names of queues, with commas between them',
    names: 'queue',
    default: undefined,
    takes: 'now',
    used: true,
    about: 'An interaction that comes to one of these from another queue gets CompletedAt.',
  },
];

const byName = new Map(serverOptions.map((option) => [`${option.section}/${option.name}`, option]));

/** The option of this name, as `settings/routing-timeout`. */
export const findOption = (name: string): ServerOption | undefined => byName.get(name);

/** Names in a list with commas. */
export const splitNames = (value: string): string[] =>
  value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** What its value has to be. */
export function optionExpectation(option: ServerOption): string {
  switch (option.type) {
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `a whole number from ${option.min} to ${option.max}`;
    case 'choice':
      return `one of ${option.choices.join(', ')}`;
    case 'text':
      return option.expects;
  }
}

/** The value in its own type; undefined when it does not fit. */
export function readOptionValue(option: ServerOption, value: Scalar): Scalar | undefined {
  switch (option.type) {
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'integer': {
      const fits = typeof value === 'number' && value >= option.min && value <= option.max;
      return fits && Number.isInteger(value) ? value : undefined;
    }
    case 'choice':
      return option.choices.includes(String(value)) ? String(value) : undefined;
    case 'text':
      return typeof value === 'string' && option.pattern?.test(value) !== false ? value : undefined;
  }
}
