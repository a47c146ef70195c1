/**
 * The admin listener: health, status, shutdown and reload over HTTP, for operators on the machine
 * itself. Where applications have credentials, everything but the signs of life asks for the token
 * of an admin or operator. What keeps a web page in a browser of the same machine from using it:
 * requests with an Origin are refused, changes need a JSON body (which a page of another origin
 * cannot send), and on a loopback address so is a foreign Host.
 */
import { type Server, createServer } from 'node:http';
import { isIP } from 'node:net';
import type { Server as TlsServer } from 'node:tls';
import { type FastifyInstance, type FastifyRequest, fastify } from 'fastify';
import type { Clock } from '../clock.js';
import { IxionError } from '../errors.js';
import type { AdminCaller } from '../security/caller.js';
import { isLoopback } from '../security/exposure.js';
import type { TlsMaterial } from '../security/tls.js';
import type { AdminGate } from './gate.js';
import type { ReservedAddress } from './reserve.js';
import { jsonType, takenType } from './media-type.js';
import type { ConfigApi } from '../control/config-api.js';
import type { ObjectQuestions } from '../control/object-questions.js';
import { objectRoutes } from './object-routes.js';
import { questionRoutes } from './question-routes.js';
import { type StorePort, storeRoutes } from './store-routes.js';
import type { ViewsPort } from '../control/view-admin.js';
import { viewRoutes } from './view-routes.js';

/** What the listener needs of the server. */
export interface AdminPort {
  readonly version: string;
  /** Absent: plain HTTP. */
  readonly tls: TlsMaterial | undefined;
  /**
   * Who this token belongs to.
   * @throws {IxionError} InvalidCredentials, TooManyAttempts, NotPermitted
   */
  operatorOf(address: string, token: string | undefined): AdminCaller;
  /** True while requests are served. */
  ready(): boolean;
  status(): Promise<object>;
  /** Begins an orderly stop; settles long after. */
  shutdown(drainMs: number | undefined, who: AdminCaller): void;
  /** @throws an error whose message says why the new configuration is not taken */
  reload(who: AdminCaller): Promise<object>;
  readonly store: StorePort;
  readonly objects: ConfigApi;
  readonly questions: Pick<ObjectQuestions, 'calendar' | 'unfit'>;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly views: ViewsPort;
}

export interface AdminListener {
  /** Other certificates for connections to come; only when it speaks TLS. */
  setTls(tls: TlsMaterial): void;
  close(): Promise<void>;
}

const bodyBytesMax = 4_096;
/** A connection that is silent for so long is closed. */
const silenceMs = 30_000;
/** Between two requests, told to the client; below the limit on the head of a request. */
const keepAliveMs = 5_000;
const drainMsMax = 3_600_000;

/** Signs of life for probes, which have no token. */
const openPaths: ReadonlySet<string> = new Set(['/livez', '/readyz']);
/** Who changes objects could make itself an application with any role. */
const adminPaths: ReadonlySet<string> = new Set(['/config/apply', '/config/rollback']);
const refusalDelayMs = 500;
const statusOf: Readonly<Record<string, number>> = {
  InvalidCredentials: 401,
  NotPermitted: 403,
  TooManyAttempts: 429,
};

/**
 * The name in a Host header, without port, brackets and the dot of the root; case does not count.
 */
function hostName(header: string | undefined): string {
  const name = (header ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  return name.replace(/\.$/, '').toLowerCase();
}

function guard(app: FastifyInstance, host: string): void {
  app.addHook('onRequest', async (request, reply) => {
    const { origin, host: header } = request.headers;
    const name = hostName(header);
    const foreign = isLoopback(host) && isIP(name) === 0 && name !== 'localhost';
    if (origin !== undefined || foreign) {
      return reply.code(403).send({ error: 'Forbidden', message: 'not for web pages' });
    }
    if (request.method !== 'POST') return undefined;
    const type = takenType(request.headers['content-type']);
    if (type === undefined) {
      return reply.code(415).send({
        error: 'Unsupported Media Type',
        message: `send a JSON object, with content-type ${jsonType}, in UTF-8`,
      });
    }
    // Parsers go by one name of each type.
    request.headers['content-type'] = type;
    return undefined;
  });
}

/** Everything but the signs of life is for operators. Refusals are slow, so that guessing is. */
function guardByToken(
  app: FastifyInstance,
  port: AdminPort,
  gate: AdminGate,
): WeakMap<FastifyRequest, AdminCaller> {
  const callers = new WeakMap<FastifyRequest, AdminCaller>();
  app.addHook('onRequest', async (request, reply) => {
    const { url = '' } = request.routeOptions;
    if (openPaths.has(url)) return undefined;
    const { authorization } = request.headers;
    const token = /^Bearer +(\S{1,512})$/i.exec(authorization ?? '')?.[1];
    try {
      const caller = port.operatorOf(request.ip, token);
      if (adminPaths.has(url) && caller.role !== undefined && caller.role !== 'admin') {
        throw new IxionError('NotPermitted', `${caller.who} is not an admin, but ${caller.role}`);
      }
      if (caller.role !== undefined) gate.trust(request.socket);
      callers.set(request, caller);
      return undefined;
    } catch (error) {
      if (!(error instanceof IxionError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, refusalDelayMs));
      const { errorName, message, retryAfterMs } = error;
      if (retryAfterMs !== undefined) {
        reply.header('retry-after', String(Math.ceil(retryAfterMs / 1_000)));
      }
      reply.header('www-authenticate', 'Bearer');
      return reply.code(statusOf[errorName] ?? 403).send({ error: errorName, message });
    }
  });
  return callers;
}

function drainMsOf(body: unknown): number | undefined | 'invalid' {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'invalid';
  const { drainMs, ...rest } = body as { drainMs?: unknown };
  if (Object.keys(rest).length > 0) return 'invalid';
  if (drainMs === undefined) return undefined;
  const isWhole = typeof drainMs === 'number' && Number.isInteger(drainMs);
  return isWhole && drainMs >= 0 && drainMs <= drainMsMax ? drainMs : 'invalid';
}

function routes(
  app: FastifyInstance,
  port: AdminPort,
  callerOf: (request: FastifyRequest) => AdminCaller,
): void {
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
    const caller = callerOf(request);
    reply.raw.once('close', () => port.shutdown(drainMs, caller));
    return reply.code(202).header('connection', 'close').send({ stopping: true, pid: process.pid });
  });
  app.post('/reload', async (request, reply) => {
    try {
      return await port.reload(callerOf(request));
    } catch (error) {
      const message = (error as Error).message;
      return reply.code(409).send({ error: 'Conflict', message });
    }
  });
}

async function serverOf(tls: TlsMaterial | undefined): Promise<Server> {
  if (tls === undefined) return createServer();
  const https = await import('node:https');
  return https.createServer(tls);
}

/** Tells the gate how far requests are: a server that does not listen by itself checks no time. */
function tellGate(server: Server, gate: AdminGate): void {
  server.on('request', (request, response) => {
    const { socket, headers } = request;
    gate.headCame(socket);
    const hasBody = headers['content-length'] !== undefined || 'transfer-encoding' in headers;
    if (hasBody) request.once('end', () => gate.requestCame(socket));
    else gate.requestCame(socket);
    response.once('close', () => gate.answered(socket));
  });
}

/** Serves on an address that was bound before. */
export async function startAdmin(
  reserved: ReservedAddress,
  port: AdminPort,
): Promise<AdminListener> {
  const server = await serverOf(port.tls);
  server.setTimeout(silenceMs);
  tellGate(server, reserved.gate);
  const app = fastify({
    bodyLimit: bodyBytesMax,
    keepAliveTimeout: keepAliveMs,
    serverFactory(handler) {
      server.on('request', handler);
      return server;
    },
  });
  app.removeContentTypeParser('text/plain');
  guard(app, reserved.host);
  const callers = guardByToken(app, port, reserved.gate);
  routes(app, port, (request) => callers.get(request)!);
  storeRoutes(app, port.store, (request) => callers.get(request)!);
  objectRoutes(app, port.objects, (request) => callers.get(request)!);
  questionRoutes(app, port.questions, port.clock);
  viewRoutes(app, port.views);
  await app.ready();
  reserved.serve((socket) => server.emit('connection', socket));
  return {
    setTls: (tls) => (server as Server & TlsServer).setSecureContext(tls),
    async close() {
      reserved.close();
      await app.close();
    },
  };
}
