/**
 * A client that is there before its server: argument HOST:PORT. It retries its connection every
 * millisecond, for ever, and stays in place from one start of the server to the next. Asked for an
 * identifier, it answers with the moment at which the properties of that interaction were in its hands.
 */
import { connect } from '../../lib/client/index.js';
import { nowMs } from '../support/clock.js';
import { serve } from '../support/serve.js';

const [server = ''] = process.argv.slice(2);
const connecting = connect({
  server,
  clientName: 'bench-probe',
  clientType: 'MediaServer',
  requestTimeoutMs: 600_000,
  reconnect: { minMs: 1, maxMs: 1 },
});

serve(async ({ id }: { id: string }) => {
  const client = await connecting;
  const properties = await client.getProperties(id);
  if (properties.InteractionId !== id) throw new Error(`asked for ${id}`);
  return { repliedAtMs: nowMs() };
});
