/** Direct messages between clients: the requests, which the desk answers, and the event. */
import { keyValues, name, record, required } from './attribute.js';
import type { DeskRow } from './message.js';

const ofClient = [{ kind: 'agent' }] as const;
const topics = required(keyValues('Names of topics as keys; the values do not count.'));

/** The rows as they are written, for tables and types made from them. */
export const directRequests = [
  {
    number: 183,
    name: 'RequestSubscribe',
    routes: ofClient,
    answers: ['EventAck'],
    does: 'converses',
    about:
      'From now on this client gets what is published under these topics in its tenant, by EventUserEvent, until it unsubscribes or ends; after a lost link it subscribes anew. Again: nothing changes. The route key is empty or the AgentId.',
    attributes: { TopicList: topics },
  },
  {
    number: 184,
    name: 'RequestUnsubscribe',
    routes: ofClient,
    answers: ['EventAck'],
    does: 'converses',
    about: 'It gets nothing of these topics any more. The route key is empty or the AgentId.',
    attributes: { TopicList: topics },
  },
  {
    number: 185,
    name: 'RequestPublish',
    routes: ofClient,
    answers: ['EventAck'],
    does: 'converses',
    about:
      'Tells all subscribers of a topic in the tenant of this client something, this client too if it is one. Nothing is kept: who is not there does not get it. EventAck says in Extension.Receivers how many were told. The route key is empty or the AgentId.',
    attributes: {
      Topic: required(name('Of which topic.')),
      Message: required(keyValues('What is told.')),
    },
  },
] as const satisfies readonly DeskRow[];

/** A part of the rows of `answers.ts`. */
export const directEventRows = [
  {
    number: 186,
    name: 'EventUserEvent',
    about: 'Another client has published something under a topic that this one has subscribed to.',
    attributes: {
      Topic: required(name('Which topic.')),
      Message: required(record('What it tells, as it was given.')),
      ActorId: required(name('ClientName of who published it.')),
    },
  },
] as const;
