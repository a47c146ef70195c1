/**
 * Configuration objects over the admin listener. Files are YAML; changes answer with lines of JSON:
 * any number of `{"progress": ...}`, then one line with the result, `{"refused": [fault, ...]}` or
 * `{"error": NAME, "message": TEXT}`.
 */
import { PassThrough, Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { IxionError } from '../errors.js';
import { readBoolean, readInteger } from '../text/index.js';
import type { ConfigApi, ReportProgress } from '../control/config-api.js';
import type { AdminCaller } from '../security/caller.js';
import { yamlType } from './media-type.js';

/** How far a change is; `done` from 0 to 1. */
/** A connection that is silent is taken for dead. */
const signMs = 3_000;
const textBytesMax = 1_000;
const historyMax = 10_000;

/** What may be behind the `?` of each path. */
const queryNames: Readonly<Record<string, readonly string[]>> = {
  '/config/export': ['version'],
  '/config/history': ['count'],
  '/config/changes': ['version'],
  '/config/apply': ['who', 'comment', 'dryRun', 'merge', 'prune'],
  '/config/rollback': ['who', 'comment', 'version', 'dryRun'],
};

type Query = Readonly<Record<string, unknown>>;

export function objectRoutes(
  app: FastifyInstance,
  port: ConfigApi,
  callerOf: (request: FastifyRequest) => AdminCaller,
): void {
  // What a query does not mean would be done differently than asked: `dry-run=true` as a change.
  app.addHook('preValidation', async (request, reply) => {
    const { url = '' } = request.routeOptions;
    const known = Object.hasOwn(queryNames, url) ? queryNames[url]! : undefined;
    const unknown = Object.keys(request.query as Query).find((name) => !known?.includes(name));
    if (known === undefined || unknown === undefined) return undefined;
    return badRequest(reply, `"${unknown}" is unknown; there are: ${known.join(', ')}`);
  });
  // The body goes on as it comes.
  app.addContentTypeParser(yamlType, (_request, payload, done) => done(null, payload));
  app.get('/config/export', async (request, reply) => {
    const query = request.query as Query;
    const version = numberOf(query, 'version');
    if (version === 'invalid') return badRequest(reply, 'version is a whole number');
    const pieces = port.export(version);
    const first = await pieces.next();
    if (first.done === true && first.value !== undefined) return reply.code(404).send(first.value);
    return reply.type(yamlType).send(Readable.from(rest(first, pieces)));
  });
  app.get('/config/history', async (request, reply) => {
    const count = numberOf(request.query as Query, 'count');
    if (count === 'invalid') return badRequest(reply, 'count is a whole number');
    return { versions: await port.history(Math.min(count ?? 100, historyMax)) };
  });
  app.get('/config/changes', async (request, reply) => {
    const version = numberOf(request.query as Query, 'version');
    if (typeof version !== 'number') return badRequest(reply, 'version is a whole number');
    const changes = await port.changesOf(version);
    return 'refused' in changes ? reply.code(404).send(changes) : { version, changes };
  });
  app.post('/config/apply', async (request, reply) => {
    const { body } = request;
    if (!(body instanceof Readable)) return badRequest(reply, `the body is a file, ${yamlType}`);
    const query = request.query as Query;
    const caller = callerOf(request);
    const [dryRun, merge, prune] = [
      truthOf(query, 'dryRun'),
      truthOf(query, 'merge'),
      truthOf(query, 'prune'),
    ];
    if (dryRun === 'invalid' || merge === 'invalid' || prune === 'invalid') {
      return badRequest(reply, 'dryRun, merge and prune are true or false');
    }
    const options = { ...authorOf(query, caller), dryRun, merge, prune };
    return tellAndAnswer(reply, (tell) => port.apply(body, options, caller, tell));
  });
  app.post('/config/rollback', async (request, reply) => {
    const query = request.query as Query;
    const version = numberOf(query, 'version');
    const dryRun = truthOf(query, 'dryRun');
    if (typeof version !== 'number') return badRequest(reply, 'version is a whole number');
    if (dryRun === 'invalid') return badRequest(reply, 'dryRun is true or false');
    const caller = callerOf(request);
    const options = { ...authorOf(query, caller), dryRun };
    return tellAndAnswer(reply, (tell) => port.rollback(version, options, caller, tell));
  });
}

/** An application that showed its token is who it is; without tokens, who it says. */
function authorOf(query: Query, caller: AdminCaller): { who: string; comment: string } {
  const text = (name: string): string => String(query[name] ?? '').slice(0, textBytesMax);
  const who = caller.role === undefined && text('who') !== '' ? text('who') : caller.who;
  return { who, comment: text('comment') };
}

function numberOf(query: Query, name: string): number | undefined | 'invalid' {
  const text = query[name];
  if (text === undefined) return undefined;
  const number = typeof text === 'string' ? readInteger(text, 0, 999_999_999) : undefined;
  return typeof number === 'number' ? number : 'invalid';
}

function truthOf(query: Query, name: string): boolean | 'invalid' {
  const text = query[name] ?? 'false';
  const truth = typeof text === 'string' ? readBoolean(text) : undefined;
  return typeof truth === 'boolean' ? truth : 'invalid';
}

function badRequest(reply: FastifyReply, message: string): FastifyReply {
  return reply.code(400).send({ error: 'Bad Request', message });
}

async function* rest(
  first: IteratorResult<string, unknown>,
  pieces: AsyncGenerator<string, unknown>,
): AsyncGenerator<string, void> {
  if (first.done === true) return;
  yield first.value;
  yield* pieces;
}

/** Answers at once, with progress; how it ended is in the last line. */
function tellAndAnswer(
  reply: FastifyReply,
  work: (tell: ReportProgress) => Promise<object>,
): FastifyReply {
  const lines = new PassThrough();
  // A client that has gone does not stop the change.
  lines.on('error', () => undefined);
  let told: object = { stage: 'read', done: 0 };
  const write = (value: object): void => void lines.write(`${JSON.stringify(value)}\n`);
  const sign = setInterval(() => write({ progress: told }), signMs);
  const end = (value: object): void => {
    clearInterval(sign);
    write(value);
    lines.end();
  };
  work((progress) => write({ progress: (told = progress) })).then(end, (error: unknown) => {
    const name = error instanceof IxionError ? error.errorName : 'Internal';
    end({ error: name, message: (error as Error).message });
  });
  return reply.type('application/x-ndjson').send(lines);
}
