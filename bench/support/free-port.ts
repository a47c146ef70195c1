/** A port for a server that has to come back at the same place. */
import { createServer } from 'node:net';

/**
 * Below the ports that the system gives to outgoing connections (from 32,768 on): one of those may
 * be taken by any connection while its server is away, and a client that tries it then could be
 * connected to itself.
 */
const lowest = 10_000;
const ports = 20_000;
const attempts = 100;

/** A port of the loopback address that nobody has at this moment, or gets without asking for it. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = lowest + Math.floor(Math.random() * ports);
    if (await isFree(port)) return port;
  }
  throw new Error(`none of ${attempts} ports is free`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listens = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (listens) await new Promise((resolve) => server.close(resolve));
  return listens;
}
