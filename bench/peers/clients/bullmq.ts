/** BullMQ: one Queue and one Worker for each queue; the Queues share a connection. */
import type { Submission } from '../../../lib/client/types.js';
import { packagesOf } from '../../support/packages.js';
import { indexOf, type OpenClient } from './contract.js';

const requirePackage = packagesOf('peers');

interface Job {
  readonly data: Submission;
}
interface Queue {
  add(name: string, data: object, options: object): Promise<Job>;
  on(event: 'error', listener: () => void): void;
}
interface Worker {
  on(event: 'completed', listener: (job: Job) => void): void;
  on(event: 'error', listener: () => void): void;
  waitUntilReady(): Promise<unknown>;
}
interface Redis {
  on(event: 'error', listener: () => void): void;
}
interface IoRedis {
  readonly Redis: new (options: object) => Redis;
}
interface BullMq {
  readonly Queue: new (name: string, options: object) => Queue;
  readonly Worker: new (
    name: string,
    process: (job: Job) => Promise<void>,
    options: object,
  ) => Worker;
}

export const openClient: OpenClient = async ({ port, queues: names, prefetch }) => {
  const { Queue, Worker } = requirePackage<BullMq>('bullmq');
  const { Redis } = requirePackage<IoRedis>('ioredis');
  // It waits for the server by itself, as long as it must; its own steps would be a second long.
  const connection = {
    host: '127.0.0.1',
    port,
    retryStrategy: () => 2,
    maxLoadingRetryTime: 2,
    maxRetriesPerRequest: null,
  };
  const ignored = (): void => undefined;
  const queues = new Map<string, Queue>();
  const shared = new Redis(connection);
  shared.on('error', ignored);
  for (const name of names) {
    const queue = new Queue(name, { connection: shared });
    queue.on('error', ignored);
    queues.set(name, queue);
  }
  const jobOptions = { removeOnComplete: true, removeOnFail: true };
  return {
    put: (queue, record) => queues.get(queue)!.add('interaction', record, jobOptions),
    async consume(consumer) {
      for (const name of names) {
        const take = async ({ data }: Job): Promise<void> => consumer.delivered(indexOf(data));
        const worker = new Worker(name, take, { connection, concurrency: prefetch });
        worker.on('error', ignored);
        worker.on('completed', ({ data }) => consumer.done(indexOf(data)));
        await worker.waitUntilReady();
      }
    },
  };
};
