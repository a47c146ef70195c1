/**
 * NATS JetStream: one work-queue stream on file, a subject and a durable consumer for each queue.
 */
import { packagesOf } from '../../support/packages.js';
import { encodeRecord, indexOfJson, type Consumer, type OpenClient } from './contract.js';

const requirePackage = packagesOf('peers');

interface Connection {
  closed(): Promise<unknown>;
}
interface Message {
  string(): string;
  ackAck(): Promise<boolean>;
}
interface Transport {
  connect(options: object): Promise<Connection>;
}
interface JetStream {
  jetstream(connection: Connection): {
    publish(subject: string, payload: string): Promise<unknown>;
    readonly consumers: {
      get(
        stream: string,
        name: string,
      ): Promise<{ consume(options: object): Promise<AsyncIterable<Message>> }>;
    };
  };
  jetstreamManager(connection: Connection): Promise<{
    readonly streams: { add(options: object): Promise<unknown> };
    readonly consumers: { add(stream: string, options: object): Promise<unknown> };
  }>;
}

const stream = 'bench';
const consumerOf = (queue: string): string => queue.replaceAll('.', '-');

export const openClient: OpenClient = async ({ port, queues, prefetch, isDeclaring }) => {
  const { connect } = requirePackage<Transport>('@nats-io/transport-node');
  const { jetstream, jetstreamManager } = requirePackage<JetStream>('@nats-io/jetstream');
  const connection = await connect({ servers: `127.0.0.1:${port}`, reconnect: false });
  if (isDeclaring) {
    const { streams, consumers } = await jetstreamManager(connection);
    await streams.add({
      name: stream,
      subjects: [...queues],
      retention: 'workqueue',
      storage: 'file',
    });
    for (const queue of queues) {
      const name = consumerOf(queue);
      const consumer = { durable_name: name, ack_policy: 'explicit', filter_subject: queue };
      await consumers.add(stream, consumer);
    }
  }
  const jet = jetstream(connection);
  return {
    put: (queue, record) => jet.publish(queue, encodeRecord(record)),
    async consume(consumer) {
      for (const queue of queues) {
        const source = await jet.consumers.get(stream, consumerOf(queue));
        const messages = await source.consume({ max_messages: 2 * prefetch });
        void take(messages, consumer);
      }
    },
  };
};

/** Each acknowledgement is answered, but none is waited for before the next message is taken. */
async function take(messages: AsyncIterable<Message>, consumer: Consumer): Promise<void> {
  for await (const message of messages) {
    const index = indexOfJson(message.string());
    consumer.delivered(index);
    void message.ackAck().then(() => consumer.done(index));
  }
}
