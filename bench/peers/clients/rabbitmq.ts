/** RabbitMQ: persistent messages on one channel with confirms, one consumer for each queue. */
import { packagesOf } from '../../support/packages.js';
import { encodeRecord, indexOfJson, type OpenClient } from './contract.js';

const requirePackage = packagesOf('peers');

interface Message {
  readonly content: Buffer;
}
interface Channel {
  assertQueue(name: string, options: object): Promise<unknown>;
  prefetch(count: number): Promise<unknown>;
  consume(queue: string, take: (message: Message | null) => void): Promise<unknown>;
  ack(message: Message): void;
  on(event: 'error', listener: () => void): void;
}
interface ConfirmChannel extends Channel {
  sendToQueue(
    queue: string,
    content: Buffer,
    options: object,
    confirmed: (error: Error | null) => void,
  ): boolean;
}
interface Amqp {
  connect(
    url: string,
    socket: object,
  ): Promise<{
    createChannel(): Promise<Channel>;
    createConfirmChannel(): Promise<ConfirmChannel>;
    on(event: 'error', listener: () => void): void;
  }>;
}

export const openClient: OpenClient = async ({ port, queues, prefetch, isDeclaring, mode }) => {
  const { connect } = requirePackage<Amqp>('amqplib');
  const connection = await connect(`amqp://guest:guest@127.0.0.1:${port}`, { noDelay: true });
  const ignored = (): void => undefined;
  connection.on('error', ignored);
  const producer = await connection.createConfirmChannel();
  producer.on('error', ignored);
  if (isDeclaring) {
    const kind = { durable: true, arguments: { 'x-queue-type': mode } };
    for (const queue of queues) await producer.assertQueue(queue, kind);
  }
  return {
    put: (queue, record) =>
      new Promise<void>((resolve, reject) => {
        const content = Buffer.from(encodeRecord(record));
        producer.sendToQueue(queue, content, { persistent: true }, (error) => {
          if (error) reject(error);
          else resolve();
        });
      }),
    async consume(consumer) {
      const channel = await connection.createChannel();
      channel.on('error', ignored);
      // Of each consumer, as quorum queues know no other.
      await channel.prefetch(prefetch);
      for (const queue of queues) {
        await channel.consume(queue, (message) => {
          if (message === null) throw new Error(`RabbitMQ cancelled the consumer of ${queue}`);
          const index = indexOfJson(message.content.toString());
          consumer.delivered(index);
          channel.ack(message);
          consumer.done(index);
        });
      }
    },
  };
};
