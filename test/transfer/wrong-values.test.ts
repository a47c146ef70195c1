/**
 * What is wrong in a file is shown with its line and its reason, and nothing of it
 * is changed or taken.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { runHere } from '../cli/support.js';
import { directoryOf } from '../fixture/directory.js';
import { record, serverOf } from './support.js';

/** Texts of JSON by the kind of the property that has them, none of which is one of its values. */
const wrongJson: Readonly<Record<string, readonly string[]>> = {
  InteractionId: ['4711', '""', '"a b"', '"a/b"', 'true', '["a"]', `"${'x'.repeat(65)}"`],
  Queue: ['7', '""', '"a\\u0000b"', '"\\ud800"', '{}', `"${'x'.repeat(256)}"`],
  MediaType: ['7', '"a\\nb"', '"\\udc00"', `"${'ü'.repeat(128)}"`],
  SubmittedBy: ['7', '""'],
  ExternalId: ['4711', 'true', '"\\ud83d"', `"${'x'.repeat(4_097)}"`],
  TenantId: ['"1"', '1.5', '-1', '2147483648', '1e400', '9007199254740993', 'true', '01'],
  Priority: ['"5"', '""', '1.5', '5.0', '1e3', '2147483648', '0x10', '+5', 'NaN', '[]'],
  ServiceObjective: ['-1', '"60"'],
  InteractionVersion: ['0', '-1', '2147483648', '"2"'],
  IsOnline: ['"true"', '"yes"', '2', '-1', '""'],
  IsHeld: ['"0"', '"on"', '1.0'],
  ReceivedAt: [
    '"2026-01-31"',
    '"2026-01-31T12:00:00"',
    '"2026-01-31 12:00:00Z"',
    '"2026-02-30T12:00:00Z"',
    '"2026-02-29T12:00:00Z"',
    '"2026-01-31T25:00:00Z"',
    '"2026-01-31T12:00:60Z"',
    '"2026-01-31T12:00:00.1234Z"',
    '"queue 7"',
    '"31.01.2026"',
    '"Sat, 31 Jan 2026 12:00:00 GMT"',
    '"1769860800000"',
    '""',
    '1.5',
    '-1',
    'true',
    '8640000000000001',
  ],
  UserData: [
    '"{}"',
    '[]',
    '7',
    '{"a":null}',
    '{"a":[1]}',
    '{"a":9007199254740993}',
    '{"a":1e400}',
    '{"a":0.12345678901234567890123}',
    '{"a":"\\ud800"}',
    '{"a":1,"a":2}',
    '{"a":{"__proto__":1,"__proto__":2}}',
    '{"a":{"$binary":5}}',
    '{"a":{"$binary":"AB=="}}',
    '{"a":{"$time":"2026-02-30T00:00:00Z"}}',
    '{"a":{"$int":"1e3"}}',
    '{"a":{"$float":"x"}}',
    '{"a":{"$packed":"AAA="}}',
    '{"a":{"$what":1}}',
  ],
  InQueues: ['"in"', '{"a":null}'],
  OutQueues: ['"{}"', '{"a":null}'],
  HoldUntil: ['"2026-01-31T12:00:00Z"'],
  Colour: ['"red"'],
  RequestKey: ['"x"'],
};

/** The same of the cells of CSV, each as it is, not as it stands in the file. */
const wrongCells: Readonly<Record<string, readonly string[]>> = {
  InteractionId: ['a b', 'x'.repeat(65)],
  Queue: ['a\nb', '\u0085'],
  MediaType: ['x'.repeat(256), 'a\tb'],
  TenantId: ['1.0', '-1', ' 1', '1 ', '01', '2147483648'],
  Priority: ['x', '', ' ', '1.5', '1e3', '0x10', '+5', '007', '5 ', '9007199254740993', '٥', '1,0'],
  InteractionVersion: ['0', '2147483648'],
  IsOnline: ['yes', 'TRUE', 'True', 'on', '2', '', ' true', '1.0'],
  IsHeld: ['no', 'FALSE'],
  ReceivedAt: ['2026-01-31', '2026-01-31T12:00:00', '2026-02-30T12:00:00Z', 'queue 7', ''].concat(
    '31.01.2026 12:00',
    '1769860800.5',
    '-5',
    '1e12',
    '2026-01-31T12:00Z',
  ),
  UserData: [
    '7',
    '[]',
    '{"a":1',
    '{"a":9007199254740993}',
    '{"a":{"$binary":5}}',
    '{"a":null}',
    '',
  ],
  HoldUntil: ['2026-01-31T12:00:00Z'],
};

const quotedCell = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** Imports lines of which all but the first and the last are wrong; each must be told. */
async function refusedLines(
  t: Test,
  address: string,
  file: string,
  lines: readonly string[],
  firstWrong: number,
): Promise<string> {
  writeFileSync(file, `${lines.join('\n')}\n`);
  const { code, out, error } = await runHere('import', file, '--server', address);
  const count = lines.length - firstWrong + 1;
  t.equal(code, 65, error);
  t.match(out, new RegExp(`: 2 imported, 0 were there, ${count} wrong`), error);
  for (let line = firstWrong; line < firstWrong + count; line += 1) {
    t.match(error, new RegExp(`:${line}: .+[;.] .+`), `${line}: ${lines[line - 1]}`);
  }
  return error;
}

t.test('values of JSON', async (t) => {
  const directory = directoryOf(t);
  const { address, client } = await serverOf(t, join(directory, 'data'), ['one']);
  let number = 0;
  for (const [property, texts] of Object.entries(wrongJson)) {
    number += 1;
    const wrong = texts.map((text) => {
      const { [property]: _, ...rest } = record({ InteractionId: 'wrong' });
      return JSON.stringify(rest).replace(/}$/, `,${JSON.stringify(property)}:${text}}`);
    });
    const good = (end: string): string =>
      JSON.stringify(record({ InteractionId: `json.${number}.${end}` }));
    const lines = [good('first'), good('last'), ...wrong];
    await refusedLines(t, address, join(directory, `${number}.jsonl`), lines, 3);
  }
  await t.rejects(client.getProperties('wrong'), { message: /no interaction/i });
});

t.test('lines of JSON', async (t) => {
  const directory = directoryOf(t);
  const { address } = await serverOf(t, join(directory, 'data'), ['one']);
  const good = (id: string): string => JSON.stringify(record({ InteractionId: id }));
  const [begin] = good('x').split('}');
  const lines = [
    good('a'),
    good('b'),
    '[]',
    'null',
    '"text"',
    '{}',
    `${good('x')},`,
    `${good('x')} ${good('y')}`,
    `${begin},}`,
    `${begin},"Queue":"one"}`,
    `${begin},"IsHeld":1,"IsHeld":0}`,
    `${begin},"IsHeld":1,"Hold":1}`,
    `${begin},"UserData":{"a":1},"UserData":{"b":1}}`,
    `${begin},"UserData.a":"b"}`,
    `${begin},"__proto__":{"a":1}}`,
    begin!,
  ];
  const error = await refusedLines(t, address, join(directory, 'lines.jsonl'), lines, 3);
  t.match(error, /:10: the key "Queue" is there twice, at character \d+; leave one out\n/);
  t.match(error, /:12: Hold is there twice; leave one out\n/);
});

t.test('values of CSV', async (t) => {
  const directory = directoryOf(t);
  const { address } = await serverOf(t, join(directory, 'data'), ['one']);
  let number = 0;
  for (const [property, cells] of Object.entries(wrongCells)) {
    number += 1;
    const names = ['InteractionId', 'Queue', 'MediaType', 'InteractionType'];
    const columns = names.includes(property) ? names : [...names, property];
    const row = (id: string, cell?: string): string =>
      columns
        .map((name) => {
          if (name === property) return cell === undefined ? '' : quotedCell(cell);
          return name === 'InteractionId' ? id : record()[name];
        })
        .join(',');
    const good = (end: string): string =>
      columns
        .map((name) => {
          if (name === 'InteractionId') return `csv.${number}.${end}`;
          return record()[name] ?? '';
        })
        .join(',');
    // A cell of several lines would move the lines behind it.
    const wrong = cells.toSorted(
      (left, right) => left.split('\n').length - right.split('\n').length,
    );
    const lines = [
      columns.join(','),
      good('a'),
      good('b'),
      ...wrong.map((cell) => row('wrong', cell)),
    ];
    writeFileSync(join(directory, `${number}.csv`), `${lines.join('\n')}\n`);
    const { code, out, error } = await runHere(
      'import',
      join(directory, `${number}.csv`),
      '--server',
      address,
    );
    t.equal(code, 65, property);
    t.match(out, `: 2 imported, 0 were there, ${cells.length} wrong`, `${property}: ${error}`);
    for (let line = 4; line < 4 + cells.length; line += 1)
      t.match(error, `.csv:${line}: `, property);
  }
});

t.test('columns of CSV', async (t) => {
  const directory = directoryOf(t);
  const { address, client } = await serverOf(t, join(directory, 'data'), ['one']);
  const names = 'Queue,MediaType,InteractionType';
  for (const [columns, reason] of [
    [`${names},Priority,Priority`, /the column Priority is there twice; Leave one out|twice/],
    [`${names},Hold,IsHeld`, /the column IsHeld is there twice/],
    [`${names},UserData.a,UserData.a`, /UserData\.a is there twice/],
    [`${names},UserData,UserData.a`, /exclude each other/],
    [`${names},UserData.__proto__`, /UserData\.__proto__ cannot be a key of attached data/],
    [`${names},UserData.`, /cannot be a key/],
    [`${names},__proto__`, /no property is called "__proto__"/],
    [`${names},constructor`, /no property is called "constructor"/],
    [`${names},Colour`, /no property is called "Colour"/],
    [`${names},RequestKey`, /no property is called "RequestKey"/],
    [`${names},`, /column 4 has no name/],
    ['Queue,MediaType', /there is no column InteractionType/],
    ['Queue;MediaType;InteractionType', /columns are separated by ";"/],
    ['Queue\tMediaType\tInteractionType', /columns are separated by "\\t"/],
    [`${names},"Priority`, /a quote is not closed/],
    ['', /has no name|is empty/],
  ] as const) {
    const file = join(directory, 'columns.csv');
    writeFileSync(file, `${columns}\none,email,Inbound,1,2\n`);
    const { code, out, error } = await runHere('import', file, '--server', address);
    t.match({ code, out, error }, { code: 65, out: '', error: reason }, columns);
    t.match(error, /columns\.csv:1: /, columns);
  }
  const [totals] = await client.queueStatistics(['one']);
  t.equal(totals?.submitted, 0);
});

t.test('files that are not UTF-8', async (t) => {
  const directory = directoryOf(t);
  const { address, client } = await serverOf(t, join(directory, 'data'), ['one']);
  const latin = (id: string): Buffer =>
    Buffer.from(
      `${JSON.stringify(record({ InteractionId: id, ExternalId: 'Zubehör' }))}\n`,
      'latin1',
    );
  const jsonl = join(directory, 'latin.jsonl');
  const good = Buffer.from(`\uFEFF${JSON.stringify(record({ InteractionId: 'a' }))}\n`);
  writeFileSync(jsonl, Buffer.concat([good, latin('b'), good.subarray(3, 20), Buffer.of(0x0a)]));
  const first = await runHere('import', jsonl, '--server', address);
  t.match(first, { code: 65, out: /1 imported, 0 were there, 2 wrong/ });
  t.match(first.error, /latin\.jsonl:2: the byte f6 is not UTF-8, at byte \d+; save it as UTF-8\n/);

  const csv = join(directory, 'latin.csv');
  const head = 'InteractionId,Queue,MediaType,InteractionType,UserData.Name\n';
  writeFileSync(
    csv,
    Buffer.from(`${head}c,one,email,Inbound,Ann\nd,one,email,Inbound,Zubehör\n`, 'latin1'),
  );
  const second = await runHere('import', csv, '--server', address);
  t.match(second, { code: 65, out: /1 imported, 0 were there, 1 wrong/ });
  t.match(second.error, /latin\.csv:3: column 5: the byte f6 is not UTF-8; save it as UTF-8\n/);

  const utf16 = join(directory, 'utf16.csv');
  writeFileSync(utf16, Buffer.from(`\uFEFF${head}`, 'utf16le'));
  const third = await runHere('import', utf16, '--server', address);
  t.match(third, { code: 65, error: /utf16\.csv: the file is UTF-16.*Save it as UTF-8\./ });
  const [totals] = await client.queueStatistics(['one']);
  t.equal(totals?.submitted, 2);
});

t.test('one stray quote costs its line', async (t) => {
  const directory = directoryOf(t);
  const { address, client } = await serverOf(t, join(directory, 'data'), ['one']);
  const csv = join(directory, 'quote.csv');
  const rows = Array.from(
    { length: 3_000 },
    (_, index) => `r.${index},one,email,Inbound,"n ${index}"`,
  );
  rows[10] = 'r.10,one,email,Inbound,n "10';
  rows[20] = 'r.20,one,email,Inbound,"n" 20';
  rows[30] = 'r.30,one,email,Inbound,"n 30';
  rows[2_999] = 'r.2999,one,email,Inbound,"n 2999';
  writeFileSync(
    csv,
    `InteractionId,Queue,MediaType,InteractionType,ExternalId\n${rows.join('\n')}\n`,
  );
  const { code, out, error } = await runHere('import', csv, '--server', address);
  t.equal(code, 65);
  t.match(out, /2996 imported, 0 were there, 4 wrong/);
  for (const line of [12, 22, 32, 3_001])
    t.match(error, new RegExp(`quote\\.csv:${line}: column 5: `));
  t.match(await client.getProperties('r.31'), { ExternalId: 'n 31' });
  t.match(await client.getProperties('r.2998'), { ExternalId: 'n 2998' });
});

t.test('lines count through all parts of a file, empty ones too, and some are shown', async (t) => {
  const directory = directoryOf(t);
  const { address } = await serverOf(t, join(directory, 'data'), ['one']);
  const rows = Array.from(
    { length: 3_000 },
    (_, n) => `l.${n},one,email,Inbound,${'x'.repeat(200)}`,
  );
  const wrong = Array.from({ length: 25 }, (_, n) => `w.${n},none,email,Inbound,`);
  const lines = ['InteractionId,Queue,MediaType,InteractionType,ExternalId', ...rows, '', ...wrong];
  const file = join(directory, 'long.csv');
  writeFileSync(file, `${lines.join('\n')}\n\n`);
  const { code, out, error } = await runHere('import', file, '--server', address);
  t.match({ code, out }, { code: 65, out: /3000 imported, 0 were there, 25 wrong/ });
  // Beside what is wrong stands how far it is, if that takes long.
  const shown = error.split('\n').filter((line) => line.startsWith(file));
  t.equal(shown.pop(), `${file}: further ones are counted`);
  // The server answers them in any order.
  const numbers = shown.map((line) => Number(/long\.csv:(\d+): /.exec(line)?.[1]));
  t.equal(new Set(numbers).size, 20);
  t.ok(
    numbers.every((number) => number >= 3_003 && number < 3_028),
    error,
  );
});
