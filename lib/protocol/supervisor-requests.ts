/** The requests by which a supervisor acts on the work of others; the desk answers them. */
import {
  boolean,
  identifier,
  integer,
  keyValues,
  name,
  required,
  string,
  strings,
} from './attribute.js';
import { limits } from '../limits.js';
import type { DeskRow } from './message.js';

/** Of an act on many. */
const bulk = {
  Preview: boolean('Only tell what would happen: nothing is changed, and there is no number.'),
  Operation: integer(
    'The number of an act that this client has begun: this is a further part of it.',
    1,
    Number.MAX_SAFE_INTEGER,
  ),
  Total: integer(
    'Of all parts of the act together: so many. Absent: this is all. More than 1,000 only for the role admin.',
    1,
    Number.MAX_SAFE_INTEGER,
  ),
  ReasonSystemName: required(name('Why: a name for programs.')),
  ReasonDescription: string('Why: a text for people.'),
  Extension: keyValues('Free data, repeated in the events that the request causes.'),
};

/** The rows as they are written, for tables and types made from them. */
export const supervisorRequests = [
  {
    number: 1131,
    name: 'RequestSuperviseInteractions',
    routes: [{ kind: 'agent' }],
    answers: ['EventInteractionsSupervised'],
    does: 'supervises',
    about:
      'Does the same to each of these interactions, whoever has them. What cannot be done to one is told of that one, and the others are done. The answer comes when all of it is on disk.',
    attributes: {
      Act: required(
        name(
          'assign: to an agent, whatever its capacity. pull-back: from who has it or is offered it, to its place in its queue. requeue: into another queue. stop: it ends; see RequestRestoreInteractions.',
        ),
      ),
      InteractionIds: required(
        strings('Which.', limits.supervisedAtOnce, identifier('Of an interaction.')),
      ),
      AgentId: name('Of assign: the agent; absent: the one at the place.'),
      PlaceId: name('Of assign: where it is logged in; absent: wherever that is.'),
      Queue: name('Of requeue: the queue.'),
      ...bulk,
    },
  },
  {
    number: 1133,
    name: 'RequestForceAgentStates',
    routes: [{ kind: 'agent' }],
    answers: ['EventAgentStatesForced'],
    does: 'supervises',
    about:
      'RequestForceAgentState for each of these agents. What cannot be done to one is told of that one, and the others are done.',
    attributes: {
      AgentIds: required(strings('Which.', limits.supervisedAtOnce, name('Of an agent.'))),
      AgentState: required(name('ready, not-ready, not-ready-after-current or logged-out.')),
      MediaTypeName: name('Which medium; absent: all that each has.'),
      ...bulk,
    },
  },
  {
    number: 1135,
    name: 'RequestRestoreInteractions',
    routes: [{ kind: 'agent' }],
    answers: ['EventInteractionsSupervised'],
    does: 'supervises',
    about:
      'Takes back the end of interactions that a supervisor has ended, for as long as they are kept (option restore-hours): each waits in the queue that it was in, with its identifier, its properties and another version, on hold if it was. Of an act with more than 1,000 the first of them, with More and Next in the answer: with After the others follow, also where some were refused.',
    attributes: {
      InteractionIds: strings('Which.', limits.supervisedAtOnce, identifier('Of an interaction.')),
      OfOperation: integer(
        'Instead: all that the act with this number has ended.',
        1,
        Number.MAX_SAFE_INTEGER,
      ),
      After: identifier('Of an act: behind this one, which Next of the answer before names.'),
      ...bulk,
    },
  },
  {
    number: 1137,
    name: 'RequestSetOutsideLoad',
    routes: [{ kind: 'agent', attribute: 'AgentId' }],
    answers: ['EventAck'],
    does: 'reportsLoad',
    about:
      'Says how much an agent has outside of this server, as calls at its telephone: it counts in its capacity. It lasts for the lease, which repeating renews, and ends 10 s after its client at the latest.',
    attributes: {
      AgentId: required(name('The agent. Also the route key of the frame.')),
      MediaTypeName: name('Of which medium; absent: voice.'),
      Count: required(integer('How many; 0: none.', 0, limits.capacityPerMedium)),
      LeaseSeconds: integer('For how long; absent: 60.', 1, 3_600),
    },
  },
] as const satisfies readonly DeskRow[];
