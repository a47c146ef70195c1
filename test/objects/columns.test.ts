/** Custom properties of a real server: what they do to conditions, from their configuration on. */
import { join } from 'node:path';
import { Readable } from 'node:stream';
import t from 'tap';
import { connect } from '../../lib/client/index.js';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { verifyStore } from '../../lib/data/verify.js';
import { type Server, startServer } from '../../lib/index.js';
import { directoryOf } from '../fixture/directory.js';

const quiet = { listen: '127.0.0.1:0', withAdmin: false, threads: 1, partitions: 2 } as const;
const options = { who: 'test', comment: '', dryRun: false, merge: false, prune: true };
const queues = `businessProcesses:
  - name: p
queues:
  - {name: a, businessProcess: p, partition: 0}
  - {name: b, businessProcess: p, partition: 1}
`;

function apply(server: Server, properties: string) {
  const text = properties === '' ? queues : `${queues}customProperties:\n${properties}`;
  const file = Readable.from([Buffer.from(text)]);
  return server.objects.apply(file, options, { who: 'test' }, () => undefined);
}

/** The columns of partition 0. */
async function columnsOf(server: Server) {
  const [first] = (await server.status()).partitions;
  if (first === undefined || !('columns' in first)) throw new Error('it does not answer');
  return first.columns;
}

/** Resolves when all of them are live. */
async function live(server: Server): Promise<void> {
  while (!(await columnsOf(server)).every(({ state }) => state === 'live')) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const client = (server: Server) =>
  connect({
    server: formatEndpoint(server.address),
    clientName: 'test',
    clientType: 'MediaServer',
  });

/** Identifiers of what a condition means. */
async function found(server: Server, condition: string): Promise<string[]> {
  await using media = await client(server);
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const part = await media.findInteractions({ condition, after });
    ids.push(...part.interactions.map(({ InteractionId }) => InteractionId));
    after = part.next;
  } while (after !== undefined);
  return ids.toSorted();
}

t.test('keys of attached data in conditions, over changes and restarts', async (t) => {
  const data = join(directoryOf(t), 'data');
  let server = await startServer({ ...quiet, data, create: 'init' });
  t.teardown(() => server.stop());
  await apply(server, '');
  const ids: string[] = [];
  {
    await using media = await client(server);
    for (const [queue, Lang, size] of [
      ['a', 'de', 1],
      ['b', 'de', 20],
      ['a', 'en', 'large'],
    ] as const) {
      const userData = { Lang, 'the size': size };
      const contact = { queue, mediaType: 'email', interactionType: 'Inbound', userData };
      ids.push((await media.submit(contact)).interactionId);
    }
  }
  await t.rejects(found(server, "Lang = 'de'"), /Lang/);
  const lang = '  - {name: Lang, type: string}\n';
  const size = (type: string) => `  - {name: the size, type: ${type}, translateTo: size}\n`;
  t.match(await apply(server, lang + size('number')), { isApplied: true, effects: { kept: [] } });
  t.strictSame(await found(server, "Lang = 'de' AND size < 20"), [ids[0]], 'from then on');
  await live(server);
  t.match(await columnsOf(server), [
    { number: 1, key: 'Lang', type: 'text', unfit: 0 },
    { number: 2, key: 'the size', column: 'size', type: 'number', unfit: 1 },
  ]);
  await apply(server, lang + size('string'));
  await live(server);
  t.strictSame(await found(server, "size = 'large' OR [the size] = '20'"), ids.slice(1).toSorted());
  t.match(await columnsOf(server), [{ number: 1 }, { number: 3, type: 'text', unfit: 0 }]);
  await server.stop();
  server = await startServer({ ...quiet, data });
  t.strictSame(await found(server, "Lang = 'en'"), [ids[2]]);
  t.match(await columnsOf(server), [
    { number: 1, state: 'live' },
    { number: 3, state: 'live' },
  ]);
  const undone = '  - {name: Lang, type: string, toDelete: true}\n';
  await apply(server, undone + size('string'));
  await t.rejects(found(server, "Lang = 'de'"), /Lang/);
  await apply(server, lang + size('string'));
  await live(server);
  t.match(await columnsOf(server), [{ number: 3 }, { number: 4, key: 'Lang' }]);
  t.strictSame(await found(server, "Lang = 'en'"), [ids[2]]);
  {
    await using media = await client(server);
    const snapshot = await media.takeSnapshot({ condition: "Lang = 'de'", order: 'size DESC' });
    t.equal(snapshot.total, 2, 'snapshots know it as well');
  }
  await server.stop();
  t.equal((await verifyStore(data)).faults, 0);
});

t.test(
  'calendars are refused with the line that is wrong, and come back as they were',
  async (t) => {
    const data = join(directoryOf(t), 'data');
    const server = await startServer({ ...quiet, data, create: 'init' });
    t.teardown(() => server.stop());
    const applied = (text: string) => {
      const file = Readable.from([Buffer.from(text)]);
      return server.objects.apply(file, options, { who: 'test' }, () => undefined);
    };
    const wrong = 'calendars:\n  - {name: shop, hours: ["mon 08:00-12:00", "mon 11:00-13:00"]}\n';
    t.match(await applied(wrong), { refused: [{ line: 2, what: /overlaps another line on mon/ }] });
    t.match(await applied('tenants:\n  - {name: x, id: 7, timeZone: Europe/Bonn}\n'), {
      refused: [{ what: /no time zone "Europe\/Bonn"/, remedy: /Europe\/Berlin/ }],
    });
    const text = `calendars:
  - name: shop
    tenant: x
    hours: [mon-fri 08:00-18:00 = 20]
    holidays: [12-25]
    exceptions: [2026-12-24 08:00-12:00]
tenants:
  - {name: x, id: 7, timeZone: Australia/Adelaide}
`;
    t.match(await applied(text), { isApplied: true });
    let exported = '';
    for await (const piece of server.objects.export(undefined)) exported += piece;
    t.match(exported, /calendars:\n {2}- name: shop\n/);
    t.match(await applied(exported), { isApplied: false, changed: 0 }, 'the same again');
  },
);

t.test('names that mean something else already are refused', async (t) => {
  const server = await startServer({
    ...quiet,
    data: join(directoryOf(t), 'data'),
    create: 'init',
  });
  t.teardown(() => server.stop());
  const property = (name: string, more = '') => `  - {name: ${name}, type: string${more}}\n`;
  for (const [text, path, what] of [
    [property('IsHeld'), /customProperties.*name/, /a name of IsHeld/],
    [property('media_type'), /name/, /a name of MediaType/],
    [property('x', ', translateTo: PRIORITY'), /translateTo/, /a name of Priority/],
    [property('x', ', translateTo: y') + property('y'), /translateTo/, /another custom property/],
  ] as const) {
    t.match(await apply(server, text), { refused: [{ path, what }] });
  }
  const renamed = property('IsHeld', ', translateTo: held_by_app');
  t.match(await apply(server, renamed), { isApplied: true });
  t.strictSame(await found(server, "held_by_app = 'x' AND NOT IsHeld"), []);
});
