/**
 * A day on a virtual clock: the same clients and steps as on a real one, through the same frames,
 * with a server in this process. Nothing takes time but what the record says.
 */
import { seededRandom } from '../clock.js';
import { connectOn } from '../client/connect.js';
import { dayStartMs } from './date.js';
import { type DayReport, simulateDay } from './day.js';
import { digestEvents, type EventDigest } from './event-digest.js';
import { openFleet } from './fleet.js';
import { journeyOf } from './journey.js';
import { type LinkEnd, linkTransport } from './link-transport.js';
import type { DayOptions } from './options.js';
import type { ContactRecord } from './record.js';
import { type VirtualServer, VirtualTime } from './virtual-time.js';

/** A server that has nothing but the queues of the day. */
export interface DayServer extends VirtualServer {
  connect(): LinkEnd;
}

export interface VirtualDayOptions extends Omit<
  DayOptions,
  'clock' | 'speed' | 'oneByOne' | 'openFleet'
> {
  readonly server: DayServer;
  /** Of the server. */
  readonly partitions: number;
  /** An event as a text, for the digest. */
  line(event: Readonly<Record<string, unknown>>): string;
}

export interface VirtualDayReport extends DayReport {
  /** All that the server told, by partition. */
  readonly events: readonly EventDigest[];
}

/** The day of a file without dates. */
const someDay = '2000-01-01';

/** When the server's clock begins: with the first contact, milliseconds since 1970 UTC. */
export function startOfDay(records: readonly ContactRecord[]): number {
  const first = records.reduce<string | undefined>(
    (earliest, { date }) => (earliest === undefined || (date ?? '') < earliest ? date : earliest),
    undefined,
  );
  const seconds = records.map((record) => journeyOf(record).submitAtSeconds);
  return dayStartMs(first ?? someDay) + Math.min(...seconds) * 1_000;
}

/**
 * Runs the day to its end and reads what the server told of it.
 * @throws as `simulateDay`
 * @throws {EventsGoneError} when the server has not kept all events of the day
 */
export async function simulateVirtualDay({
  server,
  partitions,
  line,
  ...day
}: VirtualDayOptions): Promise<VirtualDayReport> {
  const time = new VirtualTime(server);
  const machine = { clock: server.clock, random: seededRandom(day.seed) };
  // A link in memory cannot die unheard.
  const way = { transport: linkTransport(() => server.connect()), keepAliveMs: 0 };
  const report = await time.passUntil(
    simulateDay({
      ...day,
      clock: time.clock,
      speed: 1,
      oneByOne: true,
      openFleet: (agentNames) => openFleet({ machine, ...way }, agentNames),
    }),
  );
  const events = await time.passUntil(readEvents());
  return { ...report, events };

  async function readEvents(): Promise<EventDigest[]> {
    const reader = await connectOn(machine, {
      clientName: 'simulated-reporting',
      clientType: 'ReportingEngine',
      ...way,
    });
    try {
      return await digestEvents(reader, partitions, line);
    } finally {
      await reader.close();
    }
  }
}
