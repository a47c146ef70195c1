/** Kinds of those who take part: tenants, programs, people, places. */
import {
  capacityRule,
  credentials,
  description,
  enabled,
  few,
  many,
  name,
  sections,
  tenant,
  text,
  timeZone,
  type Kind,
} from './kind-fields.js';
import { roles } from '../security/roles.js';

export const kindsWho = {
  tenant: {
    plural: 'tenants',
    about:
      'A customer of the contact centre, or a part of it. Its number is the TenantId of clients.',
    effect: 'now',
    max: few,
    fields: {
      id: {
        type: 'integer',
        min: 1,
        max: 2_147_483_647,
        required: true,
        about: 'TenantId of interactions and clients; unique.',
      },
      capacityRule,
      timeZone: timeZone('Where its calendars are that say nothing else; without it UTC.'),
      description,
    },
  },
  application: {
    plural: 'applications',
    about: 'A program that connects; its name is the ClientName with which it registers.',
    effect: 'now',
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
      role: {
        type: 'choice',
        choices: roles,
        about: 'What it may do; without it, what its type says.',
      },
      tenants: {
        type: 'references',
        to: 'tenant',
        about: 'Tenants whose interactions it sees; none: of all.',
      },
      agentGroups: {
        type: 'references',
        to: 'agentGroup',
        about:
          'Of the role supervisor: whose agents it sees and acts on; none: all of its tenants.',
      },
      queues: {
        type: 'references',
        to: 'queue',
        about: 'Of the role supervisor: in which it acts on interactions; none: in all.',
      },
      credentials,
      host: name('Where a third-party server listens.'),
      port: { type: 'integer', min: 1, max: 65_535, about: 'Its port.' },
      endpoints: {
        type: 'referenceMap',
        to: 'queue',
        about: 'Endpoints of a media server: name and the queue in which its contacts begin.',
      },
      enabled: { ...enabled, about: 'False: it cannot register.' },
      description,
      options: sections,
    },
  },
  user: {
    plural: 'users',
    about: 'A person who logs in.',
    effect: 'now',
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
    about:
      'How many interactions of each medium at a time. That of the agent holds, else of its place, else of its tenant.',
    effect: 'now',
    max: few,
    fields: {
      tenant,
      media: {
        type: 'levels',
        to: 'medium',
        min: 0,
        max: 1_000,
        about: 'A medium and how many of it, where there is no condition.',
      },
      condition: text(
        'A rule as `email: email < 1 and chat = 0; chat: chat < 2`; a medium that it does not name is never offered. One that is wrong is logged, and the default holds.',
      ),
      description,
      options: sections,
    },
  },
  agent: {
    plural: 'agents',
    about: 'A person who handles interactions; its name is the AgentId.',
    effect: 'now',
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
    effect: 'now',
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
    about: 'Where an agent works; one agent at a time.',
    effect: 'now',
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
} as const satisfies Readonly<Record<string, Kind>>;
