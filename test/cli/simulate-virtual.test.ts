/**
 * `ixion simulate --virtual`: exact, the same twice, kept as a store, and what does not go with it.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { directoryOf } from '../fixture/directory.js';
import { runChild, runHere } from './support.js';

/** Writes a made-up day. */
async function dayIn(directory: string, seed: number): Promise<string> {
  const file = join(directory, `day-${seed}.csv`);
  const made = ['generate', file, '--contacts', '50', '--seed', String(seed)];
  const { code, error } = await runHere('simulate', ...made);
  if (code !== 0) throw new Error(error);
  return file;
}

/** What a day printed with `--json`. */
interface Printed {
  readonly speed?: number;
  readonly submitted: number;
  readonly waitWithin2sShare?: number;
  readonly problems: readonly string[];
  readonly virtual: {
    readonly seed: number;
    readonly events: readonly { readonly events: number; readonly sha256: string }[];
  };
}

/** Elsewhere there is nothing: whoever connects fails. */
const nowhere = { IXION_SERVER: '127.0.0.1:1', IXION_APPLICATION: 'nobody', IXION_TLS: 'true' };

async function virtual(file: string, ...argv: readonly string[]): Promise<Printed> {
  const { code, out, error } = await runChild(
    ['simulate', file, '--virtual', '--json', ...argv],
    nowhere,
  );
  if (code !== 0) throw new Error(error);
  return JSON.parse(out) as Printed;
}

t.test('exact, the same twice, and kept as a store that can be verified', async (t) => {
  const directory = directoryOf(t);
  const at = (name: string): string => join(directory, name);
  const file = await dayIn(directory, 5);
  const results = ['--csv', at('i.csv'), '--html', at('day.html'), '--log', at('contacts.csv')];
  const first = await virtual(file, '--data', at('kept'), ...results);
  t.match(first, { submitted: 50, waitWithin2sShare: 1, problems: [], speed: undefined });
  t.equal(first.virtual.events.length, 4);
  const [header = '', ...lines] = readFileSync(at('contacts.csv'), 'utf8').trimEnd().split('\n');
  const names = header.split(',');
  const queued = lines
    .map((line) => line.split(','))
    .filter((cells) => cells[names.indexOf('recorded_wait')] !== '');
  t.ok(queued.length > 20);
  for (const cells of queued) {
    const recorded = Number(cells[names.indexOf('recorded_wait')]);
    t.equal(cells[names.indexOf('wait')], recorded.toFixed(1), cells.join(','));
  }
  t.match(readFileSync(at('i.csv'), 'utf8'), /^date,/);
  t.match(readFileSync(at('day.html'), 'utf8'), /followed on a virtual clock/);
  t.same(await virtual(file), first, 'again, in another process');
  const verified = await runChild(['store', 'verify', '--data', at('kept')]);
  t.equal(verified.code, 0, verified.error);
  const text = await runHere('simulate', file, '--virtual', '--partitions', '2');
  t.match(text.out, /^ {2}1 {2}[0-9a-f]{64} {2}\d+ events$/m);
  t.match(text.out, /100\.0 % \(on a virtual clock\)/);
  const again = await runHere('simulate', file, '--virtual', '--data', at('kept'));
  t.match(again, { code: 65, error: /holds a store already/ });
});

t.test('mode order: the same twice, and another file is another day', async (t) => {
  const directory = directoryOf(t);
  const [file, other] = [await dayIn(directory, 5), await dayIn(directory, 6)];
  const told = async (...argv: [string, ...string[]]) =>
    (await virtual(...argv, '--mode', 'order')).virtual.events;
  const first = await told(file, '--seed', '3');
  t.same(await told(file, '--seed', '3'), first);
  t.notSame(await told(other, '--seed', '3'), first);
  const invited = await virtual(file, '--mode', 'order', '--invite', '--seed', '3');
  t.match(invited, { invite: true, submitted: 50, problems: [] });
  t.same(await told(file, '--invite', '--seed', '3'), invited.virtual.events);
  t.notSame(invited.virtual.events, first);
  const agents = await runHere('simulate', 'agents', file);
  t.match(agents, { code: 0, out: /^media:\n {2}- \{name: callback, online: true\}\n/ });
});

t.test('what does not go together, with what to do', async (t) => {
  const directory = directoryOf(t, { full: 'a file' });
  const file = await dayIn(directory, 5);
  for (const [argv, code, error] of [
    [['--virtual', '--speed', '10'], 64, /--speed does not go with --virtual\..*goes as fast/],
    [['--virtual', '--server', 'a:1'], 64, /--server does not go with .*a server of its own/],
    [['--virtual', '--token', 'x'], 64, /--token does not go with --virtual/],
    [['--data', 'x'], 64, /--data needs --virtual\..*Add --virtual/],
    [['--partitions', '2'], 64, /--partitions needs --virtual/],
    [['--virtual', '--invite'], 64, /--invite needs --mode order/],
    [['--virtual', '--partitions', '65'], 64, /--partitions: 65 is out of range/],
    [['--virtual', '--data', directory], 65, /is not a store: .*other things/],
    [['--virtual', '--data', join(directory, 'full', 'x')], 65, /./],
  ] as const) {
    const outcome = await runHere('simulate', file, ...argv);
    t.match(outcome, { code, error }, argv.join(' '));
    t.notMatch(outcome.error, /IXION_DEBUG/, 'no internal error');
  }
  t.notOk(existsSync(join(directory, 'x')));
  writeFileSync(join(directory, 'empty.csv'), '');
  const empty = await runHere('simulate', join(directory, 'empty.csv'), '--virtual');
  t.equal(empty.code, 65);
});
