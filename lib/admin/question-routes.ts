/** Questions about configuration objects at work over the admin listener. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { assert } from '../assert.js';
import { Calendar } from '../calendar/index.js';
import type { Clock } from '../clock.js';
import type { ObjectQuestions } from '../control/object-questions.js';
import { IxionError } from '../errors.js';
import { isFault, readInteger, readTime, writeTime } from '../text/index.js';

/** Values of one answer. */
const unfitMax = 1_000;
type Query = Readonly<Record<string, unknown>>;

/** Answers `GET /calendar?name=&at=` and `GET /unfit?key=&after=&count=`. */
export function questionRoutes(
  app: FastifyInstance,
  questions: Pick<ObjectQuestions, 'calendar' | 'unfit'>,
  clock: Pick<Clock, 'nowMs'>,
): void {
  app.get('/calendar', async (request, reply) => {
    const { name, at, ...rest } = request.query as Query;
    const timeMs = typeof at === 'string' ? readTime(at) : at;
    const isRead = timeMs === undefined || typeof timeMs === 'number';
    if (typeof name !== 'string' || !isRead || Object.keys(rest).length > 0) {
      return badRequest(reply, 'the query is name, and at, a time with its zone');
    }
    return orRefused(reply, async () => {
      const { fields, timeZone } = await questions.calendar(name);
      const calendar = Calendar.read(fields, timeZone);
      assert(calendar instanceof Calendar, 'a calendar was looked at before it counted');
      return answerOf(name, calendar, Math.floor(timeMs ?? clock.nowMs()));
    });
  });
  app.get('/unfit', async (request, reply) => {
    const { key, after, count = '100', ...rest } = request.query as Query;
    const most = typeof count === 'string' ? readInteger(count, 1, unfitMax) : undefined;
    const isRead = after === undefined || typeof after === 'string';
    const isCount = most !== undefined && !isFault(most);
    if (typeof key !== 'string' || !isRead || !isCount || Object.keys(rest).length > 0) {
      return badRequest(reply, `the query is key, after, and count, from 1 to ${unfitMax}`);
    }
    return orRefused(reply, () => questions.unfit(key, after, most));
  });
}

/** A calendar at a moment. */
export interface CalendarAnswer {
  readonly name: string;
  readonly timeZone: string;
  /** Milliseconds since 1970 UTC, as the other times. */
  readonly at: number;
  /** What the clock on the wall shows then. */
  readonly wall: string;
  readonly isOpen: boolean;
  /** Of the period that is on; absent: it has none. */
  readonly number?: number;
  /** When that changes; absent: never. */
  readonly until?: number;
}

function answerOf(name: string, calendar: Calendar, at: number): CalendarAnswer {
  const { isOpen, number, changesAtMs } = calendar.stateAt(at);
  const { zone } = calendar;
  const wall = writeTime(at + zone.offsetMs(at))
    .slice(0, 19)
    .replace('T', ' ');
  return {
    name,
    timeZone: zone.name,
    at,
    wall,
    isOpen,
    ...(number !== undefined && { number }),
    ...(changesAtMs !== Infinity && { until: changesAtMs }),
  };
}

function badRequest(reply: FastifyReply, message: string): FastifyReply {
  return reply.code(400).send({ error: 'Bad Request', message });
}

async function orRefused(reply: FastifyReply, work: () => Promise<object>): Promise<object> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof IxionError)) throw error;
    const status = error.errorName === 'OptionInvalid' ? 404 : 503;
    return reply.code(status).send({ error: error.errorName, message: error.message });
  }
}
