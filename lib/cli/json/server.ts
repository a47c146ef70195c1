/** What the commands about a running server print with `--json`. */
import { z } from 'zod';
import { count, counts, isoTime, number, text, timeline, truth } from './fields.js';
import { columnFields } from './property.js';

const latency = z
  .record(
    z.string(),
    z.strictObject({
      count: count('requests'),
      p50Us: number('half of them took at most so many microseconds'),
      p90Us: number('nine of ten'),
      p99Us: number('99 of 100'),
      p999Us: number('999 of 1,000'),
      maxUs: number('the longest'),
    }),
  )
  .describe('how long requests took in the server, by kind; only with option collect-latency');

export const ping = z.strictObject({
  roundTripMs: number('milliseconds until the answer'),
  serverTime: isoTime('the clock of the server'),
  requests: counts('received since its start, by type; if counted').optional(),
  errors: counts('sent, by error; if counted').optional(),
  espErrors: counts('ESP errors sent, by original request; if counted').optional(),
  latency: latency.optional(),
});

export const stopped = z.strictObject({
  stopped: z.literal(true).describe('the server is gone'),
  pid: count('the process that it was'),
});

const moving = z.strictObject({
  queue: text('a queue that lives elsewhere now'),
  to: count('where'),
  waiting: count('interactions that follow'),
  processing: count('that follow when they are given back'),
});

const column = z.strictObject({
  ...columnFields,
  seen: count('interactions that this was done for'),
});

const partition = z
  .strictObject({
    partition: count('its number'),
    interactions: count('that live in it'),
    inTransit: count('on their way to another'),
    leaving: z.array(moving).describe('queues that left something here'),
    eventSequence: count('of the newest event'),
    oldestEventSequence: count('of the oldest event that is kept'),
    writeSetsInFlight: count('commits on their way to the disk'),
    stuckInteractions: count('taken, and nobody goes on with them: 0, or there is a fault'),
    stuck: z.array(z.string()).describe('the first hundred of them'),
    orphans: count('online, of a submitter that is gone and may come back'),
    oldestOrphanMs: count('milliseconds since the oldest of them was received'),
    columns: z.array(column).describe('of custom properties'),
  })
  .catchall(z.unknown());

const silent = z.strictObject({
  partition: count('its number'),
  unavailable: text('why it does not answer'),
});

const service = z.strictObject({
  state: z
    .enum(['waiting', 'starting', 'running', 'failed', 'stopping', 'stopped', 'late'])
    .describe('late: it did not stop in time'),
  error: text('why it failed').optional(),
  details: z.looseObject({}).describe('what it says of itself').optional(),
});

export const status = z
  .strictObject({
    version: text('of the server'),
    state: z.enum(['ready', 'draining', 'stopped', 'failed']).describe('what it does'),
    pid: count('its process'),
    startedAt: isoTime('when it was started'),
    uptimeMs: count('milliseconds since then'),
    data: text('directory of the store'),
    storeId: text('32 hexadecimal digits'),
    timeline,
    listen: text('HOST:PORT for clients'),
    threads: count('that share the partitions'),
    queues: count('how many there are'),
    partitions: z.array(z.union([partition, silent])),
    clients: z
      .looseObject({
        connections: count('open'),
        sessions: count('logical clients'),
        subscriptions: count('of events'),
        inFlight: count('requests not yet answered'),
        unreadBytes: count('that clients have not read'),
      })
      .describe('and what they make the server hold'),
    disk: z.strictObject({
      state: z.enum(['normal', 'no-submits', 'only-ends', 'full']).describe('what it refuses'),
      freeBytes: count('when it refuses something').optional(),
      slowCommits: count('that took longer than a second'),
    }),
    descriptors: z.strictObject({
      limit: count('file descriptors that it may have').optional(),
      exhausted: count('times that none was left'),
    }),
    clock: z
      .strictObject({
        steps: count('times that it was put back or forward by a second or more'),
        lastStepMs: z.int().describe('by how much forward at last; less than 0: back').optional(),
        partitionsAheadMs: count('by how much identifiers and orders of queues are ahead of it'),
      })
      .describe('of the machine'),
    logLinesDropped: count('that nobody took'),
    latency: z.unknown().describe('of requests, if counted').optional(),
    memory: z.strictObject({
      rssBytes: count('of the process'),
      heapUsedBytes: count('of its main thread'),
    }),
    security: z.strictObject({
      credentials: truth('clients must show some'),
      tls: truth('both listeners speak TLS'),
      insecure: z.array(z.string()).describe('what is open beyond this machine'),
    }),
    services: z
      .record(z.string(), service)
      .describe('parts that clients are served without, by their names'),
    phases: z
      .array(z.strictObject({ name: text('of the start'), ms: number('how long it took') }))
      .describe('of the start'),
    reports: z.array(z.looseObject({})).describe('the last ends of actors, newest last'),
  })
  .catchall(z.unknown());

export const clients = z.array(
  z.strictObject({
    number: count('its number, not used again until the server restarts'),
    name: text('its ClientName'),
    type: text('its ClientType'),
    tenantId: count('tenant of what it submits'),
    role: text('of its application; absent: it has none').optional(),
    address: text('HOST:PORT of its connection'),
    registeredAt: isoTime('since when it is registered'),
    inFlight: count('requests not answered, pulls that wait among them'),
    subscriptions: count('of events'),
    heldBytes: count('that the server buffers for its connection'),
    isAsker: truth('it is this command itself'),
  }),
);

export const disconnected = z.strictObject({
  disconnected: z
    .array(z.strictObject({ name: text('its ClientName'), number: count('its number') }))
    .describe('clients that were ended'),
});

export const token = z.strictObject({
  token: text('for the application'),
  tokenHash: text('for the configuration'),
});
