import t from 'tap';
import { contactOf } from '../../lib/simulate/contact.js';
import { dayTable } from '../../lib/simulate/index.js';
import { journeyOf } from '../../lib/simulate/journey.js';
import { readRecords } from '../../lib/simulate/reader.js';
import { rosterOf } from '../../lib/simulate/roster.js';
import { summarizeWaits } from '../../lib/simulate/counts.js';
import { dayDefaults } from '../../lib/simulate/options.js';
import { summarize } from '../../lib/simulate/statistics.js';
import { fileOf, trapRows } from './days.js';

const { servedAfterWait, gaveUpFromQueue, gaveUpInMenu } = trapRows;
const journeys = readRecords(fileOf([servedAfterWait, gaveUpFromQueue, gaveUpInMenu])).map(
  journeyOf,
);

const onTime = { meanSeconds: 0, greatestSeconds: 0 };

/**
 * Three contacts at their end: served after 32.5 s instead of 30, gave up after 5, and still there.
 */
function contactsAtTheEnd() {
  const [served, quitter, left] = journeys.map(contactOf);
  if (served === undefined || quitter === undefined || left === undefined) throw new Error('rows');
  Object.assign(served, {
    interactionId: '1',
    placedAtSeconds: 100,
    takenAtSeconds: 132.5,
    endedAtSeconds: 192.5,
    outcome: 'served',
    agentName: 'ANNA',
  });
  Object.assign(quitter, {
    interactionId: '2',
    placedAtSeconds: 200,
    endedAtSeconds: 206,
    outcome: 'abandonedFromQueue',
  });
  Object.assign(left, { interactionId: '3' });
  return [served, quitter, left];
}

t.test('percentiles are nearest-rank', async (t) => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  t.same(summarizeWaits(hundred), {
    meanSeconds: 50.5,
    p50Seconds: 50,
    p95Seconds: 95,
    longestSeconds: 100,
  });
  t.same(summarizeWaits([7]), {
    meanSeconds: 7,
    p50Seconds: 7,
    p95Seconds: 7,
    longestSeconds: 7,
  });
  t.same(summarizeWaits([]), {
    meanSeconds: 0,
    p50Seconds: 0,
    p95Seconds: 0,
    longestSeconds: 0,
  });
});

t.test('counts, waits and occupancy of a day', async (t) => {
  const summary = summarize(contactsAtTheEnd(), rosterOf(journeys, 600), dayDefaults, onTime);
  t.match(summary, {
    submitted: 3,
    served: 1,
    abandoned: 1,
    abandonedFromQueue: 1,
    abandonedBefore: 0,
    phantom: 0,
    left: 1,
    answeredInTime: 0,
    offered: 2,
    serviceLevel: 0,
    abandonment: 0.5,
    abandonedWaits: { meanSeconds: 6, longestSeconds: 6 },
    longestWaitSeconds: 32.5,
    meanHandleSeconds: 60,
    waits: { meanSeconds: 32.5 },
    waitWithin2sShare: 0.5,
  });
  t.match(summary.agents, [{ agentName: 'ANNA', served: 1, busySeconds: 60 }]);
  t.ok(summary.occupancy > 0 && summary.occupancy <= 1);
});

t.test('the table says what it compares', async (t) => {
  const summary = summarize(contactsAtTheEnd(), rosterOf(journeys, 600), dayDefaults, onTime);
  const follow = dayTable(summary, 'follow', 2_000);
  t.match(follow, /^submitted +3$/m);
  t.match(follow, /^ {2}from the queue +1$/m);
  t.match(follow, /^left +1$/m);
  t.match(follow, /Waits of the served: mean 32\.5 s/);
  t.match(
    follow,
    /Waits within 2 s of the recorded: 50\.0 % \(at this speed 1 ms of the clock is 2\.0 s\)/,
  );
  t.match(follow, /^PS +3 +1 +1 +0 +1 +0 +0\.0 % +32\.5 s/m);
  t.match(follow, /^ANNA +1 +60\.0 s +0:01:00/m);
  const order = dayTable(summary, 'order', 2_000);
  t.match(order, /simulated, not comparable to the recorded waits/i);
  t.notMatch(order, /within 2 s of the recorded/);
});
