/** What the tests of the client share. */
import type { Test } from 'tap';
import type { ErrorName } from '../../lib/errors.js';
import { connect, type Client, type ConnectOptions } from '../../lib/client/index.js';
import { startFakeServer, type FakeServer, type Script } from './fake-server.js';

/** A fake server that acts by the script, closed at the end of the test. */
export async function serve(t: Test, script: Script = () => undefined): Promise<FakeServer> {
  const server = await startFakeServer(script);
  t.teardown(() => server.close());
  return server;
}

/** A client that reconnects quickly; ended at the end of the test. */
export async function connectTo(
  t: Test,
  server: FakeServer,
  options: Partial<ConnectOptions> = {},
): Promise<Client> {
  const end = new AbortController();
  t.teardown(() => end.abort());
  return connect({
    server: server.address,
    clientName: 'tester',
    clientType: 'MediaServer',
    reconnect: { minMs: 1, maxMs: 20 },
    signal: end.signal,
    ...options,
  });
}

/** Resolves when the condition holds; tap's own timeout ends a test in which it never does. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** A submission with nothing special about it. */
export const email = { queue: 'inbox', mediaType: 'email', interactionType: 'Inbound' } as const;

/** What `t.rejects` is to see. */
export const failure = (errorName: ErrorName): { name: string; errorName: ErrorName } => ({
  name: 'IxionError',
  errorName,
});
