/**
 * The one table of kinds: the check, the YAML reader and writer and `docs/reference/objects.md` are
 * made from it. Fields stand in the order of files. A field that is added later must not be required.
 */
import { limits } from '../limits.js';
import type { Field, KindName, TextField } from './field.js';

export interface Kind {
  /** Heading of the kind in a file. */
  readonly plural: string;
  readonly about: string;
  /** Whether something in the server works by it already, or it is kept for what is to come. */
  readonly effect: 'now' | 'kept';
  readonly fields: Readonly<Record<string, Field>>;
  /** Largest number of objects. */
  readonly max: number;
}

const many = 200_000;
const few = 10_000;

const name = (about: string): TextField => ({ type: 'text', maxBytes: limits.nameBytes, about });
const line = (about: string): TextField => ({ type: 'text', maxBytes: 4_096, about });
const text = (about: string): TextField => ({ type: 'text', maxBytes: 65_536, lines: true, about });

const description = line('For people.');
const tenant: Field = {
  type: 'reference',
  to: 'tenant',
  about: 'Whose it is; without one it is for all tenants.',
};
const sections: Field = {
  type: 'sections',
  about: 'Further options by section, as the annex of the original.',
};
const enabled: Field = { type: 'boolean', default: true, about: 'False: it does nothing.' };
const credentials: Field = {
  type: 'texts',
  maxBytes: 512,
  pattern: /^(sha256:[0-9a-f]{64}|scrypt:\d+:\d+:\d+:[\w+/=-]+:[\w+/=-]+)$/,
  expects: 'a hash, as sha256: and 64 hexadecimal digits',
  about: 'Hashes of the tokens it may log in with; never a token itself.',
};
const capacityRule: Field = {
  type: 'reference',
  to: 'capacityRule',
  about: 'How much it can take at a time.',
};

export const roles = [
  'admin',
  'operator',
  'supervisor',
  'agent',
  'media',
  'router',
  'reporting',
] as const;

export const kinds: Readonly<Record<KindName, Kind>> = {
  tenant: {
    plural: 'tenants',
    about:
      'A customer of the contact centre, or a part of it. Its number is the TenantId of clients.',
    effect: 'kept',
    max: few,
    fields: {
      id: {
        type: 'integer',
        min: 1,
        max: 2_147_483_647,
        required: true,
        about: 'TenantId of interactions and clients; unique.',
      },
      description,
    },
  },
  application: {
    plural: 'applications',
    about: 'A program that connects; its name is the ClientName with which it registers.',
    effect: 'kept',
    max: few,
    fields: {
      type: {
        type: 'choice',
        choices: [
          'MediaServer',
          'AgentApplication',
          'RoutingEngine',
          'ReportingEngine',
          'Proxy',
          'ThirdPartyServer',
          'Administration',
        ],
        required: true,
        about:
          'What it is, by the names of ClientType; `ThirdPartyServer` answers external requests.',
      },
      role: { type: 'choice', choices: roles, about: 'What it may do.' },
      tenants: {
        type: 'references',
        to: 'tenant',
        about: 'Tenants whose objects and interactions it sees; none: of all.',
      },
      credentials,
      host: name('Where a third-party server listens.'),
      port: { type: 'integer', min: 1, max: 65_535, about: 'Its port.' },
      endpoints: {
        type: 'referenceMap',
        to: 'queue',
        about: 'Endpoints of a media server: name and the queue in which its contacts begin.',
      },
      enabled,
      description,
      options: sections,
    },
  },
  user: {
    plural: 'users',
    about: 'A person who logs in.',
    effect: 'kept',
    max: many,
    fields: {
      tenant,
      firstName: name('First name.'),
      lastName: name('Last name.'),
      role: { type: 'choice', choices: roles, about: 'What the person may do.' },
      credentials,
      enabled,
      description,
      options: sections,
    },
  },
  capacityRule: {
    plural: 'capacityRules',
    about: 'How many interactions of each medium at a time.',
    effect: 'kept',
    max: few,
    fields: {
      tenant,
      media: {
        type: 'levels',
        to: 'medium',
        min: 0,
        max: 1_000,
        about: 'A medium and how many of it.',
      },
      condition: text('When it holds, or more than the numbers can say. Kept as text.'),
      description,
      options: sections,
    },
  },
  agent: {
    plural: 'agents',
    about: 'A person who handles interactions; its name is the AgentId.',
    effect: 'kept',
    max: many,
    fields: {
      tenant,
      user: { type: 'reference', to: 'user', about: 'Who it is.' },
      place: { type: 'reference', to: 'place', about: 'Where the agent works by default.' },
      skills: { type: 'levels', min: 0, max: 1_000_000, about: 'A skill and its level.' },
      capacityRule,
      enabled,
      description,
      options: sections,
    },
  },
  agentGroup: {
    plural: 'agentGroups',
    about: 'Agents, and groups of agents.',
    effect: 'kept',
    max: few,
    fields: {
      tenant,
      agents: { type: 'references', to: 'agent', about: 'Its members.' },
      groups: {
        type: 'references',
        to: 'agentGroup',
        nests: true,
        about: 'Groups whose members are its members too; never itself, on whatever way.',
      },
      description,
      options: sections,
    },
  },
  place: {
    plural: 'places',
    about: 'Where an agent works.',
    effect: 'kept',
    max: many,
    fields: { tenant, capacityRule, enabled, description, options: sections },
  },
  placeGroup: {
    plural: 'placeGroups',
    about: 'Places, and groups of places.',
    effect: 'kept',
    max: few,
    fields: {
      tenant,
      places: { type: 'references', to: 'place', about: 'Its members.' },
      groups: {
        type: 'references',
        to: 'placeGroup',
        nests: true,
        about: 'Groups whose members are its members too; never itself, on whatever way.',
      },
      description,
      options: sections,
    },
  },
  medium: {
    plural: 'media',
    about: 'A medium, as `email` or `chat`; its name is the MediaType of interactions.',
    effect: 'kept',
    max: few,
    fields: {
      handlingTimeoutMinutes: {
        type: 'integer',
        min: 1,
        max: 1_440,
        about: 'For this medium instead of the option settings/handling-timeout.',
      },
      deliveringTimeoutSeconds: {
        type: 'integer',
        min: 1,
        max: 86_400,
        about: 'For this medium instead of the option settings/delivering-timeout.',
      },
      disconnectGraceSeconds: {
        type: 'integer',
        min: 0,
        max: 86_400,
        about: 'How long an agent whose link is lost keeps its interactions; 0: not at all.',
      },
      description,
      options: sections,
    },
  },
  customProperty: {
    plural: 'customProperties',
    about: 'A key of attached data (the name, case matters) that conditions and orders may use.',
    effect: 'kept',
    max: 1_000,
    fields: {
      type: {
        type: 'choice',
        choices: ['string', 'number', 'timestamp'],
        required: true,
        about: 'How it compares.',
      },
      translateTo: {
        type: 'text',
        maxBytes: 128,
        pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
        expects: 'letters, digits and _, not beginning with a digit',
        about: 'The name in conditions, if the key cannot stand in one. Unique.',
      },
      toDelete: { type: 'boolean', default: false, about: 'The mapping is to be undone.' },
      description,
    },
  },
  businessProcess: {
    plural: 'businessProcesses',
    about: 'Queues that belong together and, unless they say otherwise, share a partition.',
    effect: 'now',
    max: few,
    fields: { tenant, description, options: sections },
  },
  queue: {
    plural: 'queues',
    about: 'Where interactions wait. Names are unique over all business processes.',
    effect: 'now',
    max: limits.queues,
    fields: {
      businessProcess: {
        type: 'reference',
        to: 'businessProcess',
        required: true,
        about: 'Where it belongs.',
      },
      partition: {
        type: 'integer',
        min: 0,
        max: limits.partitions - 1,
        about:
          'Where its interactions live; without it a new queue goes where its business process is, and one that is there stays.',
      },
      description,
      options: sections,
    },
  },
  view: {
    plural: 'views',
    about: 'Through which interactions leave a queue: which of them, and in what order.',
    effect: 'kept',
    max: many,
    fields: {
      queue: {
        type: 'reference',
        to: 'queue',
        required: true,
        about: 'The queue it selects from.',
      },
      enabled,
      condition: text('Which interactions. Kept as text.'),
      order: text('In what order. Kept as text.'),
      checkIntervalSeconds: {
        type: 'integer',
        min: 1,
        max: 86_400,
        about: 'How often time is looked at.',
      },
      scheduling: text('From when how many may be submitted. Kept as text.'),
      segmentation: {
        type: 'levels',
        min: 0,
        max: 1_000_000,
        about: 'Properties, and how many interactions with one value of it may be out.',
      },
      segmentTotalLimit: {
        type: 'integer',
        min: 0,
        max: 1_000_000,
        about: 'How many of all segments together.',
      },
      parameters: text('Parts of the condition that a pull fills in. Kept as text.'),
      databaseHints: text('Of the original; kept, without effect.'),
      description,
      options: sections,
    },
  },
  strategy: {
    plural: 'strategies',
    about: 'What is to be done with an interaction.',
    effect: 'kept',
    max: few,
    fields: {
      tenant,
      source: text('The strategy itself. Kept as text.'),
      calls: {
        type: 'references',
        to: 'strategy',
        nests: true,
        about: 'Strategies that it calls; never itself, on whatever way.',
      },
      enabled,
      description,
      options: sections,
    },
  },
  submitter: {
    plural: 'submitters',
    about: 'Gives the interactions of a view to a strategy.',
    effect: 'kept',
    max: many,
    fields: {
      view: { type: 'reference', to: 'view', required: true, about: 'What is taken.' },
      strategy: { type: 'reference', to: 'strategy', required: true, about: 'Who gets it.' },
      router: { type: 'reference', to: 'application', about: 'The routing engine that runs it.' },
      maxSubmitted: {
        type: 'integer',
        min: 0,
        max: 50_000,
        about: 'How many may be with the router at a time; 0 stops.',
      },
      maxRate: {
        type: 'text',
        maxBytes: 32,
        pattern: /^\d{1,7}\/(second|minute|hour)$/,
        expects: 'a number and /second, /minute or /hour',
        about: 'How many in a time; 0 stops.',
      },
      enabled,
      description,
      options: sections,
    },
  },
  workbinType: {
    plural: 'workbinTypes',
    about: 'A store with an owner, before the eyes of agents; a queue lies under it.',
    effect: 'kept',
    max: few,
    fields: {
      displayName: name('What agents see.'),
      owner: {
        type: 'choice',
        choices: ['agent', 'agentGroup', 'place', 'placeGroup'],
        required: true,
        about: 'Who owns one.',
      },
      queue: { type: 'reference', to: 'queue', required: true, about: 'The queue under it.' },
      views: { type: 'references', to: 'view', about: 'Views on that queue; none: floating.' },
      order: text('In what order agents see it. Kept as text.'),
      enabled,
      description,
      options: sections,
    },
  },
  option: {
    plural: 'options',
    about: 'An option of the server, by section and name.',
    effect: 'now',
    max: 1_000,
    fields: {
      value: { type: 'scalar', required: true, about: 'See the table of options.' },
    },
  },
};

/** The kind with this heading. */
export const kindOfPlural: ReadonlyMap<string, KindName> = new Map(
  (Object.keys(kinds) as KindName[]).map((kind) => [kinds[kind].plural, kind]),
);
