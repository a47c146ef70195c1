/** The time in which a connection must be open ends nothing that is. */
import t from 'tap';
import { limits } from '../../lib/limits.js';
import { connectTo, serve } from './support.js';

// That time passes at once, by whatever timer it is waited for.
const soonMs = 30;
const shortened = (ms: number | undefined): number | undefined =>
  ms === limits.registrationTimeoutMs ? soonMs : ms;
const { setTimeout: originalTimer } = globalThis;
const originalSignal = AbortSignal.timeout.bind(AbortSignal);
globalThis.setTimeout = ((callback: () => void, ms?: number) =>
  originalTimer(callback, shortened(ms))) as typeof setTimeout;
AbortSignal.timeout = (ms) => originalSignal(shortened(ms)!);

t.test('a connection outlives the time that it had to open', async (t) => {
  const server = await serve(t);
  const client = await connectTo(t, server, { reconnect: false });
  await new Promise((resolve) => originalTimer(resolve, soonMs * 5));
  const status = client.status();
  t.equal((await status.next()).value, 'connected');
  await client.close();
});
