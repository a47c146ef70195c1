/** The bench of the peers as the list of benches has it: its parts are loaded when it runs. */
import type { Bench } from '../support/bench.js';

export const peers: Bench = {
  about: 'beside beanstalkd, BullMQ, RabbitMQ and NATS JetStream, durable and at their defaults',
  defaults: { interactions: 100_000 },
  async run(options, say) {
    const { runPeers } = await import('./peers.js');
    return runPeers(options, say);
  },
};
