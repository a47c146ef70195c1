/** The audit log: a row of files, in which every entry stands once, whatever happens in between. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { systemClock } from '../../lib/clock.js';
import { AuditFile } from '../../lib/security/audit-file.js';
import { AuditLog } from '../../lib/security/audit-log.js';
import { eventually } from '../net/harness.js';
import { directoryOf } from '../fixture/directory.js';

const fail = (error: Error): never => {
  throw error;
};

/** All lines, oldest file first. */
function linesOf(directory: string): string[] {
  const names = readdirSync(directory).filter((name) => name.startsWith('audit'));
  // `audit-000001.jsonl` stands before `audit.jsonl`.
  return names.sort().flatMap((name) =>
    readFileSync(join(directory, name), 'utf8')
      .split('\n')
      .filter((line) => line !== ''),
  );
}

const numbersOf = (directory: string): number[] =>
  linesOf(directory).map((line) => (JSON.parse(line) as { at: number }).at);

const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

t.test('files of a size, the newest keeps its name, nothing is lost', async (t) => {
  const directory = directoryOf(t);
  const file = join(directory, 'audit.jsonl');
  for (let run = 0; run < 3; run += 1) {
    const log = new AuditLog({
      file,
      clock: systemClock,
      fileBytes: 1_000,
      files: 99,
      failed: fail,
    });
    for (let at = run * 50; at < (run + 1) * 50; at += 1) {
      log.note({ event: 'test', who: 'test', at });
      if (at % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await log.close();
  }
  t.strictSame(numbersOf(directory), upTo(150));
  const names = readdirSync(directory).sort();
  t.ok(names.length >= 3, names.join());
  t.match(names[0], 'audit-000001.jsonl');
  for (const name of names.filter((each) => each !== 'audit.jsonl')) {
    const { size, mode } = statSync(join(directory, name));
    t.ok(size >= 1_000);
    t.equal(mode & 0o077, 0, 'for its owner only');
  }
});

t.test('of too many files the oldest goes, and a number is not used again', async (t) => {
  const directory = directoryOf(t, {
    'audit-x.jsonl': '',
    'audit-7.jsonl': '',
    'other-000001.jsonl': '',
  });
  const file = join(directory, 'audit.jsonl');
  const log = new AuditLog({ file, clock: systemClock, fileBytes: 1, files: 3, failed: fail });
  for (const at of upTo(6)) {
    log.note({ event: 'test', who: 'test', at });
    await eventually(() => readdirSync(directory).includes(`audit-00000${at + 1}.jsonl`));
  }
  await log.close();
  t.strictSame(readdirSync(directory).sort(), [
    'audit-000005.jsonl',
    'audit-000006.jsonl',
    'audit-7.jsonl',
    'audit-x.jsonl',
    'other-000001.jsonl',
  ]);
});

t.test('a line that a kill left unfinished spoils no other', async (t) => {
  const directory = directoryOf(t, { 'audit.jsonl': '{"at":0}\n{"at":' });
  const file = join(directory, 'audit.jsonl');
  const log = new AuditLog({ file, clock: systemClock, failed: fail });
  log.note({ event: 'test', who: 'test', at: 1 });
  await log.close();
  const [first, torn, last] = linesOf(directory);
  t.strictSame([first, torn], ['{"at":0}', '{"at":']);
  t.match(JSON.parse(last!), { at: 1 });
});

// A directory of the system's own cannot be synced, whoever asks.
const unsyncable = '/proc/self/comm';

t.test(
  'a file that cannot be made to last is not left open',
  { skip: !existsSync(unsyncable) && 'no such file here' },
  async (t) => {
    const audit = new AuditFile({ file: unsyncable, fileBytes: 1_000, files: 2 });
    const countOpen = (): number => readdirSync('/proc/self/fd').length;
    await t.rejects(audit.append('a line\n'), { code: 'EINVAL' });
    const before = countOpen();
    for (let time = 0; time < 3; time++) await t.rejects(audit.append(''), { code: 'EINVAL' });
    t.equal(countOpen(), before);
    t.equal(audit.restBytes, 'a line\n'.length, 'what could not be written is kept');
  },
);

t.test('what cannot be written is kept, and written when it can be', async (t) => {
  const directory = directoryOf(t);
  const file = join(directory, 'audit.jsonl');
  mkdirSync(file);
  let failures = 0;
  const log = new AuditLog({ file, clock: systemClock, failed: () => (failures += 1) });
  log.note({ event: 'test', who: 'test', at: 0 });
  await eventually(() => failures > 0);
  log.note({ event: 'test', who: 'test', at: 1 });
  rmdirSync(file);
  await eventually(() => readdirSync(directory).length > 0 && statSync(file).size > 0);
  log.note({ event: 'test', who: 'test', at: 2 });
  await log.close();
  t.strictSame(numbersOf(directory), upTo(3));
  t.equal(failures, 1, 'told once');
});

t.test(
  'killed at random while files change: entries that were on disk are there, once',
  async (t) => {
    const directory = directoryOf(t);
    const file = join(directory, 'audit.jsonl');
    const module = pathToFileURL(join(import.meta.dirname, '../../lib/security/audit-log.js'));
    const clock = pathToFileURL(join(import.meta.dirname, '../../lib/clock.js'));
    const code = `
    import { AuditLog } from ${JSON.stringify(module.href)};
    import { systemClock } from ${JSON.stringify(clock.href)};
    const [file, from] = process.argv.slice(1);
    const options = { file, clock: systemClock, fileBytes: 300, files: 100_000 };
    const log = new AuditLog({ ...options, failed: (error) => { throw error; } });
    for (let at = Number(from); ; at += 1) {
      log.note({ event: 'test', who: 'test', at });
      await new Promise((resolve) => setTimeout(resolve, 1));
    }`;
    let next = 0;
    for (let round = 0; round < 5; round += 1) {
      const child = spawn(
        process.execPath,
        ['--input-type=module', '-e', code, file, String(next)],
        {
          env: {},
          stdio: 'inherit',
        },
      );
      const before = readdirSync(directory).length;
      await eventually(() => readdirSync(directory).length > before + 2);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 100));
      child.kill('SIGKILL');
      await once(child, 'exit');
      // A torn line is the last one of its run.
      if (!linesOf(directory).at(-1)!.endsWith('}')) {
        appendFileSync(file, '\n');
        const text = readFileSync(file, 'utf8').trimEnd().split('\n').slice(0, -1);
        writeFileSync(file, text.map((line) => `${line}\n`).join(''));
      }
      const numbers = numbersOf(directory);
      t.strictSame(numbers, upTo(numbers.length), `round ${round}: ${numbers.length} entries`);
      next = numbers.length;
    }
  },
);

t.test('a disk that takes nothing: memory is bounded, and the rest is counted', async (t) => {
  const directory = directoryOf(t);
  const file = join(directory, 'audit.jsonl');
  // A directory in its place: it cannot be written until that is gone.
  mkdirSync(file);
  let failures = 0;
  const log = new AuditLog({
    file,
    clock: systemClock,
    bufferBytes: 10_000,
    failed: () => void (failures += 1),
  });
  const count = 1_000;
  for (let at = 0; at < count; at += 1) log.note({ event: 'test', who: 'test', at });
  await eventually(() => failures > 0);
  rmdirSync(file);
  await log.close();
  const entries = linesOf(directory).map((line) => JSON.parse(line) as { count?: number });
  t.ok(entries.length > 50 && entries.length < 300, `${entries.length} entries`);
  const missing = entries.find((entry) => entry.count !== undefined)?.count ?? 0;
  t.equal(entries.length - 1 + missing, count, 'each is there or counted');
});

t.test(
  'files that cannot be changed for a time: later entries are written all the same',
  async (t) => {
    const directory = directoryOf(t);
    const file = join(directory, 'audit.jsonl');
    let failures = 0;
    // The clock of retries: each is at once.
    const clock = {
      ...systemClock,
      setTimer: (delayMs: number, callback: () => void) =>
        systemClock.setTimer(delayMs === 1_000 ? 5 : delayMs, callback),
    };
    const log = new AuditLog({
      file,
      clock,
      fileBytes: 1,
      files: 2,
      failed: () => void (failures += 1),
    });
    // What is to be removed as too old is a directory: that fails, behind the last line.
    mkdirSync(join(directory, 'audit-000001.jsonl'));
    log.note({ event: 'test', who: 'test', at: 0 });
    await eventually(() => failures > 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    rmdirSync(join(directory, 'audit-000001.jsonl'));
    log.note({ event: 'test', who: 'test', at: 1 });
    await eventually(() => readdirSync(directory).includes('audit-000003.jsonl'));
    await log.close();
    t.strictSame(numbersOf(directory), [1], 'the one before is one file too many');
  },
);

t.test(
  'what comes when it is closed is not written: the directory may have another owner',
  async (t) => {
    const directory = directoryOf(t);
    const file = join(directory, 'audit.jsonl');
    const log = new AuditLog({ file, clock: systemClock, failed: fail });
    log.note({ event: 'test', who: 'test', at: 0 });
    await log.close();
    log.note({ event: 'test', who: 'test', at: 1 });
    await log.close();
    t.strictSame(numbersOf(directory), [0]);
  },
);
