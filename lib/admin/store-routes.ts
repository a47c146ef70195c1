/** Backup and figures of the store over the admin listener. */
import { isAbsolute } from 'node:path';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AdminCaller } from '../security/caller.js';

/** What these routes need of the server. */
export interface StorePort {
  /** Begins a backup. @throws an error whose message says why it cannot begin */
  backup(directory: string, who: AdminCaller): Promise<object>;
  /** The backup under way, or the last one; undefined: none. */
  backupStatus(): Promise<object | undefined>;
  /** How much room each partition takes. */
  stats(): Promise<object>;
}

export function storeRoutes(
  app: FastifyInstance,
  port: StorePort,
  callerOf: (request: FastifyRequest) => AdminCaller,
): void {
  app.get('/store-stats', async () => port.stats());
  app.get('/backup', async () => (await port.backupStatus()) ?? { state: 'none' });
  app.post('/backup', async (request, reply) => {
    const { directory, ...rest } = (request.body ?? {}) as { directory?: unknown };
    if (typeof directory !== 'string' || !isAbsolute(directory) || Object.keys(rest).length > 0) {
      const message = 'the body is {"directory": an absolute path}';
      return reply.code(400).send({ error: 'Bad Request', message });
    }
    try {
      return await reply.code(202).send(await port.backup(directory, callerOf(request)));
    } catch (error) {
      const { message } = error as Error;
      return reply.code(409).send({ error: 'Conflict', message });
    }
  });
}
