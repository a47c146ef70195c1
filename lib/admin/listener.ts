/**
 * The admin listener: health, status, shutdown and reload over HTTP, for operators on the machine
 * itself. It has no access control; what keeps a web page in a browser of the same machine from
 * using it: requests with an Origin are refused, changes need a JSON body (which a page of another
 * origin cannot send), and on a loopback address so is a foreign Host.
 */
import { createServer } from 'node:http';
import { type Socket, isIP } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import type { ReservedAddress } from './reserve.js';

/** What the listener needs of the server. */
export interface AdminPort {
  readonly version: string;
  /** True while requests are served. */
  ready(): boolean;
  status(): Promise<object>;
  /** Begins an orderly stop; settles long after. */
  shutdown(drainMs: number | undefined): void;
  /** @throws an error whose message says why the new configuration is not taken */
  reload(): Promise<object>;
}

export interface AdminListener {
  close(): Promise<void>;
}

const bodyBytesMax = 4_096;
/** A connection that is silent for so long is closed. */
const silenceMs = 30_000;
const drainMsMax = 3_600_000;

const isLoopback = (host: string): boolean => host === '::1' || host.startsWith('127.');

/** The name in a Host header, without port and brackets. */
function hostName(header: string | undefined): string {
  return (header ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
}

function guard(app: FastifyInstance, host: string): void {
  app.addHook('onRequest', async (request, reply) => {
    const { origin, host: header } = request.headers;
    const name = hostName(header);
    const foreign = isLoopback(host) && isIP(name) === 0 && name !== 'localhost';
    if (origin !== undefined || foreign) {
      return reply.code(403).send({ error: 'Forbidden', message: 'not for web pages' });
    }
    if (request.method === 'POST' && request.headers['content-type'] !== 'application/json') {
      return reply.code(415).send({
        error: 'Unsupported Media Type',
        message: 'send a JSON object, with content-type application/json',
      });
    }
    return undefined;
  });
}

function drainMsOf(body: unknown): number | undefined | 'invalid' {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'invalid';
  const { drainMs, ...rest } = body as { drainMs?: unknown };
  if (Object.keys(rest).length > 0) return 'invalid';
  if (drainMs === undefined) return undefined;
  const fits = Number.isInteger(drainMs) && Number(drainMs) >= 0 && Number(drainMs) <= drainMsMax;
  return fits ? Number(drainMs) : 'invalid';
}

function routes(app: FastifyInstance, port: AdminPort): void {
  app.get('/livez', async () => ({ live: true, pid: process.pid }));
  app.get('/readyz', async (_request, reply) => {
    const ready = port.ready();
    return reply.code(ready ? 200 : 503).send({ ready });
  });
  app.get('/version', async () => ({ version: port.version }));
  app.get('/status', async () => port.status());
  app.post('/shutdown', async (request, reply) => {
    const drainMs = drainMsOf(request.body);
    if (drainMs === 'invalid') {
      const message = `the body is {} or {"drainMs": 0 to ${drainMsMax}}`;
      return reply.code(400).send({ error: 'Bad Request', message });
    }
    reply.raw.once('close', () => port.shutdown(drainMs));
    return reply.code(202).header('connection', 'close').send({ stopping: true, pid: process.pid });
  });
  app.post('/reload', async (_request, reply) => {
    try {
      return await port.reload();
    } catch (error) {
      const message = (error as Error).message;
      return reply.code(409).send({ error: 'Conflict', message });
    }
  });
}

/** Serves on an address that was bound before. */
export async function startAdmin(
  reserved: ReservedAddress,
  port: AdminPort,
): Promise<AdminListener> {
  const server = createServer();
  // Bounds requests too: those of a server that does not listen by itself are not checked otherwise.
  server.setTimeout(silenceMs);
  const app = fastify({
    bodyLimit: bodyBytesMax,
    serverFactory(handler) {
      server.on('request', handler);
      return server;
    },
  });
  app.removeContentTypeParser('text/plain');
  guard(app, reserved.host);
  routes(app, port);
  await app.ready();
  const sockets = new Set<Socket>();
  reserved.serve((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    server.emit('connection', socket);
  });
  return {
    async close() {
      reserved.close();
      for (const socket of sockets) socket.destroy();
      await app.close();
    },
  };
}
