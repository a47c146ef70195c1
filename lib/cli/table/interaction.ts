/** `ixion interaction`: one verb per request about an interaction. */
import { adminExits, adminOptions, serverExits, serverOptions } from './common.js';
import {
  changeOptions,
  changes,
  dataChangeOptions,
  dataOptions,
  id,
  propertyOptions,
  reasonOptions,
  stateWords,
  searchEnds,
  superviseOptions,
  supervises,
} from './interaction-options.js';
import type { CommandRow } from './types.js';

const aboutBulk =
  'Above 1,000 only with the role admin. The audit log has the identifiers, and the number of the act. What is refused for one does not keep the others back: it is on stderr, with the nearest name if one was meant, and the exit code is 1.';

export const interaction = {
  name: 'interaction',
  about: 'Submit, show, list, change, place, hold, pull, stop or supervise interactions',
  verbs: {
    submit: {
      about: 'Hand in an interaction; prints its identifier',
      options: {
        queue: {
          kind: 'text',
          placeholder: 'NAME',
          required: true,
          about: 'where it is to wait',
        },
        media: { kind: 'text', placeholder: 'TYPE', default: 'email', about: 'medium' },
        type: {
          kind: 'text',
          placeholder: 'TYPE',
          default: 'Inbound',
          about: 'Inbound, Outbound or Internal',
        },
        subtype: { kind: 'text', placeholder: 'NAME', about: 'kind within the type' },
        id: {
          kind: 'text',
          placeholder: 'ID',
          about: 'its identifier; absent: the server makes one',
        },
        'received-at': { kind: 'time', placeholder: 'TIME', about: 'when the contact came in' },
        hold: { kind: 'flag', about: 'submit on hold' },
        until: { kind: 'time', placeholder: 'TIME', about: 'on hold, and off it by itself then' },
        ...dataOptions,
        ...propertyOptions,
        ...reasonOptions,
        ...serverOptions,
      },
      examples: [
        'interaction submit --queue inbox --data Subject="My bill" --data tries:int=2',
        `interaction submit --queue inbox --id MAIL-1 --data-json '{"customer":{"name":"Ann"}}'`,
      ],
      json: 'the identifier, and whether it had been submitted before',
      exitCodes: serverExits,
    },
    show: {
      about: 'Print all properties of an interaction',
      arguments: { id },
      options: serverOptions,
      examples: ['interaction show 0001AB2C000000F1', 'interaction show MAIL-1 --json'],
      json: 'the interaction',
      exitCodes: serverExits,
    },
    explain: {
      about: 'Print why an interaction is in the views of its queue or not, and at which place',
      more: 'Which part of a condition fails with which value, what keeps it from being pulled at all, and when time alone may change that. Nothing is changed.',
      arguments: { id: { about: 'its identifier' } },
      options: adminOptions,
      examples: ['interaction explain 0000000000000000000000000A'],
      json: 'what is known of it',
      exitCodes: adminExits,
    },
    list: {
      about: 'Look for interactions by queue, state, holder or outer identifier',
      more: 'For an admin, supervisor or reporting application. Nothing is indexed for it: the server looks at one after the other, and the command ends behind --count that fit, or --scan that were looked at. Then it says on stderr where to go on. Attached data are not told.',
      options: {
        queue: { kind: 'text', placeholder: 'NAME', about: 'in this queue, or taken from it' },
        state: {
          kind: 'choice',
          placeholder: 'STATE',
          choices: stateWords,
          about: 'in this state',
        },
        'on-hold': { kind: 'truth', placeholder: 'TRUE-FALSE', about: 'on hold, or not' },
        holder: { kind: 'text', placeholder: 'NAME', about: 'with the client of this name' },
        'external-id': {
          ...propertyOptions['external-id'],
          about: 'with this identifier in the outer system',
        },
        ...searchEnds,
        ...serverOptions,
      },
      examples: [
        'interaction list --queue inbox --state handled',
        'interaction list --external-id mail-4711 --json',
      ],
      json: 'the interactions in one list, and where to go on',
      exitCodes: serverExits,
    },
    find: {
      about: 'Find interactions by a condition, a contact, a parent or an outer identifier',
      more: 'For an admin, supervisor or reporting application. The condition is in the language of conditions, see docs/reference/conditions.md. Nothing is indexed for it, and it ends as "interaction list" does.',
      arguments: {
        condition: {
          about: 'as "MediaType = \'email\' AND _age() > 86400"; without it all',
          optional: true,
        },
      },
      options: {
        contact: {
          kind: 'text',
          placeholder: 'ID',
          about: 'with this text under the key ContactId of their attached data',
        },
        parent: { kind: 'text', placeholder: 'ID', about: 'with this parent' },
        'external-id': {
          ...propertyOptions['external-id'],
          about: 'with this identifier in the outer system',
        },
        queue: { kind: 'text', placeholder: 'NAME', about: 'in this queue, or taken from it' },
        ...searchEnds,
        ...serverOptions,
      },
      examples: [
        `interaction find "MediaType = 'email' AND _age() > 259200 AND _empty(AssignedTo)"`,
        'interaction find --contact C-4711 --json',
      ],
      json: 'the interactions in one list, and where to go on',
      exitCodes: serverExits,
    },
    change: {
      about: 'Change attached data and properties',
      arguments: { id },
      options: { ...dataChangeOptions, ...propertyOptions, ...changeOptions },
      examples: ['interaction change MAIL-1 --priority 10 --data category=billing --delete draft'],
      ...changes,
    },
    place: {
      about: 'Place an interaction in a queue',
      arguments: { id, queue: { about: 'where it is to wait' } },
      options: {
        hold: { kind: 'flag', about: 'put it on hold there' },
        until: { kind: 'time', placeholder: 'TIME', about: 'on hold, and off it by itself then' },
        ...dataChangeOptions,
        ...changeOptions,
      },
      examples: [
        'interaction place MAIL-1 archive --reason Done',
        'interaction place CALL-1 callbacks --until +2h',
      ],
      ...changes,
    },
    hold: {
      about: 'Put an interaction on hold: no pull takes it',
      arguments: { id },
      options: {
        until: { kind: 'time', placeholder: 'TIME', about: 'resume by itself then' },
        ...changeOptions,
      },
      examples: ['interaction hold MAIL-1 --until +10m'],
      ...changes,
    },
    resume: {
      about: 'Take an interaction off hold',
      arguments: { id },
      options: changeOptions,
      examples: ['interaction resume MAIL-1'],
      ...changes,
    },
    pull: {
      about: 'Take interactions, as an agent',
      more: 'From a queue in its order, or one by --id. They go back when the command ends, unless it acts --as a client that comes back.',
      arguments: { queue: { about: 'whose first interactions', optional: true } },
      options: {
        id: { kind: 'text', placeholder: 'ID', about: 'this one, instead of a queue' },
        count: {
          kind: 'whole',
          placeholder: 'N',
          min: 1,
          max: 100,
          about: 'most interactions to take; without it 1',
        },
        wait: {
          kind: 'duration',
          placeholder: 'TIME',
          about: 'wait so long until something is there',
        },
        'ignore-hold': { kind: 'flag', about: 'with --id: also if it is on hold' },
        ...changeOptions,
      },
      examples: ['interaction pull inbox --as ann --wait 30s', 'interaction stop MAIL-1 --as ann'],
      json: 'the interactions, one on each line',
      exitCodes: serverExits,
    },
    assign: {
      about: 'Give interactions to an agent, whoever has them, as a supervisor',
      more: `For an admin or supervisor. The agent need not be ready, and may get more than its capacity allows. ${aboutBulk}`,
      options: {
        agent: { kind: 'text', placeholder: 'AGENT', about: 'the AgentId' },
        place: {
          kind: 'text',
          placeholder: 'PLACE',
          about: 'the agent at this place',
        },
        ...superviseOptions,
      },
      examples: [
        'interaction assign MAIL-1 MAIL-2 --agent ann --reason Expert',
        'interaction assign --ids list.txt --agent ann --reason Expert --preview',
      ],
      ...supervises,
    },
    'pull-back': {
      about: 'Take interactions from who has them, back to their queues, as a supervisor',
      more: `For an admin or supervisor. Each has its place in its queue again. ${aboutBulk}`,
      options: superviseOptions,
      examples: ['interaction pull-back --ids list.txt --reason WentHome'],
      ...supervises,
    },
    requeue: {
      about: 'Place interactions in another queue, whoever has them, as a supervisor',
      more: `For an admin or supervisor. ${aboutBulk}`,
      options: {
        queue: {
          kind: 'text',
          placeholder: 'NAME',
          required: true,
          about: 'where they are to wait',
        },
        ...superviseOptions,
      },
      examples: ['interaction requeue --ids list.txt --queue billing --reason WrongQueue'],
      ...supervises,
    },
    transfer: {
      about: 'Give interactions to an agent, a place or a queue, whoever has them, as a supervisor',
      more: `For an admin or supervisor. To an agent or place it is what assign does, to a queue what requeue does. ${aboutBulk}`,
      options: {
        agent: { kind: 'text', placeholder: 'AGENT', about: 'the AgentId' },
        place: { kind: 'text', placeholder: 'PLACE', about: 'the agent at this place' },
        queue: { kind: 'text', placeholder: 'NAME', about: 'where they are to wait' },
        ...superviseOptions,
      },
      exclusive: [
        ['agent', 'queue'],
        ['place', 'queue'],
      ],
      examples: [
        'interaction transfer MAIL-1 --place "desk 7" --reason Expert',
        'interaction transfer --ids list.txt --queue billing --reason WrongQueue --preview',
      ],
      ...supervises,
    },
    'stop-many': {
      about: 'End interactions, whoever has them, as a supervisor',
      more: `For an admin or supervisor. They can be restored for a day, or as the option restore-hours says. ${aboutBulk}`,
      options: superviseOptions,
      examples: ['interaction stop-many --ids list.txt --reason Spam'],
      ...supervises,
    },
    restore: {
      about: 'Take back the end of interactions, as a supervisor',
      more: `For an admin or supervisor. What a supervisor has ended, singly or with many, waits where it was, with another version; by identifiers, or all of an act. ${aboutBulk}`,
      options: {
        operation: {
          kind: 'whole',
          placeholder: 'N',
          min: 1,
          max: Number.MAX_SAFE_INTEGER,
          about: 'instead of identifiers: all that the act with this number has ended',
        },
        ...superviseOptions,
      },
      examples: [
        'interaction restore MAIL-1 --reason Mistake',
        'interaction restore --operation 12 --reason Mistake --preview',
      ],
      ...supervises,
    },
    stop: {
      about: 'End an interaction',
      arguments: { id },
      options: changeOptions,
      examples: ['interaction stop MAIL-1 --reason Sent'],
      ...changes,
    },
  },
} as const satisfies CommandRow;
