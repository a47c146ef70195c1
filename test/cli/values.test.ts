/**
 * Values on a command line: one spelling of each, and a word about every other
 * before anything is done.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { directoryOf } from '../fixture/directory.js';
import { runHere } from './support.js';

/** Nothing listens there: what gets as far as to connect ends with 69. */
const nowhere = ['--server', '127.0.0.1:1'];
const submit = ['submit', '--queue', 'q', '--id', 'A'];
const wrong = {
  integer: ['', ' ', '1.0', '1e3', '0x10', '+5', '007', '5 ', '9007199254740993', '٥', 'five'],
  truth: ['', 'yes', 'no', 'TRUE', 'on', '2'],
  time: [
    '',
    '2026-01-31',
    '2026-01-31T12:00:00',
    '2026-02-30T12:00:00Z',
    'queue 7',
    '+',
    '+x',
  ].concat('2026-01-31 12:00:00Z', '1769860800000', '2026-01-31T12:00:00.0001Z'),
  length: ['', '1e3', '-5s', '5 s', '0.0001s', '1w', '٥'],
} as const;
const data = {
  int: [...wrong.integer, '9223372036854775808'].filter((text) => text !== '9007199254740993'),
  float: ['', ' ', 'NaN', 'Infinity', '1e400', '1e-400', '9007199254740993', '0x1', '1,5', '.5'],
  bool: wrong.truth,
  time: wrong.time,
  base64: ['A', 'AA', 'AB==', 'AA==\n', '-_-_', 'AA=A'],
};

async function refused(t: Test, argv: readonly string[]): Promise<void> {
  const { code, error } = await runHere('interaction', ...argv, ...nowhere);
  t.equal(code, 64, `${argv.join(' ')}: ${error}`);
}

t.test('options', async (t) => {
  for (const text of wrong.integer) {
    await refused(t, [...submit, `--priority=${text}`]);
    await refused(t, [...submit, `--objective=${text}`]);
    await refused(t, ['pull', 'q', `--count=${text}`]);
  }
  for (const text of wrong.truth) await refused(t, [...submit, `--online=${text}`]);
  for (const text of wrong.time) {
    await refused(t, [...submit, `--received-at=${text}`]);
    await refused(t, ['hold', 'A', `--until=${text}`]);
  }
  for (const text of wrong.length) {
    await refused(t, ['pull', 'q', `--wait=${text}`]);
    await refused(t, ['show', 'A', `--timeout=${text}`]);
  }
  const { error } = await runHere('interaction', ...submit, '--priority=1e3');
  t.match(error, /--priority: "1e3" is not a whole number; write digits only, as 4711\./);
});

t.test('attached data', async (t) => {
  for (const [type, texts] of Object.entries(data)) {
    for (const text of texts) await refused(t, [...submit, '--data', `k:${type}=${text}`]);
  }
  await refused(t, [...submit, '--data', 'k=1', '--data', 'k=2']);
  for (const json of [
    '{"a":9007199254740993}',
    '{"a":1e400}',
    '{"a":1,"a":2}',
    '{"a":{"b":1,"b":2}}',
    '{"a":"\\ud800"}',
    '{"a":null}',
    '{"a":[1]}',
    '{"a":1} x',
    "{'a':1}",
    '{"a":01}',
    '[1]',
    '',
  ]) {
    await refused(t, [...submit, '--data-json', json]);
  }
});

t.test('what is right gets as far as to connect', async (t) => {
  const right = ['--priority=-5', '--online=0', '--received-at=2026-01-31T13:00:00.250+01:00'];
  const values = ['i:int=9007199254740993', 'f:float=0.1', 'b:bool=1', 'x:base64=', '__proto__=a'];
  const argv = [...right, ...values.flatMap((value) => ['--data', value])];
  t.match(await runHere('interaction', ...submit, ...argv, ...nowhere), { code: 69 });
});

t.test('a configuration file with a queue that has no name in UTF-8', async (t) => {
  const directory = directoryOf(t);
  const file = join(directory, 'ixion.yaml');
  writeFileSync(file, 'businessProcesses: [{ name: p, queues: ["a\\ud800b"] }]\n');
  const data = join(directory, 'data');
  for (const { code, error } of [
    await runHere('config', 'check', file),
    await runHere('start', '--config', file, '--data', data, '--init'),
  ]) {
    t.equal(code, 78);
    t.match(
      error,
      /ixion\.yaml:1:41 businessProcesses\.0\.queues\.0: must be a name \(text of 1 to 255/,
    );
  }
});

t.test(
  'a configuration file with a queue whose name requests use for something else',
  async (t) => {
    const directory = directoryOf(t);
    const file = join(directory, 'ixion.yaml');
    const data = join(directory, 'data');
    for (const queue of ['_system_', '{ name: _system_, partition: 0 }']) {
      writeFileSync(file, `businessProcesses: [{ name: p, queues: [${queue}] }]\n`);
      for (const { code, error } of [
        await runHere('config', 'check', file),
        await runHere('start', '--config', file, '--data', data, '--init'),
      ]) {
        t.equal(code, 78);
        t.match(error, /ixion\.yaml:1:41 businessProcesses\.0\.queues\.0: "_system_" is reserved/);
      }
    }
  },
);

t.test('a file of records that is not UTF-8', async (t) => {
  const file = join(directoryOf(t), 'day.csv');
  writeFileSync(file, Buffer.from('vru+line,call_id\nAA0101,Zubehör\n', 'latin1'));
  const { code, error } = await runHere('simulate', file, ...nowhere);
  t.equal(code, 65);
  t.match(error, /day\.csv:\nline 2: the byte f6 is not UTF-8; save it as UTF-8\./);
});
