/** The requests of the protocol; numbers up to 195 are the original's. */
import { agentRequests } from './agent-requests.js';
import { directRequests } from './direct-messages.js';
import { doings } from './doing.js';
import { deliveryRequests } from './delivery-requests.js';
import { frontRequests } from './front-requests.js';
import type { RequestDefinition } from './message.js';
import { partitionRequests } from './partition-requests.js';
import { snapshotRequests } from './snapshot-requests.js';
import { supervisorRequests } from './supervisor-requests.js';
import { workbinRequests } from './workbin-requests.js';

const rows = [
  ...partitionRequests,
  ...agentRequests,
  ...deliveryRequests,
  ...supervisorRequests,
  ...snapshotRequests,
  ...directRequests,
  ...workbinRequests,
  ...frontRequests,
];

/** A row as it is written, for types made from it. */
export type RequestRow = (typeof rows)[number];

/** All requests that this server answers, by their numbers. */
export const requests: readonly RequestDefinition[] = rows
  .map(({ number, name, does, routes, answers, attributes, about }) => ({
    number,
    name,
    does,
    routes,
    answers,
    changes: doings[does].changes,
    about,
    attributes,
    direction: 'request' as const,
    origin: number < 1000 ? ('original' as const) : ('own' as const),
  }))
  .sort((left, right) => left.number - right.number);
