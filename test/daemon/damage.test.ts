/**
 * Every file of a store that was killed under load, damaged in every way: a start is refused with
 * 65 and says why, or all that was acknowledged is there. `store verify` says the same, whatever it
 * reads. Each case takes two processes, so a run takes every fourth of them, from another one on
 * each time (`IXION_SEED=n`); all of them with `IXION_RUNS=1`.
 */
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { connect } from '../../lib/client/index.js';
import { seededRandom } from '../../lib/clock.js';
import { directoryOf } from '../fixture/directory.js';
import { type Ended, ixion, ixionToEnd, startDaemon } from './daemon.js';

const seedOfRun = process.env['IXION_SEED'];
const seed = seedOfRun === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(seedOfRun);
const environment = { IXION_PARTITIONS: '2' };
const secret = 'what a customer wrote';
const ports = ['--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0'];

const stride = process.env['IXION_RUNS'] === undefined ? 8 : 1;

t.setTimeout(600_000);

/** A store that was killed with -9 while clients submitted, and what they were told is in it. */
async function killedStore(data: string): Promise<string[]> {
  const daemon = await startDaemon(['--data', data, '--demo'], environment);
  const client = await connect({
    server: daemon.listen,
    clientName: 'test',
    clientType: 'MediaServer',
    reconnect: false,
  });
  const ids: string[] = [];
  const lanes = Array.from({ length: 16 }, async (_, lane) => {
    for (let index = 0; ; index += 1) {
      const contact = { queue: 'demo.menu', mediaType: 'email', interactionType: 'Inbound' };
      const interactionId = `c.${lane}.${index}`;
      try {
        await client.submit({ ...contact, interactionId, userData: { text: secret.repeat(20) } });
      } catch {
        return;
      }
      if (ids.push(interactionId) === 600) daemon.child.kill('SIGKILL');
    }
  });
  await Promise.all(lanes);
  await daemon.ended;
  return ids;
}

/** What a start says: its end, or which of the acknowledged interactions are missing. */
async function startOn(data: string, ids: readonly string[]): Promise<Ended | { lost: string[] }> {
  const command = ixion(['start', '--data', data, ...ports]);
  const ready = await command.says(/ixion ready on (\S+) in/).catch(() => undefined);
  if (ready === undefined) return command.ended;
  const lost: string[] = [];
  const client = await connect({
    server: ready[1]!,
    clientName: 'test',
    clientType: 'MediaServer',
    reconnect: false,
  });
  await Promise.all(ids.map((id) => client.getProperties(id).catch(() => lost.push(id))));
  await client.close().catch(() => undefined);
  command.child.kill('SIGTERM');
  await command.ended;
  return { lost };
}

/** What is wanted of a start: refused with these words, or fine; undefined: either. */
interface Case {
  readonly name: string;
  readonly damage: (data: string) => void;
  readonly start?: RegExp | 'fine';
  readonly verify?: RegExp | 'fine';
}

const turn =
  (file: string, positions: (bytes: number) => number, bit = 0) =>
  (data: string): void => {
    const path = join(data, file);
    const content = readFileSync(path);
    content[positions(content.length)]! ^= 1 << bit;
    writeFileSync(path, content);
  };

async function judge(t: Test, top: string, store: string, ids: readonly string[], one: Case) {
  const [toStart, toVerify] = ['start', 'verify'].map((name) => {
    const copy = join(mkdtempSync(join(top, `${name}-`)), 'data');
    cpSync(store, copy, { recursive: true });
    one.damage(copy);
    return copy;
  }) as [string, string];
  const [started, verified] = await Promise.all([
    startOn(toStart, ids),
    ixionToEnd(['store', 'verify', '--data', toVerify]),
  ]);
  const said = JSON.stringify(started).slice(0, 600);
  if ('lost' in started) {
    t.ok(one.start === undefined || one.start === 'fine', `${one.name}: the start is refused`);
    t.strictSame(started.lost, [], `${one.name}: nothing acknowledged is lost`);
  } else {
    t.equal(started.code, 65, `${one.name}: ${said}`);
    if (one.start instanceof RegExp) t.match(started.stderr, one.start, one.name);
    t.equal(one.start === 'fine', false, `${one.name}: the start goes on`);
    t.equal(started.stderr.trim().split('\n').length, 1, `${one.name}: one line`);
  }
  const { code, stdout, stderr } = verified;
  const words = `${one.name}: ${code} ${stdout}${stderr}`.slice(0, 800);
  t.ok(code === 0 || code === 65, words);
  if (one.verify === 'fine') t.equal(code, 0, words);
  else if (one.verify !== undefined) t.match(`${stdout}${stderr}`, one.verify, words);
  t.notOk(`${stdout}${stderr}`.includes(secret), `${one.name}: nothing of a customer's`);
  rmSync(toStart, { recursive: true, force: true });
  rmSync(toVerify, { recursive: true, force: true });
}

t.test('each file of a killed store: missing, empty, cut, of another, a bit turned', async (t) => {
  t.comment(`IXION_SEED=${seed}`);
  const top = directoryOf(t);
  const [store, other] = [join(top, 'store'), join(top, 'other')];
  const ids = await killedStore(store);
  await killedStore(other);
  const take =
    (file: string, from = other, as = file) =>
    (data: string) => {
      rmSync(join(data, as), { recursive: true });
      cpSync(join(from, file), join(data, as), { recursive: true });
    };
  const remove = (file: string) => (data: string) => rmSync(join(data, file), { recursive: true });
  const cut = (file: string, share: number) => (data: string) =>
    truncateSync(join(data, file), Math.floor(readFileSync(join(data, file)).length * share));
  const identities =
    /p0\d holds partition \d of 2 of store [0-9a-f]{32}, where ixion\.json wants partition \d of 2 of/;
  const both = (words: RegExp) => ({ start: words, verify: words });
  const manifest = (change: (value: Record<string, unknown>) => void) => (data: string) => {
    const file = join(data, 'ixion.json');
    const value = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    change(value);
    writeFileSync(file, JSON.stringify(value));
  };
  const cases: Case[] = [
    { name: 'untouched', damage: () => undefined, start: 'fine', verify: 'fine' },
    { name: 'no ixion.json', damage: remove('ixion.json'), ...both(/has no ixion\.json/) },
    { name: 'empty ixion.json', damage: cut('ixion.json', 0), ...both(/ixion\.json is damaged/) },
    { name: 'half of ixion.json', damage: cut('ixion.json', 0.5), ...both(/is damaged/) },
    { name: "another's ixion.json", damage: take('ixion.json'), ...both(identities) },
    {
      name: 'fewer partitions',
      damage: manifest((value) => (value['partitions'] = 1)),
      ...both(/p00 holds partition 0 of 2 of .* wants partition 0 of 1 of|has 2 directories/),
    },
    {
      name: 'more partitions',
      damage: manifest((value) => (value['partitions'] = 3)),
      ...both(/p02 is missing/),
    },
    {
      name: 'another timeline',
      damage: manifest((value) => (value['timeline'] = { id: '0'.repeat(16), count: 2 })),
      ...both(/holds timeline [0-9a-f]{16}, where ixion\.json wants timeline 0{16}/),
    },
    {
      name: 'partitions swapped',
      damage: (data) => {
        renameSync(join(data, 'p00'), join(data, 'x'));
        renameSync(join(data, 'p01'), join(data, 'p00'));
        renameSync(join(data, 'x'), join(data, 'p01'));
      },
      ...both(identities),
    },
    { name: "another's partition", damage: take('p01'), ...both(identities) },
    { name: 'no p01', damage: remove('p01'), ...both(/p01 is missing/) },
    { name: 'no data.mdb', damage: remove('p01/data.mdb'), ...both(/p01/) },
    { name: 'empty data.mdb', damage: cut('p01/data.mdb', 0), ...both(/data\.mdb is empty/) },
    { name: 'a tenth of data.mdb', damage: cut('p01/data.mdb', 0.1), ...both(/data\.mdb/) },
    { name: "another's data.mdb", damage: take('p01/data.mdb'), ...both(identities) },
    { name: 'no journal', damage: remove('p01/journal'), ...both(/p01\/journal is missing/) },
    { name: 'empty journal', damage: cut('p01/journal', 0), ...both(/p01\/journal is empty/) },
    { name: 'half a journal', damage: cut('p01/journal', 0.5), ...both(/journal was cut short/) },
    {
      name: "another's journal",
      damage: take('p01/journal'),
      ...both(/journal belongs to partition 1 of 2 of store [0-9a-f]{32}, and data\.mdb/),
    },
    {
      name: 'the journal of p00',
      damage: take('p00/journal', store, 'p01/journal'),
      ...both(/journal belongs to partition 0 of 2 .* is partition 1 of 2/),
    },
    { name: 'no lock.mdb', damage: remove('p01/lock.mdb'), start: 'fine', verify: 'fine' },
    { name: 'half of lock.mdb', damage: cut('p01/lock.mdb', 0.5), start: 'fine', verify: 'fine' },
    { name: 'a bit in lock.mdb', damage: turn('p01/lock.mdb', () => 0), start: 'fine' },
    { name: 'no audit.jsonl', damage: remove('audit.jsonl'), start: 'fine', verify: 'fine' },
  ];
  const random = seededRandom(seed);
  const at = (from: number, to: number) => from + Math.floor(random.fraction() * (to - from));
  for (let index = 0; index < 4; index += 1) {
    const spot = at(0, 1_000_000);
    const damage = turn('ixion.json', (bytes) => spot % bytes, index);
    cases.push({ name: `ixion.json, byte ${spot}`, damage });
  }
  for (const spot of [24, 48, 88, 136, 152, at(8_192, 8_352)]) {
    cases.push({ name: `data.mdb, byte ${spot}`, damage: turn('p00/data.mdb', () => spot) });
  }
  for (let index = 0; index < 4; index += 1) {
    const spot = at(0, 40 * 4_096);
    cases.push({ name: `journal, byte ${spot}`, damage: turn('p00/journal', () => spot, index) });
  }
  const taken = cases.filter((_, index) => (index + seed) % stride === 0);
  // Two at a time: most of it is waiting for processes to load.
  while (taken.length > 0) {
    await Promise.all(taken.splice(0, 2).map((one) => judge(t, top, store, ids, one)));
  }
});

t.test(
  'a bit turned anywhere in the data: verify ends in order, and tells no secret',
  async (t) => {
    t.comment(`IXION_SEED=${seed}`);
    const top = directoryOf(t);
    const store = join(top, 'store');
    await killedStore(store);
    const random = seededRandom(seed);
    let found = 0;
    for (let index = seed % stride; index < 16; index += stride) {
      const copy = join(top, 'copy');
      cpSync(store, copy, { recursive: true });
      // Heads of pages and what points to entries first: that is what ends a process.
      const inPage = index % 2 === 0 ? random.fraction() * 64 : random.fraction() * 8_192;
      const share = random.fraction();
      const spot = (bytes: number): number =>
        Math.floor((share * bytes) / 8_192) * 8_192 + Math.floor(inPage);
      const damage = turn('p00/data.mdb', (bytes) => Math.min(bytes - 1, spot(bytes)), index % 8);
      damage(copy);
      const { code, signal, stdout, stderr } = await ixionToEnd([
        'store',
        'verify',
        '--data',
        copy,
      ]);
      const words = `${share} ${inPage}: ${signal ?? code} ${stdout}${stderr}`;
      t.ok(code === 0 || code === 65, `${words.slice(0, 500)} IXION_SEED=${seed}`);
      t.notOk(words.includes(secret), `nothing of a customer's: ${words.slice(0, 300)}`);
      if (code === 65) {
        found += 1;
        t.match(stdout, /partition 0: [^]*\n {2}\S/, words);
      }
      rmSync(copy, { recursive: true });
    }
    t.comment(`${found} of ${16 / stride} found`);
  },
);
