/**
 * Objects by their names, through the real server: a start reads none of them, a name reads one.
 */
import { join } from 'node:path';
import { Readable } from 'node:stream';
import t from 'tap';
import { ObjectCache } from '../../lib/control/object-cache.js';
import { systemClock } from '../../lib/clock.js';
import { type Server, startServer } from '../../lib/index.js';
import { directoryOf } from '../fixture/directory.js';

/** What a start reads does not depend on it: the suite makes fewer than a site has. */
const places = process.env['IXION_RUNS'] === undefined ? 2_000 : 60_000;
const quiet = { listen: '127.0.0.1:0', withAdmin: false, threads: 1, partitions: 2 } as const;
const options = { who: 'test', comment: '', dryRun: false, merge: true, prune: false };

const line = (name: string, description = ''): string =>
  `  - {name: ${name}, description: "${description}"}\n`;

async function apply(server: Server, lines: string, more: object = {}): Promise<void> {
  const file = Readable.from([Buffer.from(`places:\n${lines}`)]);
  const who = { who: 'test' };
  const result = await server.objects.apply(file, { ...options, ...more }, who, () => undefined);
  if (!('isApplied' in result)) throw new Error(JSON.stringify(result));
}

const cacheOf = (server: Server, entriesMax: number): ObjectCache<string> =>
  new ObjectCache({
    clock: systemClock,
    feed: server.feed,
    kind: 'place',
    entriesMax,
    read: (json) => (JSON.parse(json) as { description: string }).description,
  });

const rowsRead = (server: Server): unknown =>
  (server.feed.status() as { readonly rowsRead: number }).rowsRead;

t.test(`${places} objects cost a start nothing, and one of them a row`, async (t) => {
  t.setTimeout(120_000);
  const data = join(directoryOf(t), 'data');
  let server = await startServer({ ...quiet, data, create: 'init' });
  t.teardown(() => server.stop());
  t.equal(rowsRead(server), 0, 'a new store has no rows');
  const all = Array.from({ length: places }, (_, at) => line(`p${at}`, `place ${at}`));
  await apply(server, all.join(''));
  await server.stop();
  server = await startServer({ ...quiet, data });
  t.equal(rowsRead(server), 5, 'the head, twice, options, applications and columns');
  const { services } = await server.status();
  t.match(services, { objects: { state: 'running', details: { thread: 'none' } } });

  const cache = cacheOf(server, 3);
  t.equal(await cache.get('p1999'), 'place 1999');
  t.equal(rowsRead(server), 6);
  t.equal(await cache.get('p1999'), 'place 1999');
  t.equal(await cache.get('nobody'), undefined);
  t.equal(await cache.get('nobody'), undefined);
  t.equal(rowsRead(server), 6, 'what is kept is not read again, nor that there is none');
  await Promise.all(['p1', 'p2', 'p3', 'p1'].map((name) => cache.get(name)));
  t.equal(cache.size, 3, 'it is bounded');
});

t.test('a change drops what it changed, before it is answered', async (t) => {
  const data = join(directoryOf(t), 'data');
  const server = await startServer({ ...quiet, data, create: 'init' });
  t.teardown(() => server.stop());
  await apply(server, line('a', 'one') + line('b', 'two') + line('c', 'three'));
  const cache = cacheOf(server, 10);
  const values = (): Promise<(string | undefined)[]> =>
    Promise.all(['a', 'b', 'c', 'd'].map((name) => cache.get(name)));
  t.strictSame(await values(), ['one', 'two', 'three', undefined]);
  await apply(server, line('b', 'other') + line('d', 'four'));
  t.equal(cache.size, 2, 'what did not change is kept');
  t.strictSame(await values(), ['one', 'other', 'three', 'four']);
  await apply(server, line('a', 'one'), { merge: false, prune: true });
  t.strictSame(await values(), ['one', undefined, undefined, undefined]);
  const undo = { who: 'test', comment: '', dryRun: false };
  await server.objects.rollback(2, undo, { who: 'test' }, () => undefined);
  t.strictSame(await values(), ['one', 'other', 'three', 'four']);
});
