/**
 * Calendars against the clock on the wall as `Intl` shows it, minute by minute, on the days on
 * which clocks are changed and on others.
 */
import t from 'tap';
import { Calendar, type CalendarFields } from '../../lib/calendar/index.js';

const minuteMs = 60_000;
const hourMs = 3_600_000;

function read(fields: CalendarFields, zone?: string): Calendar {
  const calendar = Calendar.read(fields, zone);
  if (!(calendar instanceof Calendar)) throw new Error(JSON.stringify(calendar));
  return calendar;
}

/** The clock on the wall, told in another way than the calendar does. */
function wallOf(zone: string): (timeMs: number) => { day: string; weekday: string; time: string } {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (timeMs) => {
    const parts = Object.fromEntries(
      format.formatToParts(timeMs).map(({ type, value }) => [type, value]),
    );
    const { year, month, day, hour, minute, weekday } = parts as Record<string, string>;
    return {
      day: `${year}-${month}-${day}`,
      weekday: weekday!.toLowerCase(),
      time: `${hour}:${minute}`,
    };
  };
}

const fields = {
  hours: ['mon-sun 01:30-02:15 = 3', 'mon-sun 02:15-02:45', 'mon-fri 08:00-18:00 = 20'],
  holidays: ['12-25', '2026-04-06'],
  exceptions: ['2026-04-07 23:00-24:00 = 1', '2026-04-08 00:00-00:30 = 1'],
};

/** What the fields say of a moment on the wall. */
function wanted({ day, weekday, time }: ReturnType<ReturnType<typeof wallOf>>): unknown {
  const isIn = (from: string, to: string): boolean => time >= from && time < to;
  if (day === '2026-04-07') return isIn('23:00', '24:00') ? 1 : 'closed';
  if (day === '2026-04-08') return isIn('00:00', '00:30') ? 1 : 'closed';
  if (day.endsWith('-12-25') || day === '2026-04-06') return 'closed';
  if (isIn('01:30', '02:15')) return 3;
  if (isIn('02:15', '02:45')) return undefined;
  const isWorkday = weekday !== 'sat' && weekday !== 'sun';
  return isWorkday && isIn('08:00', '18:00') ? 20 : 'closed';
}

const stateOf = (calendar: Calendar, timeMs: number): unknown => {
  const period = calendar.periodAt(timeMs);
  return period === undefined ? 'closed' : period.number;
};

t.test('what is on, minute by minute, and when it changes', (t) => {
  for (const [zone, around] of [
    ['Europe/Berlin', '2026-03-29T01:00Z'],
    ['Europe/Berlin', '2026-10-25T01:00Z'],
    ['Australia/Adelaide', '2026-04-04T16:30Z'],
    ['Australia/Adelaide', '2026-10-03T16:30Z'],
    ['Australia/Lord_Howe', '2026-04-04T15:00Z'],
    ['UTC', '2026-03-29T01:00Z'],
    ['UTC', '2026-12-25T12:00Z'],
    ['America/St_Johns', '2026-11-01T04:30Z'],
    ['Asia/Kathmandu', '2026-04-07T12:00Z'],
  ] as const) {
    const calendar = read({ ...fields, timeZone: zone });
    const wall = wallOf(zone);
    const from = Date.parse(around.replace('Z', ':00Z')) - 40 * hourMs;
    let [last, changes] = [stateOf(calendar, from), 0];
    let changesAt = calendar.nextChangeMs(from);
    for (let at = from; at < from + 96 * hourMs; at += minuteMs) {
      const state = wanted(wall(at));
      const isChange = state !== last;
      if (state !== stateOf(calendar, at) || isChange !== (at === changesAt)) {
        t.fail(`${zone} ${new Date(at).toISOString()}: ${String(state)}`);
        break;
      }
      if (!isChange) continue;
      [last, changes] = [state, changes + 1];
      changesAt = calendar.nextChangeMs(at);
      if (calendar.nextChangeMs(changesAt - 1) !== changesAt) t.fail('a moment before');
    }
    t.ok(changes > 4, `${zone} at ${around}: ${changes} changes`);
  }
  t.end();
});

t.test('how long a day is open when clocks are changed', (t) => {
  /** Hours that it is open in a day of UTC and the two beside it. */
  const openHours = (calendar: Calendar, day: string): number => {
    let open = 0;
    const from = Date.parse(`${day}T00:00:00Z`) - 24 * hourMs;
    for (let at = from; at < from + 72 * hourMs; at += minuteMs) {
      if (calendar.isOpenAt(at)) open += 1;
    }
    return open / 60;
  };
  const night = { hours: ['sun 00:00-06:00'] };
  const open = (timeZone: string, day: string): number =>
    openHours(read({ ...night, timeZone }), day);
  t.equal(open('Europe/Berlin', '2026-03-29'), 5, 'put forward');
  t.equal(open('Europe/Berlin', '2026-10-25'), 7, 'put back');
  t.equal(open('Australia/Adelaide', '2026-10-04'), 5);
  t.equal(open('Australia/Adelaide', '2026-04-05'), 7);
  t.equal(open('UTC', '2026-03-29'), 6);
  t.end();
});

t.test('what never changes, and what changes in years', (t) => {
  const at = Date.UTC(2026, 0, 1);
  t.equal(read({}).nextChangeMs(at), Infinity, 'always closed');
  const always = { hours: ['mon-sun 00:00-24:00'] };
  t.equal(read(always, 'Europe/Berlin').nextChangeMs(at), Infinity, 'always open');
  t.equal(
    read({ ...always, holidays: ['2029-05-01'] }).nextChangeMs(at),
    Date.UTC(2029, 4, 1),
    'over the years',
  );
  const early = { ...always, exceptions: ['2031-02-03 00:00-24:00 = 4'] };
  t.strictSame(read(early).stateAt(Date.UTC(2031, 1, 2, 23, 59)), {
    isOpen: true,
    number: undefined,
    changesAtMs: Date.UTC(2031, 1, 3),
  });
  const leap = read({ ...always, holidays: ['02-29'] });
  t.equal(leap.nextChangeMs(Date.UTC(2096, 2, 1)), Date.UTC(2104, 1, 29), 'in eight years');
  t.end();
});

t.test('what is wrong is told with its field, its line and what to write', (t) => {
  for (const [fields, fault] of [
    [{ timeZone: 'Europe/Bonn' }, { field: 'timeZone', what: /no time zone "Europe\/Bonn"/ }],
    [{ hours: ['mon'] }, { field: 'hours', line: 'mon', remedy: /mon-fri 08:00-18:00/ }],
    [{ hours: ['mo 08:00-12:00'] }, { what: /"mo" is not days/, remedy: /mon, tue/ }],
    [{ hours: ['fri-mon 08:00-12:00'] }, { remedy: /fri-sun,mon-mon/ }],
    [{ hours: ['mon 22:00-06:00'] }, { remedy: /22:00-24:00 and 00:00-06:00/ }],
    [{ hours: ['mon 08:00-24:30'] }, { what: /not times of a day/ }],
    [{ hours: ['mon 08:00-12:00 = -1'] }, { what: /-1/ }],
    [{ hours: ['mon-wed 08:00-12:00', 'tue 11:59-13:00'] }, { what: /overlaps .* tue/ }],
    [{ holidays: ['2026-02-29'] }, { field: 'holidays', line: '2026-02-29' }],
    [{ holidays: ['25.12.'] }, { remedy: /2026-04-03/ }],
    [{ exceptions: ['2026-12-24'] }, { field: 'exceptions', remedy: /holidays/ }],
    [{ exceptions: ['2026-12-24 8-12'] }, { what: /"8-12" is not a period/ }],
  ] as const) {
    t.match(Calendar.read(fields), [fault], JSON.stringify(fields));
  }
  t.end();
});
