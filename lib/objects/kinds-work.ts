/** Kinds of what is worked on and how: media, processes, queues, views, strategies, options. */
import { limits } from '../limits.js';
import {
  description,
  enabled,
  few,
  lines,
  many,
  name,
  sections,
  tenant,
  text,
  timeZone,
  type Kind,
} from './kind-fields.js';

/** Of what other systems know by a number. */
const code = {
  type: 'integer',
  min: 0,
  max: 2_147_483_647,
  about: 'Its number in other systems.',
} as const;

export const kindsWork = {
  medium: {
    plural: 'media',
    about: 'A medium, as `email` or `chat`; its name is the MediaType of interactions.',
    effect: 'now',
    max: few,
    fields: {
      online: {
        type: 'boolean',
        default: false,
        about: 'The customer waits at the other end, as in a chat.',
      },
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
      rejectDelaySeconds: {
        type: 'integer',
        min: 0,
        max: 86_400,
        about: 'For this medium instead of the option ixion/reject-delay.',
      },
      disconnectGraceSeconds: {
        type: 'integer',
        min: 0,
        max: 86_400,
        about:
          'How long an agent whose link is lost keeps its interactions, and its login; 0: not at all. Without it 30 where the medium is online, else 600.',
      },
      onAgentLost: {
        type: 'choice',
        choices: ['queue', 'workbin'],
        about:
          'Where what an agent had of it goes when that time is over: its queue, or the workbin of the agent that `workbin` names. Without it `queue`.',
      },
      onLogout: {
        type: 'choice',
        choices: ['refuse', 'return', 'workbin'],
        about:
          'An agent that has some of it in hand logs out: that is refused, or it goes back to its queue, or into the workbin of the agent that `workbin` names. Without it `refuse` where the medium is online, else `workbin` if one is named, else `return`.',
      },
      workbin: {
        type: 'reference',
        to: 'workbinType',
        about:
          'The type of workbins, owned by agents, that `onAgentLost` and `onLogout` are about.',
      },
      wrapUp: {
        type: 'choice',
        choices: ['none', 'until-done', 'at-most', 'exactly'],
        about:
          'After-call work of an agent with what was in its hands and is over: none, until it says that it is done, that or the end of a time, or exactly a time. It holds the slot. Without it `none`.',
      },
      wrapUpSeconds: {
        type: 'integer',
        min: 1,
        max: 86_400,
        about: 'How long it lasts, with `at-most` and `exactly`. Without it 60.',
      },
      description,
      options: sections,
    },
  },
  dispositionCode: {
    plural: 'dispositionCodes',
    about: 'How an interaction came out, as `Sold`, which agents say in their after-call work.',
    effect: 'now',
    max: few,
    fields: {
      tenant,
      code,
      enabled,
      description,
      options: sections,
    },
  },
  notReadyReason: {
    plural: 'notReadyReasons',
    about: 'Why an agent is not ready, as `Lunch`; its name is the ReasonSystemName of requests.',
    effect: 'now',
    max: few,
    fields: {
      tenant,
      code,
      enabled,
      description,
      options: sections,
    },
  },
  customProperty: {
    plural: 'customProperties',
    about:
      'A key of attached data (the name, case matters) that conditions and orders may use. See docs/concepts/custom-properties.md.',
    effect: 'now',
    max: limits.columns,
    fields: {
      tenant: { ...tenant, about: 'Whose interactions have it; without one those of all tenants.' },
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
        about: 'A name in conditions besides the key. Unique.',
      },
      toDelete: {
        type: 'boolean',
        default: false,
        about: 'The property is not there any more; the key stays attached data.',
      },
      description,
    },
  },
  calendar: {
    plural: 'calendars',
    about:
      'When something is open, and how many then: weekly hours, holidays, exceptions. See docs/concepts/calendars.md.',
    effect: 'kept',
    max: few,
    fields: {
      tenant,
      timeZone: timeZone('Where its hours are; without it that of its tenant, else UTC.'),
      hours: lines('Hours of the week: `mon-fri 08:00-18:00`, `sat,sun 10:00-12:00 = 5`.'),
      holidays: lines('Days on which it is closed: `2026-04-03`, or `12-25` in every year.'),
      exceptions: lines(
        'Hours of single days instead of all others: `2026-12-24 08:00-12:00 = 5`.',
      ),
      description,
      options: sections,
    },
  },
  businessProcess: {
    plural: 'businessProcesses',
    about: 'Queues that belong together and, unless they say otherwise, share a partition.',
    effect: 'now',
    max: few,
    fields: {
      tenant,
      dispositionCodes: {
        type: 'references',
        to: 'dispositionCode',
        about: 'What agents may say of its interactions; none: any code there is.',
      },
      dispositionRequired: {
        type: 'boolean',
        default: false,
        about: 'After-call work is not done without one.',
      },
      description,
      options: sections,
    },
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
          'Where its interactions live, by number. Without it and `placement` a new queue goes where its business process is, and one that is there stays.',
      },
      placement: name(
        'Where its interactions live, by kind or name: `archive`, `flow`, `distribution`, or one of the configuration (`placements`). Not with `partition`.',
      ),
      wrapUp: {
        type: 'choice',
        choices: ['none', 'until-done', 'at-most', 'exactly'],
        about:
          'After-call work with interactions that were in this queue, instead of what their medium says; see there.',
      },
      wrapUpSeconds: {
        type: 'integer',
        min: 1,
        max: 86_400,
        about: 'How long it lasts, with `at-most` and `exactly`. Without it 60.',
      },
      description,
      options: sections,
    },
  },
  view: {
    plural: 'views',
    about:
      'Through which interactions leave a queue: which of them, and in what order. A pull names one instead of a queue. See docs/concepts/views.md.',
    effect: 'now',
    max: many,
    fields: {
      queue: {
        type: 'reference',
        to: 'queue',
        required: true,
        about: 'The queue it selects from.',
      },
      enabled: { ...enabled, about: 'False: pulls that name it are refused (1028).' },
      condition: text(
        'Which interactions, in the language of docs/reference/conditions.md; none: all that can be pulled.',
      ),
      order: text(
        'In what order, in the same language; none: that of the queue, `Priority DESC, ReceivedAt`.',
      ),
      checkIntervalSeconds: {
        type: 'integer',
        min: 1,
        max: 86_400,
        about:
          'How often time is looked at for pulls that wait, where the condition names it. Without it 1.',
      },
      scheduling: text('From when how many may be submitted. Kept as text, without effect yet.'),
      segmentation: {
        type: 'levels',
        min: 0,
        max: 1_000_000,
        about:
          'Properties, and how many interactions with one value of it may be with routers at a time; an absent value is one of its own. Not by a time.',
      },
      segmentTotalLimit: {
        type: 'integer',
        min: 0,
        max: 1_000_000,
        about: 'How many of all segments together.',
      },
      parameters: text(
        'Values that a pull gives in PullParameters and the condition names as `:Language`: a name and one of text, number, time, boolean each, separated by commas, as `Language text, MinPriority number`.',
      ),
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
    about:
      'Workbins: stores of interactions with an owner, before the eyes of agents. What is in those of a type is in the queue NAME/PrivateQueue, which comes and goes with it. See docs/concepts/workbins.md.',
    effect: 'now',
    max: few,
    fields: {
      displayName: name('What agents see.'),
      owner: {
        type: 'choice',
        choices: ['agent', 'agentGroup', 'place', 'placeGroup'],
        required: true,
        about:
          'Who owns one: every agent, group, place or group of places has its own. It can be another one while all of them are empty.',
      },
      queue: {
        type: 'reference',
        to: 'queue',
        required: true,
        about: 'The queue that it belongs to: its business process is that of NAME/PrivateQueue.',
      },
      views: { type: 'references', to: 'view', about: 'Views on that queue; none: floating.' },
      order: text('In what order agents see it. Kept as text.'),
      enabled: { ...enabled, about: 'False: nothing more is placed in one.' },
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
} as const satisfies Readonly<Record<string, Kind>>;
