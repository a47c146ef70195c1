/**
 * A client that is there before its server: argument HOST:PORT. It retries its connection every
 * millisecond, for ever, and stays in place from one start of the server to the next. Asked for a
 * queue, it answers with the moment at which its first interaction was in its hands, which it then
 * puts back.
 */
import { connect } from '../../lib/client/index.js';
import { nowMs } from '../support/clock.js';
import { serve } from '../support/serve.js';

const [server = ''] = process.argv.slice(2);
const connecting = connect({
  server,
  clientName: 'bench-probe',
  clientType: 'AgentApplication',
  requestTimeoutMs: 600_000,
  reconnect: { minMs: 1, maxMs: 1 },
});

serve(async ({ queue }: { queue: string }) => {
  const client = await connecting;
  const [pulled] = await client.pull({ queue });
  const deliveredAtMs = nowMs();
  if (pulled === undefined) throw new Error(`${queue} is empty`);
  await client.placeInQueue(pulled.InteractionId, queue);
  return { deliveredAtMs };
});
