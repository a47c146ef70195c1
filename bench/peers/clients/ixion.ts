/** Ixion's own SDK: submits of a media server, pulls and stops of an agent, over one connection. */
import { connect } from '../../../lib/client/index.js';
import type { Client } from '../../../lib/client/types.js';
import type { Consumer, OpenClient } from './contract.js';

/** Pulls of each queue that the server holds or answers at the same time. */
const pullsPerQueue = 2;
const waitMs = 600_000;

export const openClient: OpenClient = async ({ port, queues, prefetch }) => {
  const media = await connect({
    server: `127.0.0.1:${port}`,
    clientName: 'bench',
    clientType: 'MediaServer',
    requestTimeoutMs: 600_000,
    reconnect: { minMs: 1, maxMs: 1 },
  });
  return {
    put: (_, record) => media.submit(record),
    async consume(consumer) {
      const agent = await media.addClient({
        clientName: 'bench-agent',
        clientType: 'AgentApplication',
      });
      const count = Math.max(1, Math.floor(prefetch / pullsPerQueue));
      for (const queue of queues) {
        for (let n = 0; n < pullsPerQueue; n += 1) void pullForEver(agent, queue, count, consumer);
      }
    },
  };
};

/** The next pull goes out with the stops of what the last one brought. */
async function pullForEver(agent: Client, queue: string, count: number, consumer: Consumer) {
  for (;;) {
    for (const { InteractionId: id, UserData } of await agent.pull({ queue, count, waitMs })) {
      const index = Number(UserData?.['CaseNumber']);
      consumer.delivered(index);
      void agent.stop(id).then(() => consumer.done(index));
    }
  }
}
