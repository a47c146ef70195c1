import assert from 'node:assert/strict';
import t from 'tap';
import fc from 'fast-check';
import {
  generateDay,
  readRecords,
  RecordFileError,
  writeRecords,
} from '../../lib/simulate/index.js';
import { fileOf, trapFile, trapRows } from './days.js';

function problemsOf(text: string): readonly string[] {
  try {
    readRecords(text);
  } catch (error) {
    if (error instanceof RecordFileError) return error.problems;
    throw error;
  }
  return [];
}

t.test('reads every column of a row, in the order of the file', async (t) => {
  const records = readRecords(trapFile);
  t.equal(records.length, Object.keys(trapRows).length);
  t.match(records[2], {
    lineNumber: 4,
    vruLine: 'AA03',
    callId: '3',
    type: 'PS',
    vruEntrySeconds: 9 * 3600 + 60,
    vruExitSeconds: 9 * 3600 + 70,
    vruTimeSeconds: 10,
    queueTimeSeconds: 30,
    outcome: 'AGENT',
    serviceTimeSeconds: 60,
    agentName: 'ANNA',
  });
  t.equal(records[0]?.agentName, undefined, 'NO_SERVER is no agent');
  t.equal(records[5]?.vruTimeSeconds, -30, 'a negative time is kept as it is');
});

t.test('takes what spreadsheets make of a file', async (t) => {
  const changed = `\uFEFF${trapFile.replaceAll('\n', '\r\n')}\r\n\r\n`;
  t.same(readRecords(changed), readRecords(trapFile));
  const [header = '', row = ''] = trapFile.split('\n');
  const reversed = [header, row].map((line) => line.split(',').toReversed().join(','));
  t.same(readRecords(reversed.join('\n')), readRecords(`${header}\n${row}`), 'columns by name');
});

t.test('says where and what is wrong', async (t) => {
  const good = trapRows.servedAfterWait;
  const cases: [string, RegExp][] = [
    [good.replace('9:01:40', '9:61:40'), /^line 2: q_exit: "9:61:40" is not a time of day/],
    [good.replace('9:01:40', '24:00:00'), /^line 2: q_exit: .* is not a time of day/],
    [good.replace(',30,', ',31,'), /^line 2: q_time: 31 is not the time between/],
    [good.replace(',30,', ',-30,'), /^line 2: q_time: "-30" is not a whole number/],
    [good.replace(',60,', ',x,'), /^line 2: ser_time: "x" is not a whole number/],
    [good.replace(',10,', ',11,'), /^line 2: vru_time: 11 is not the time between/],
    [good.replace('AGENT', 'AGENTS'), /^line 2: outcome: "AGENTS" is none of AGENT, HANG/],
    [good.replace('PS', 'P S'), /^line 2: type: "P S" is not a name/],
    [`${good},1`, /^line 2: 16 fields where the first line has 15/],
    [`${good}\n${good}`, /^line 3: contact AA03\/3 is on line 2 already/],
  ];
  for (const [row, expected] of cases) t.match(problemsOf(fileOf([row]))[0], expected);
  t.match(problemsOf('a,b\n1,2')[0], /^line 1: no column vru\+line, call_id,/);
  t.match(problemsOf(fileOf([]))[0], /no contacts/);
  t.match(problemsOf('')[0], /^line 1/);
});

t.test('names the first ten problems and counts the rest', async (t) => {
  const bad = Array.from({ length: 15 }, () => 'x');
  const problems = problemsOf(fileOf(bad));
  t.equal(problems.length, 15);
  t.match(new RecordFileError(problems).message, /line 11: .*\n\.\.\. and 5 more$/);
});

t.test('a generated day, written, reads back the same', async () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 60 }), (seed, contacts) => {
      const records = generateDay({ seed, contacts });
      assert.deepEqual(readRecords(writeRecords(records)), records);
    }),
    { numRuns: 30 },
  );
});

t.test('any text gives records or problems, nothing else', async () => {
  const cell = fc.oneof(
    fc.string(),
    fc.constantFrom('9:00:00', '0:00:00', '-5', '0', 'HANG', 'AGENT', 'PS', 'NO_SERVER'),
  );
  const row = fc.array(cell, { minLength: 15, maxLength: 15 }).map((cells) => cells.join(','));
  fc.assert(fc.property(fc.array(row), (rows) => void problemsOf(fileOf(rows))));
});
