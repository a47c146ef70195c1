/** The client of each peer by its name, loaded when it is wanted. */
import type { OpenClient } from './contract.js';

const openOf = async (module: Promise<{ openClient: OpenClient }>): Promise<OpenClient> =>
  (await module).openClient;

export const clients = {
  ixion: () => openOf(import('./ixion.js')),
  beanstalkd: () => openOf(import('./beanstalkd.js')),
  bullmq: () => openOf(import('./bullmq.js')),
  rabbitmq: () => openOf(import('./rabbitmq.js')),
  nats: () => openOf(import('./nats.js')),
} as const satisfies Record<string, () => Promise<OpenClient>>;

export type ClientName = keyof typeof clients;
