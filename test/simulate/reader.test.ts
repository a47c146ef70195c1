import assert from 'node:assert/strict';
import t from 'tap';
import fc from 'fast-check';
import {
  generateDay,
  readRecords,
  RecordFileError,
  textOfFile,
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
    [good.replace('9:01:40', '48:00:00'), /^line 2: q_exit: .* is not a time of day/],
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

/** What is said of the bytes of a file. */
function refusalOf(bytes: Uint8Array): string {
  try {
    readRecords(textOfFile(bytes));
  } catch (error) {
    if (error instanceof RecordFileError) return error.message;
    throw error;
  }
  return '';
}

t.test('semicolons, tabs and quotes are read; other files are refused by name', async (t) => {
  const expected = readRecords(trapFile);
  for (const separator of [';', '\t']) {
    t.same(readRecords(trapFile.replaceAll(',', separator)), expected);
  }
  const quoted = trapFile.replaceAll(/[^,\n]+/g, (cell) => `"${cell}"`);
  t.same(readRecords(quoted), expected);
  t.match(refusalOf(Buffer.alloc(0)), /^the file is empty$/);
  t.match(refusalOf(Buffer.from(`\uFEFF${trapFile}`, 'utf16le')), /UTF-16; save it as UTF-8/);
  t.match(refusalOf(Buffer.from(trapFile, 'utf16le')), /UTF-16; save it as UTF-8/);
  t.match(refusalOf(Buffer.from(trapFile.replace('ANNA', '\u00c4NNA'), 'latin1')), /^line 4: /);
  t.match(refusalOf(Buffer.from(`\n\n`)), /^line 1: no column/);
});

const [header = ''] = trapFile.split('\n');
const dated = (rows: readonly (readonly [string, string])[]): string =>
  [`${header},date`, ...rows.map(([row, date]) => `${row},${date}`)].join('\n');

t.test('days count from the first of the file, however they are written', async (t) => {
  const { servedAfterWait: served, gaveUpFromQueue: gaveUp, servedAtOnce } = trapRows;
  const records = readRecords(
    dated([
      [served, '1999-03-01'],
      [gaveUp, '19990228'],
      [served.replace('AA03', 'AA04'), '990228'],
      [servedAtOnce, '2001-03-01'],
    ]),
  );
  t.same(
    records.map(({ date, dayStartSeconds }) => [date, dayStartSeconds / 86_400]),
    [
      ['1999-03-01', 1],
      ['1999-02-28', 0],
      ['1999-02-28', 0],
      ['2001-03-01', 732],
    ],
  );
  t.match(
    problemsOf(dated([[served, '1999-02-30']]))[0],
    /^line 2: date: "1999-02-30" is not a day/,
  );
  t.match(problemsOf(dated([[served, '31.8.99']]))[0], /is not a day/);
  const twice = dated([
    [served, '1999-03-01'],
    [served, '1999-03-02'],
  ]);
  t.equal(readRecords(twice).length, 2, 'a contact is told by its day');
  t.equal(readRecords(twice, '1999-03-02').length, 1);
  t.equal(readRecords(twice, '1999-03').length, 2);
  t.throws(() => readRecords(twice, '1999-04'), /no contacts of 1999-04/);
  t.throws(() => readRecords(trapFile, '1999-04'), /no column date/);
});

t.test('a priority, and a wait over midnight', async (t) => {
  const row = 'AA03,3,PS,23:59:00,23:59:10,10,23:59:10,24:00:40,90,AGENT,0:00:40,0:01:40,60,ANNA,A';
  const [late] = readRecords(fileOf([row]));
  t.match(late, { queueTimeSeconds: 90, priority: undefined });
  t.same(readRecords(fileOf([row.replace('24:00:40', '0:00:40')])), [late]);
  const withPriority = `${header},priority\n${row},-5\n`;
  t.match(readRecords(withPriority), [{ priority: -5 }]);
  t.match(problemsOf(`${header},priority\n${row},high`)[0], /^line 2: priority: "high"/);
  t.match(problemsOf(`${header},priority\n${row},2147483648`)[0], /^line 2: priority/);
});

t.test('names the first ten problems and counts the rest', async (t) => {
  const bad = Array.from({ length: 15 }, () => 'x');
  const problems = problemsOf(fileOf(bad));
  t.equal(problems.length, 15);
  t.match(new RecordFileError(problems).message, /line 11: .*\n\.\.\. and 5 more$/);
});

t.test('a generated day, written, reads back the same', async () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 3 }),
      (seed, contacts, days) => {
        const date = days === 1 && seed % 2 === 0 ? undefined : '1999-12-30';
        const records = generateDay({ seed, contacts, days, date });
        assert.deepEqual(readRecords(writeRecords(records)), records);
      },
    ),
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
