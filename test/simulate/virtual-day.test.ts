/** A day on a virtual clock: exact, the same again, and what anybody else would count. */
import { existsSync, readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { toJson } from '../../lib/cli/print.js';
import { openVirtualServer } from '../../lib/cli/virtual-server.js';
import { waitOf } from '../../lib/simulate/counts.js';
import {
  agentObjects,
  type ContactRecord,
  generateDay,
  queuesOf,
  readRecords,
  simulateVirtualDay,
  type SimulationMode,
  startOfDay,
  type VirtualDayReport,
} from '../../lib/simulate/index.js';
import { drawServiceSeconds } from '../../lib/simulate/order.js';
import { orderRoster, rosterOf } from '../../lib/simulate/roster.js';
import { dayDefaults, trapFile, trapTotals } from './days.js';
import { recountOrder } from './fifo-recount.js';

interface Run {
  readonly records: readonly ContactRecord[];
  readonly mode: SimulationMode;
  readonly seed?: number;
  readonly partitions?: number;
  readonly breakSeconds?: number;
  readonly invite?: boolean;
}

async function run({ records, seed = 1, partitions = 4, ...day }: Run): Promise<VirtualDayReport> {
  const { process } = dayDefaults;
  const queues = queuesOf(process, records);
  const startMs = startOfDay(records);
  const objects = day.invite === true ? agentObjects(records) : undefined;
  const server = await openVirtualServer({ process, queues, partitions, seed, startMs, objects });
  const report = await simulateVirtualDay({
    ...dayDefaults,
    ...day,
    records,
    seed,
    server,
    partitions,
    line: toJson,
  });
  await server.stop();
  return report;
}

const milliseconds = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : Math.round(seconds * 1_000);

/** Each contact that was queued waited as recorded, to the millisecond. */
function compareWithRecord(t: Test, { contacts, problems }: VirtualDayReport): void {
  t.same(problems, []);
  const queued = contacts.filter(({ journey }) => journey.queued);
  t.same(
    queued.map((contact) => milliseconds(waitOf(contact))),
    queued.map(({ journey }) => journey.waitSeconds * 1_000),
  );
}

/** Each contact waited as long, and for whom, as a count of its own says. */
function compareWithRecount(
  t: Test,
  { contacts, problems, summary }: VirtualDayReport,
  { seed = 1, breakSeconds = dayDefaults.breakSeconds, invite = false }: Run,
): void {
  t.same(problems, []);
  t.equal(summary.left, 0);
  const journeys = contacts.map(({ journey }) => journey);
  const roster = orderRoster(rosterOf(journeys, breakSeconds));
  const recount = recountOrder(journeys, roster, drawServiceSeconds(journeys, seed), invite);
  t.same(
    contacts.map((contact) => [
      contact.journey.record.lineNumber,
      milliseconds(waitOf(contact)),
      contact.agentName,
    ]),
    contacts.map(({ journey }) => {
      const counted = recount.get(journey);
      const wait = milliseconds(counted?.waitSeconds);
      return [journey.record.lineNumber, wait, counted?.agentName];
    }),
  );
}

t.test('follow: every trap of a record, waits to the millisecond', async (t) => {
  const report = await run({ records: readRecords(trapFile), mode: 'follow' });
  t.match(report.summary, trapTotals);
  compareWithRecord(t, report);
});

t.test('follow: generated days, on one partition and on several', async (t) => {
  for (const [seed, partitions] of [
    [1, 1],
    [2, 4],
    [3, 7],
  ] as const) {
    const records = generateDay({ seed, contacts: 80 });
    const report = await run({ records, mode: 'follow', seed, partitions });
    compareWithRecord(t, report);
    t.equal(report.summary.submitted, 80);
  }
});

t.test('order: each wait is what a count without a server says', async (t) => {
  for (const day of [
    { seed: 1, contacts: 100 },
    { seed: 2, contacts: 100, breakSeconds: 60 },
    { seed: 3, contacts: 40, days: 2, date: '1999-12-31' },
    { seed: 4, contacts: 200, isRound: true, hasPriorities: true },
    { seed: 5, contacts: 200, isRound: true, hasUnequalMenus: true },
  ]) {
    const records = recordsOf(day);
    const options = { records, mode: 'order', ...day } as const;
    compareWithRecount(t, await run(options), options);
  }
});

t.test('invited: who has been idle for longest is offered the first contact', async (t) => {
  for (const day of [
    { seed: 1, contacts: 80 },
    { seed: 2, contacts: 80, breakSeconds: 60 },
    { seed: 4, contacts: 120, isRound: true, hasPriorities: true, breakSeconds: 120 },
    { seed: 5, contacts: 120, isRound: true, hasUnequalMenus: true },
  ]) {
    const records = recordsOf(day);
    const options = { records, mode: 'order', invite: true, ...day } as const;
    compareWithRecount(t, await run(options), options);
  }
});

interface GeneratedDay {
  readonly seed: number;
  readonly contacts: number;
  readonly days?: number;
  readonly date?: string;
  /** All times are whole minutes, so that much happens at the same moment. */
  readonly isRound?: boolean;
  readonly hasPriorities?: boolean;
  /** Who comes at the same moment is in the queue at another. */
  readonly hasUnequalMenus?: boolean;
}

function recordsOf(generated: GeneratedDay) {
  const { isRound = false, hasPriorities = false, hasUnequalMenus = false, ...day } = generated;
  const round = (seconds: number): number => (isRound ? Math.ceil(seconds / 60) * 60 : seconds);
  return generateDay(day).map((record, index): ContactRecord => ({
    ...record,
    vruEntrySeconds: round(record.vruEntrySeconds),
    vruTimeSeconds: hasUnequalMenus ? 5 + ((index * 7) % 11) : round(record.vruTimeSeconds),
    queueTimeSeconds: round(record.queueTimeSeconds),
    serviceTimeSeconds: round(record.serviceTimeSeconds),
    priority: hasPriorities && index % 5 === 0 ? index % 3 : undefined,
  }));
}

t.test('the same day is the same events; another one, or other draws, are not', async (t) => {
  const records = recordsOf({ seed: 9, contacts: 100, isRound: true });
  const [first, ...others] = records;
  const changed = [{ ...first!, serviceTimeSeconds: first!.serviceTimeSeconds + 1 }, ...others];
  const events = async (mode: SimulationMode, seed: number, of = records, invite = false) =>
    (await run({ records: of, mode, seed, invite })).events;
  const followed = await events('follow', 9);
  t.equal(followed.length, 4);
  t.ok(followed.filter((each) => each.events > 0).length >= 2, 'of more than one partition');
  t.same(await events('follow', 10), followed, 'what is followed draws nothing that is told');
  t.notSame(await events('follow', 9, changed), followed, 'one second of one contact');
  const ordered = await events('order', 9);
  t.same(await events('order', 9), ordered);
  t.notSame(await events('order', 10), ordered, 'who gave up is served for another time');
  const invited = await events('order', 9, records, true);
  t.same(await events('order', 9, records, true), invited);
  t.notSame(invited, ordered);
});

const recorded = process.env['IXION_RECORDED_DAY'] ?? '';

t.test(
  'a recorded day in both modes, and with agents invited',
  { skip: existsSync(recorded) ? false : 'IXION_RECORDED_DAY names no file' },
  async (t) => {
    const records = readRecords(readFileSync(recorded, 'utf8'));
    compareWithRecord(t, await run({ records, mode: 'follow' }));
    const order = { records, mode: 'order' } as const;
    compareWithRecount(t, await run(order), order);
    const invited = { ...order, invite: true } as const;
    const report = await run(invited);
    compareWithRecount(t, report, invited);
    t.same((await run(invited)).events, report.events, 'the same twice');
  },
);
