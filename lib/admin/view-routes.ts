/** What operators ask about views, over the admin listener. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ViewsPort } from '../control/view-admin.js';
import { IxionError } from '../errors.js';
import { isFault, readInteger } from '../text/index.js';

const rowsMost = 1_000;
const usualRows = 10;

/** `GET /views`, `/views/explain`, `/views/show`, `/interactions/explain`; `POST /views/try`. */
export function viewRoutes(app: FastifyInstance, port: ViewsPort): void {
  const answer = async (
    reply: FastifyReply,
    question: Parameters<ViewsPort['ask']>[0] | undefined,
  ): Promise<unknown> => {
    if (question === undefined) {
      const message = `it lacks what it is about, or count is not 1 to ${rowsMost}`;
      return reply.code(400).send({ error: 'Bad Request', message });
    }
    try {
      return await port.ask(question);
    } catch (error) {
      if (!(error instanceof IxionError)) throw error;
      return reply.code(409).send({ error: error.errorName, message: error.message });
    }
  };
  app.get('/views', async (request, reply) => {
    const { queue } = textsOf(request.query);
    return answer(reply, { kind: 'list', queue });
  });
  app.get('/views/explain', async (request, reply) => {
    const { name } = textsOf(request.query);
    return answer(reply, name === undefined ? undefined : { kind: 'explain', view: name });
  });
  app.get('/views/show', async (request, reply) => {
    const { name, count: text } = textsOf(request.query);
    const count = countOf(text);
    const isWhole = name !== undefined && count !== undefined;
    return answer(reply, isWhole ? { kind: 'show', view: name, count } : undefined);
  });
  app.post('/views/try', async (request, reply) => {
    const { queue, condition, order, count: text } = textsOf(request.body);
    const count = countOf(text);
    const fields = {
      queue: queue ?? '',
      ...(condition !== undefined && { condition }),
      ...(order !== undefined && { order }),
    };
    const isWhole = queue !== undefined && count !== undefined;
    return answer(reply, isWhole ? { kind: 'try', fields, count } : undefined);
  });
  app.get('/interactions/explain', async (request, reply) => {
    const { id } = textsOf(request.query);
    return answer(reply, id === undefined ? undefined : { kind: 'interaction', id });
  });
}

/** What is text of an object. */
function textsOf(given: unknown): Readonly<Record<string, string | undefined>> {
  const entries = Object.entries((given ?? {}) as Record<string, unknown>);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function countOf(text: string | undefined): number | undefined {
  if (text === undefined) return usualRows;
  const count = readInteger(text, 1, rowsMost);
  return isFault(count) ? undefined : count;
}
