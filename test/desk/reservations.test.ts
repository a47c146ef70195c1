/** Reservations: who gets an agent that several want, and for how long. */
import fc from 'fast-check';
import t from 'tap';
import { Reservations, type ReserveOutcome } from '../../lib/desk/index.js';

const gather = { nowMs: 0, gatherMs: 100, renews: false };

/** Asks; what was decided stands in the list that is given. */
function ask(
  reservations: Reservations,
  decided: [number, ReserveOutcome][],
  client: number,
  names: readonly string[],
  {
    priority = 0,
    forMs = 1_000,
    ...more
  }: { priority?: number; forMs?: number } & Partial<typeof gather> = {},
): void {
  const order = { names, client, priority, forMs };
  const tell = (outcome: ReserveOutcome): void => void decided.push([client, outcome]);
  reservations.request({ ...order, decided: tell }, { ...gather, ...more });
}

t.test('the greatest priority is granted, among equal ones the first', async (t) => {
  const reservations = new Reservations();
  const decided: [number, ReserveOutcome][] = [];
  ask(reservations, decided, 1, ['ann']);
  ask(reservations, decided, 2, ['ann'], { priority: 5, nowMs: 40 });
  ask(reservations, decided, 3, ['ann'], { priority: 5, nowMs: 60 });
  ask(reservations, decided, 4, ['bob'], { nowMs: 60 });
  reservations.decide(99);
  t.strictSame(decided, [], 'they are gathered');
  reservations.decide(100);
  t.strictSame(decided, [
    [2, 'granted'],
    [3, 'taken'],
    [1, 'taken'],
  ]);
  t.equal(reservations.holder(['ann'], 1, 100), 2);
  t.equal(reservations.holder(['ann'], 2, 100), undefined, 'it may offer');
  t.equal(reservations.holder(['bob'], 1, 100), undefined, 'bob is still being decided');
  t.equal(reservations.holder(['ann'], 1, 1_100), undefined, 'its time is over');
});

t.test('all names or none', async (t) => {
  const reservations = new Reservations();
  const decided: [number, ReserveOutcome][] = [];
  ask(reservations, decided, 1, ['ann', 'desk 1'], { priority: 1 });
  ask(reservations, decided, 2, ['bob', 'desk 1'], { priority: 2 });
  ask(reservations, decided, 3, ['ann'], { priority: 3 });
  reservations.decide(100);
  t.strictSame(decided, [
    [3, 'granted'],
    [2, 'granted'],
    [1, 'taken'],
  ]);
});

t.test('once more by the same client: refused, or renewed; cancelled; gone; the end', async (t) => {
  const reservations = new Reservations();
  const decided: [number, ReserveOutcome][] = [];
  ask(reservations, decided, 1, ['ann'], { gatherMs: 0 });
  ask(reservations, decided, 1, ['ann'], { nowMs: 500 });
  ask(reservations, decided, 1, ['ann'], { nowMs: 500, renews: true });
  t.strictSame(decided.splice(0), [
    [1, 'granted'],
    [1, 'again'],
    [1, 'granted'],
  ]);
  t.equal(reservations.holder(['ann'], 2, 1_400), 1, 'from then on');
  ask(reservations, decided, 2, ['ann'], { nowMs: 1_400 });
  t.strictSame(decided.splice(0), [[2, 'taken']], 'at once');
  t.notOk(reservations.cancel(['ann'], 2, 1_400), 'another cannot');
  t.ok(reservations.cancel(['ann'], 1, 1_400));
  t.notOk(reservations.cancel(['ann'], 1, 1_400), 'once');
  ask(reservations, decided, 2, ['ann'], { gatherMs: 0, nowMs: 1_400 });
  ask(reservations, decided, 3, ['bob'], { nowMs: 1_400 });
  ask(reservations, decided, 4, ['bob'], { nowMs: 1_400 });
  reservations.gone(2);
  reservations.gone(3);
  t.equal(reservations.size, 0);
  reservations.end();
  t.strictSame(decided, [
    [2, 'granted'],
    [3, 'over'],
    [4, 'over'],
  ]);
});

t.test('names whose time is over do not add up', async (t) => {
  const reservations = new Reservations();
  for (let at = 0; at < 100; at++) {
    ask(reservations, [], 1, [`agent ${at}`], { gatherMs: 0, nowMs: at * 1_000 });
  }
  t.equal(reservations.size, 1);
});

t.test('a name has one client at a time, and every request one outcome', async (t) => {
  const names = fc.subarray(['a', 'b', 'c', 'd'], { minLength: 1 });
  const step = fc.record({
    client: fc.integer({ min: 1, max: 4 }),
    names,
    priority: fc.integer({ min: 0, max: 2 }),
    forMs: fc.integer({ min: 1, max: 300 }),
    passMs: fc.integer({ min: 0, max: 60 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const reservations = new Reservations();
      const owners = new Map<string, { client: number; untilMs: number }>();
      const outcomes: number[] = steps.map(() => 0);
      let nowMs = 0;
      for (const [at, { passMs, ...order }] of steps.entries()) {
        nowMs += passMs;
        reservations.decide(nowMs);
        const decided = (outcome: ReserveOutcome): void => {
          outcomes[at]!++;
          if (outcome !== 'granted') return;
          for (const name of order.names) {
            const owner = owners.get(name);
            if (owner !== undefined && owner.untilMs > nowMs && owner.client !== order.client) {
              throw new Error(`${name} is of ${owner.client} and was given to ${order.client}`);
            }
            owners.set(name, { client: order.client, untilMs: nowMs + order.forMs });
          }
        };
        reservations.request({ ...order, decided }, { nowMs, gatherMs: 50, renews: true });
      }
      nowMs += 50;
      reservations.decide(nowMs);
      return outcomes.every((count) => count === 1);
    }),
  );
  t.pass('for any requests');
});
