/** Services: started in order, stopped in reverse; one that fails or hangs harms nobody else. */
import t from 'tap';
import type { Log } from '../../lib/log.js';
import type { Service } from '../../lib/service/contract.js';
import { Services } from '../../lib/service/services.js';
import { ManualClock } from '../simulate/manual-clock.js';

/** A service that writes down what happens to it; starts and stops as it is told. */
function service(name: string, said: string[], more: Partial<Service> = {}): Service {
  const { start, stop, ...others } = more;
  return {
    name,
    start() {
      said.push(`start ${name}`);
      return start?.();
    },
    stop(deadlineMs) {
      said.push(`stop ${name}`);
      return stop?.(deadlineMs);
    },
    status: () => undefined,
    ...others,
  };
}

function world() {
  const clock = new ManualClock();
  const said: string[] = [];
  const lines: string[] = [];
  const fatal: string[] = [];
  const line =
    (level: string) =>
    (_: object, text: string): void =>
      void lines.push(`${level} ${text}`);
  const log: Log = {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
  };
  const options = { clock, log, fatal: (message: string) => void fatal.push(message) };
  const services = (list: readonly Service[]): Services => new Services(list, options);
  return { clock, said, lines, fatal, services };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const never = (): Promise<void> => new Promise(() => undefined);

t.test('they start in order, each after the one before, and stop in reverse', async (t) => {
  const { said, services } = world();
  let isThere: () => void = () => undefined;
  const slow = (): Promise<void> => new Promise((resolve) => (isThere = resolve));
  const all = services([
    service('last', said, { lasts: 'end' }),
    service('writer', said, { lasts: 'directory' }),
    service('slow', said, { start: slow, status: () => ({ figure: 7 }) }),
    service('user', said),
  ]);
  t.match(all.status(), { last: { state: 'waiting' }, user: { state: 'waiting' } });
  const starting = all.start();
  t.strictSame(said, ['start last', 'start writer', 'start slow'], 'at once, as far as it goes');
  t.strictSame(all.status()['slow'], { state: 'starting', details: { figure: 7 } });
  isThere();
  await starting;
  t.strictSame(said.splice(0), ['start last', 'start writer', 'start slow', 'start user']);
  t.strictSame(all.status()['user'], { state: 'running' });
  await all.stop('drain');
  t.strictSame(said, ['stop user', 'stop slow']);
  t.match(all.status(), { slow: { state: 'stopped' }, writer: { state: 'running' } });
  await all.stop('directory');
  await all.stop('end');
  t.strictSame(said, ['stop user', 'stop slow', 'stop writer', 'stop last']);
});

t.test('one that cannot start says so, is not stopped, and holds nobody up', async (t) => {
  const { said, lines, fatal, services } = world();
  const all = services([
    service('throws', said, {
      start() {
        throw new Error('no port');
      },
    }),
    service('rejects', said, { start: () => Promise.reject(new Error('no disk')) }),
    service('good', said),
  ]);
  await all.start();
  t.strictSame(all.status(), {
    throws: { state: 'failed', error: 'no port' },
    rejects: { state: 'failed', error: 'no disk' },
    good: { state: 'running' },
  });
  t.strictSame(lines, [
    'error service throws could not start: no port',
    'error service rejects could not start: no disk',
  ]);
  t.strictSame(fatal, []);
  said.length = 0;
  await all.stop('drain');
  t.strictSame(said, ['stop good']);
});

t.test('one without which the server must not run ends it', async (t) => {
  const { said, fatal, services } = world();
  const start = (): Promise<void> => Promise.reject(new Error('no licence'));
  const all = services([service('must', said, { isEssential: true, start })]);
  await all.start();
  t.strictSame(fatal, ['service must could not start: no licence']);
});

t.test('one that is slow to start holds the next up for ten seconds only', async (t) => {
  const { clock, said, lines, services } = world();
  let isThere: () => void = () => undefined;
  const slow = (): Promise<void> => new Promise((resolve) => (isThere = resolve));
  const all = services([service('slow', said, { start: slow }), service('next', said)]);
  const starting = all.start();
  clock.advanceTo(9_999);
  await settled();
  t.strictSame(said, ['start slow']);
  clock.advanceTo(10_000);
  await starting;
  t.strictSame(said, ['start slow', 'start next']);
  t.strictSame(lines, ['warn service slow has been starting for 10000 ms']);
  isThere();
  await settled();
  t.strictSame(all.status()['slow'], { state: 'running' });
});

t.test('one that does not stop in time, or fails to, is left behind', async (t) => {
  const { clock, said, lines, services } = world();
  let deadline: number | undefined;
  const hangs = (deadlineMs: number): Promise<void> => {
    deadline = deadlineMs;
    return never();
  };
  const throws = (): void => {
    throw new Error('still in use');
  };
  const rejects = (): Promise<void> => Promise.reject(new Error('no answer'));
  const all = services([
    service('first', said),
    service('hangs', said, { stop: hangs }),
    service('throws', said, { stop: throws }),
    service('rejects', said, { stop: rejects }),
  ]);
  await all.start();
  said.length = 0;
  const stopping = all.stop('drain');
  await settled();
  t.strictSame(said, ['stop rejects', 'stop throws', 'stop hangs']);
  t.equal(deadline, 20_000);
  clock.advanceTo(20_000);
  await stopping;
  t.strictSame(said.at(-1), 'stop first');
  t.strictSame(lines, [
    'error service rejects could not stop: no answer',
    'error service throws could not stop: still in use',
    'error service hangs has not stopped within 20000 ms and is left behind',
  ]);
  t.match(all.status(), {
    first: { state: 'stopped' },
    hangs: { state: 'late' },
    throws: { state: 'failed', error: 'still in use' },
  });
});

t.test('a stop that comes while they start stops what has begun, and begins no more', async (t) => {
  const { said, lines, services } = world();
  let fail: (error: Error) => void = () => undefined;
  const slow = (): Promise<void> => new Promise((_, reject) => (fail = reject));
  const all = services([
    service('one', said),
    service('slow', said, { start: slow }),
    service('never', said),
  ]);
  const starting = all.start();
  await all.stop('drain');
  fail(new Error('stopped while starting'));
  await starting;
  t.strictSame(said, ['start one', 'start slow', 'stop slow', 'stop one']);
  t.strictSame(lines, [], 'that is no failure');
  t.match(all.status(), { slow: { state: 'stopped' }, never: { state: 'stopped' } });
});

t.test('a status that throws is a fault of that service alone', (t) => {
  const { said, services } = world();
  const status = (): object => {
    throw new Error('not now');
  };
  const all = services([service('odd', said, { status }), service('good', said)]);
  void all.start();
  t.strictSame(all.status(), {
    odd: { state: 'running', error: 'its status failed: not now' },
    good: { state: 'running' },
  });
  t.end();
});

t.test('a list whose order contradicts the stop is an error of the programmer', (t) => {
  const { said, services } = world();
  const end = { lasts: 'end' } as const;
  t.throws(() => services([service('short', said), service('long', said, end)]), /outlives/);
  t.throws(() => services([service('one', said), service('one', said)]), /one name/);
  t.end();
});
