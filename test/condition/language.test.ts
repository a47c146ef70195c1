/** What conditions take and mean, and what they refuse, where and why. */
import fc from 'fast-check';
import t from 'tap';
import {
  ConditionFault,
  readCondition,
  Vocabulary,
  type ParameterValues,
  type Value,
} from '../../lib/condition/index.js';
import { limits } from '../../lib/limits.js';
import { nowMs, testProperties, vocabulary, type TestRecord } from './records.js';

const mail: TestRecord = {
  InteractionId: '0000DaFU51GM001D',
  MediaType: 'email',
  Queue: 'Inbox',
  Priority: 5,
  InteractionState: 0,
  IsOnline: false,
  ReceivedAt: nowMs - 90_000,
  MovedToQueueAt: nowMs - 60_000,
  PlacedInQueueAt: nowMs - 30_000,
  Lang: 'de',
  'Some key': "it's",
  Amount: 12.5,
  DueAt: nowMs + 3_600_000,
  AssignedTo: '',
};

/** What a condition is for the mail. */
function judge(text: string, record = mail): boolean | undefined {
  const condition = readCondition(text, vocabulary);
  if (condition instanceof ConditionFault) throw condition.toError();
  return condition.judge(record, nowMs);
}

t.test('conditions of administrators and supervisors', async (t) => {
  const held = [
    "MediaType='email'",
    "MediaType!='chat' AND MediaType!='webcallback'",
    "MediaType='email' AND _age()<259200 AND _empty(AssignedTo)",
    "[media_type] = 'email'",
    "queue = 'Inbox' and not mediatype = 'chat'",
    '_time_in_queue[] >= 30 and _time_in_queue[ ] <= 30',
    '_age_in_queue() = 60 and _age() = 90',
    "MediaType = 'email' OR MediaType = 'chat' AND Queue = 'elsewhere'",
    'IsOnline = 0 and IsOnline <> 1 and is_online = FALSE and NOT IsOnline',
    'IsOnline IN (0)',
    "Lang LIKE 'd_' and [Some key] = 'it''s' and \"Some key\" LIKE '%s'",
    "ReceivedAt > _timestamp('2026-01-31 11:58:00') AND received_at <= _current_time()",
    "ReceivedAt = _timestamp('2026-01-31T12:58:30+01:00')",
    'destinations IS NULL and Workbin is null',
    'Priority BETWEEN 5 AND 5.5 and Priority NOT BETWEEN 6 AND 7 and Priority in (1, 5)',
    'Priority * 2 + 1 > 10 AND -Priority < 0 AND Amount / 5 = 2.5',
    'DueAt - _current_time() = 3600 AND _current_time() + 60 * 60 = DueAt',
    '',
    ' \n\t',
    'TRUE',
    'FALSE OR (IsOnline = 0) = TRUE',
    '0.1 + 0.2 > 0.3 AND 1e3 = 1000',
  ];
  for (const text of held) t.equal(judge(text), true, text);
  const not = ["MediaType = 'EMAIL'", "Lang LIKE 'D%'", 'Priority = 5.1', 'NOT TRUE', 'IsOnline'];
  for (const text of not) t.equal(judge(text), false, text);
});

t.test('what is absent is unknown, neither true nor false', async (t) => {
  const results: readonly (readonly [string, boolean | undefined])[] = [
    ['Workbin = Workbin', undefined],
    ["Workbin <> 'x'", undefined],
    ["NOT Workbin = 'x'", undefined],
    ["Workbin LIKE '%'", undefined],
    ["Workbin IN ('x')", undefined],
    ["Workbin = 'x' AND Priority = 1", false],
    ["Workbin = 'x' OR Priority = 5", true],
    ["Workbin = 'x' AND Priority = 5", undefined],
    ["MediaType IN ('chat', Workbin)", undefined],
    ["MediaType IN ('email', Workbin)", true],
    ['TenantId + 1 = 2', undefined],
    ['Priority / 0 = 1', undefined],
    ['(Priority / 0) IS NULL', true],
    ['(TenantId = 1) IS NULL', true],
    ["AssignedTo IS NULL OR AssignedTo = 'x'", false],
    ['_empty(Workbin) AND _empty(AssignedTo) AND NOT _empty(Lang) AND _empty(TenantId)', true],
    ['Priority BETWEEN 6 AND TenantId', false],
    ['Priority BETWEEN 4 AND TenantId', undefined],
  ];
  for (const [text, result] of results) t.equal(judge(text), result, text);
});

/** A refusal: of which text, where (`line:column`), by which error, and what it says. */
type Refusal = readonly [text: string, place: string, code: number, message: RegExp];

const refusals: readonly Refusal[] = [
  // Words and signs.
  ["Queue == 'a'", '1:7', 1065, /== is not a sign.*write =$/],
  ['Priority => 1', '1:10', 1065, /write >=$/],
  ["Queue = 'a' && Lang = 'b'", '1:13', 1065, /write AND$/],
  ["Queue = 'a' || Lang = 'b'", '1:13', 1065, /write OR/],
  ["!(Queue = 'a')", '1:1', 1065, /write NOT$/],
  ["Queue = 'a", '1:9', 1065, /'a has no end; add a single quote/],
  ["Queue = 'It's'", '1:13', 1065, /s follows the end of a text; .*twice/],
  ['Queue = [a', '1:9', 1065, /has no end; add \]/],
  ['Queue = "a', '1:9', 1065, /text is in single quotes$/],
  ['Queue = ‘a’', '1:9', 1065, /single quotes of the keyboard/],
  ["Queue = N'a'", '1:9', 1065, /without N$/],
  ['Priority > .5', '1:12', 1065, /as 0\.5/],
  ['Priority > 5.', '1:13', 1065, /followed by \./],
  ['Priority > 0x10', '1:13', 1065, /followed by x/],
  ['Priority > 007', '1:12', 1065, /4711/],
  ['Priority > 1,5', '1:13', 1065, /, does not belong here/],
  ['Priority > 9007199254740993', '1:12', 1065, /more digits/],
  ['Priority = 1 -- urgent', '1:14', 1065, /comments/],
  ['Priority = 1;', '1:13', 1065, /leave ; out/],
  ['Priority\u00a0= 1', '1:9', 1065, /U\+00A0/],
  // Grammar.
  ['Priority >', '1:11', 1065, /ends too early/],
  ["Queue = 'a' AND", '1:16', 1065, /ends too early/],
  ["(Queue = 'a'", '1:13', 1065, /ends too early; add \) where it ends/],
  ["Queue = 'a')", '1:12', 1065, /leave \) out/],
  ["Queue = 'a' Lang = 'b'", '1:13', 1065, /write AND, OR or an operator/],
  ['1 < Priority < 5', '1:14', 1065, /two values at a time/],
  ['Priority BETWEEN 1, 5', '1:19', 1065, /BETWEEN low AND high/],
  ["Queue IN 'a'", '1:10', 1065, /in parentheses/],
  ['Queue IN ()', '1:11', 1065, /list is empty/],
  ["Queue IN ('a'", '1:14', 1065, /add \) behind/],
  ['Queue NOT = 1', '1:11', 1065, /NOT is followed by IN, LIKE or BETWEEN/],
  ['IsOnline IS TRUE', '1:13', 1065, /= 1 for a property that is true/],
  ['AssignedTo = NULL', '1:14', 1065, /write IS NULL/],
  ['Queue IN (NULL)', '1:11', 1065, /write IS NULL/],
  ['Priority = +1', '1:12', 1065, /leave \+ before a value out/],
  ["Queue LIKE 'a\\' ESCAPE '\\'", '1:12', 1065, /nothing follows the escape character/],
  ["Queue LIKE 'a' ESCAPE ''", '1:23', 1065, /one character, not 0/],
  ["Queue LIKE '!x' ESCAPE '!'", '1:12', 1065, /write !%, !_ or !!/],
  ['Queue LIKE Lang', '1:12', 1065, /not a pattern/],
  // SQL that there is not.
  ['Queue IN (SELECT name FROM q)', '1:11', 1065, /queries within a condition/],
  ["WHERE Queue = 'a'", '1:1', 1065, /leave WHERE out/],
  ["Queue = 'a' ORDER BY Priority", '1:13', 1065, /a text of its own/],
  ['CASE WHEN Priority = 1 THEN 1 END', '1:1', 1065, /CASE is not supported/],
  ["Queue = 'a' UNION SELECT 1", '1:13', 1065, /join conditions with OR/],
  ["Queue = 'a'; DROP TABLE interactions", '1:12', 1065, /one expression/],
  // Names.
  ["MediaTipe = 'email'", '1:1', 1066, /MediaTipe is not a property; write MediaType$/],
  ["media_typ = 'email'", '1:1', 1066, /write media_type$/],
  ['MediaType = "email"', '1:13', 1066, /text is in single quotes: 'email'/],
  ['MediaType = email', '1:13', 1066, /text is in single quotes: 'email'; a key of attached/],
  ['ReceivedAt < GETDATE()', '1:14', 1066, /write _current_time\(\)$/],
  ['ReceivedAt < sysdate', '1:14', 1066, /write _current_time\(\)$/],
  ['_agee() > 5', '1:1', 1066, /write _age\(\)$/],
  ["ISNULL(Lang, 'x') = 'x'", '1:1', 1066, /write IS NULL, or _empty/],
  ['frobnicate(1) = 1', '1:1', 1066, /there are _age\(\)/],
  // Types.
  ["Priority = '5'", '1:12', 1067, /leave the quotes out: 5$/],
  ["'5' = Priority", '1:1', 1067, /leave the quotes out: 5$/],
  ['Lang = 5', '1:8', 1067, /write '5'$/],
  ["ReceivedAt > '2026-01-31 12:00:00'", '1:14', 1067, /write _timestamp\('2026-01-31 12:00:00'\)/],
  ['ReceivedAt > 3600', '1:14', 1067, /seconds are those of _age\(\)$/],
  ['IsOnline = 2', '1:12', 1067, /1, 0, TRUE or FALSE$/],
  ['IsOnline > 0', '1:1', 1067, /= 1 or = 0$/],
  ['Priority', '1:1', 1067, /not a condition; compare it, as Priority > 0$/],
  ['NOT Priority', '1:5', 1067, /not a condition/],
  ["Priority AND Lang = 'a'", '1:1', 1067, /not a condition/],
  ['Lang + 1 = 2', '1:1', 1067, /compute with numbers only$/],
  ['ReceivedAt * 2 > DueAt', '1:1', 1067, /add seconds to a time/],
  ["Priority LIKE '5%'", '1:1', 1067, /LIKE is for text/],
  ['-Lang = 1', '1:2', 1067, /no negative/],
  ["Priority IN (1, '2')", '1:17', 1067, /leave the quotes out/],
  // Functions.
  ['_age(5) > 1', '1:1', 1065, /takes 0; write _age\(\)$/],
  ['_empty() ', '1:1', 1065, /_empty\(AssignedTo\)$/],
  ["ReceivedAt > _timestamp('31.01.2026')", '1:25', 1065, /'31.01.2026' is not a time/],
  ['ReceivedAt > _timestamp(ReceivedAt)', '1:25', 1065, /is not a time/],
  ["ReceivedAt > _timestamp('2026-02-30 12:00:00')", '1:25', 1065, /is not a time/],
  // Lines and characters.
  ["Queue = 'a\n\u001b[31mb", '1:9', 1065, /^[^\p{Cc}]*'a \[31mb has no end/u],
  [`Priority > ${'1'.repeat(9_000)}x`, '1:9012', 1065, /^.{60,200}$/],
  ["Queue = 'a'\n  AND Prioritty = 1", '2:7', 1066, /write Priority$/],
  ["Lang = '😀😀' AND Prioritty = 1", '1:17', 1066, /write Priority$/],
];

t.test('refusals say where, why, and what to write', async (t) => {
  for (const [text, place, code, message] of refusals) {
    const fault = readCondition(text, vocabulary);
    if (!(fault instanceof ConditionFault)) t.fail(`${text} is taken`);
    else {
      t.equal(`${fault.line}:${fault.column}`, place, `${text}: ${fault.detail}`);
      t.match(fault.detail, message, text);
      t.equal(fault.toError().code, code, text);
      t.equal(fault.toError().position, place);
    }
  }
});

t.test('two properties whose names differ in capitals are told apart', async (t) => {
  const read = (key: string) => (record: TestRecord) => record[key];
  const property = (name: string) => ({ name, type: 'text' as const, read: read(name) });
  const both = new Vocabulary<TestRecord>([property('Lang'), property('lang')]);
  const exact = readCondition("lang = 'x'", both);
  t.ok(exact instanceof ConditionFault === false && exact.holds({ lang: 'x', Lang: 'y' }, 0));
  const fault = readCondition("LANG = 'x'", both);
  t.match(fault instanceof ConditionFault && fault.detail, /may be any of 2; .*Lang or lang$/);
});

t.test('parameters get their values when the condition is used', async (t) => {
  const parameters = new Map([
    ['Language', 'text'],
    ['Least', 'number'],
    ['Since', 'time'],
    ['Online', 'boolean'],
  ] as const);
  const words = new Vocabulary(testProperties, parameters);
  const text =
    "Lang = :Language AND Priority >= :Least AND ReceivedAt > :Since AND IsOnline = :Online AND Queue LIKE :Language ESCAPE '!'";
  const read = readCondition(text, words);
  if (read instanceof ConditionFault) throw read.toError();
  t.equal(String(read), text);
  t.equal(read.judge(mail, nowMs), undefined, 'none is given');
  const values = { Language: 'de', Least: 5, Since: '2026-01-31 11:58:00', Online: 0 };
  const record = { ...mail, Queue: 'de' };
  const bound = read.with(values);
  if (bound instanceof ConditionFault) throw bound.toError();
  t.ok(bound.holds(record, nowMs));
  t.equal(read.judge(record, nowMs), undefined, 'the other stays as it was');
  t.equal((bound.with({ ...values, Least: 6 }) as typeof bound).judge(record, nowMs), false);
  t.equal((bound.with({ Language: 'de' }) as typeof bound).judge(record, nowMs), undefined);
  t.equal((read.with({ Language: 'en' }) as typeof bound).judge(record, nowMs), false);
  const refused: readonly (readonly [values: ParameterValues, place: string, message: RegExp])[] = [
    [{ Least: '5' }, '1:34', /the parameter :Least is a number.*; give a number$/],
    [{ Since: 'noon' }, '1:58', /:Since is a time/],
    [{ Online: 2 }, '1:80', /:Online is true or false/],
    [{ Language: '50!' }, '1:103', /nothing follows the escape character/],
    [{ Languag: 'de' }, '1:1', /call it Language$/],
  ];
  for (const [given, place, message] of refused) {
    const fault = read.with(given);
    if (!(fault instanceof ConditionFault)) t.fail(`${JSON.stringify(given)} is taken`);
    else t.match([`${fault.line}:${fault.column}`, fault.detail], [place, message]);
  }
  const unknown = [
    [':Languag = Lang', /write :Language$/],
    [':Most > 1', /there are :Language, :Least/],
    ['Priority > :', /ends too early; write it behind the colon/],
    ['Priority = :Language', /is a number and :Language is text/],
  ] as const;
  for (const [written, message] of unknown)
    t.match(readCondition(written, words), { detail: message });
  t.match(readCondition('Priority > :Least', vocabulary), { detail: /write the value itself$/ });
});

t.test('limits, each with its place', async (t) => {
  const { conditionBytes, conditionDepth, conditionListValues, conditionTerms } = limits;
  const list = (length: number): string => `Priority IN (${Array(length).fill('1').join()})`;
  const many = (length: number): string => Array(length).fill('Priority = 1').join(' OR ');
  const within = (depth: number): string => `${'('.repeat(depth)}Priority = 1${')'.repeat(depth)}`;
  const taken = [
    list(conditionListValues),
    many(Math.floor((conditionTerms - 1) / 3)),
    within(conditionDepth),
    `${'NOT '.repeat(conditionDepth)}Priority = 1`,
    `Priority${' + 1'.repeat(conditionDepth)} = 1`,
    `Priority = 1${' '.repeat(conditionBytes - 12)}`,
  ];
  for (const text of taken) t.type(judge(text), 'boolean', text.slice(0, 40));
  const refused = [
    list(conditionListValues + 1),
    many(Math.floor((conditionTerms - 1) / 3) + 1),
    within(conditionDepth + 1),
    `${'NOT '.repeat(conditionDepth + 1)}Priority = 1`,
    `${'- '.repeat(conditionDepth + 1)}Priority = 1`,
    `Priority${' + 1'.repeat(conditionDepth + 1)} = 1`,
    `Priority = 1${' '.repeat(conditionBytes - 11)}`,
    `Lang = '${'é'.repeat(conditionBytes / 2)}'`,
    `Lang LIKE '${'a'.repeat(limits.conditionPatternCharacters + 1)}'`,
    '('.repeat(conditionBytes),
  ];
  for (const text of refused) {
    const fault = readCondition(text, vocabulary);
    t.ok(fault instanceof ConditionFault && fault.toError().code === 1068, text.slice(0, 40));
  }
});

t.test('whatever the text is, it is taken or refused at a place within it', async (t) => {
  const words = [
    "'",
    '"',
    '[',
    ']',
    '(',
    ')',
    '=',
    '<',
    '>',
    '!',
    '-',
    '+',
    '*',
    '/',
    ',',
    ' ',
    '\n',
    '.',
    '%',
    'AND',
    'or',
    'NOT ',
    ' IN ',
    ' LIKE ',
    'ESCAPE',
    'BETWEEN ',
    'IS ',
    'NULL',
    'Priority',
    'Lang',
    '_age()',
    '_empty(',
    '_timestamp(',
    '1',
    '0',
    '2.5',
    "'a'",
    "'%'",
    'TRUE',
    'é',
    '😀',
    '\ud800',
  ];
  const seed = Math.floor(Math.random() * 2 ** 31);
  t.comment(`seed ${seed}`);
  let taken = 0;
  const text = fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((all) => all.join(''));
  const property = fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (each) => {
    const read = readCondition(each, vocabulary);
    if (read instanceof ConditionFault) {
      const lines = each.slice(0, read.offset).split('\n');
      return (
        read.offset >= 0 &&
        read.offset <= each.length &&
        lines.length === read.line &&
        read.column <= lines.at(-1)!.length + 1 &&
        read.what !== '' &&
        read.remedy !== ''
      );
    }
    taken += 1;
    const results: unknown[] = [true, false, undefined];
    return results.includes(read.judge(mail, nowMs)) && results.includes(read.judge({}, nowMs));
  });
  fc.assert(property, { seed, numRuns: 8_000 });
  t.ok(taken > 20, `${taken} were taken`);
});

t.test('why a condition does not hold: the parts that fail, with their values', async (t) => {
  const text = "MediaType = 'email' AND (Priority > 7 AND Lang = 'de') AND Workbin = 'x'";
  const condition = readCondition(text, vocabulary);
  if (condition instanceof ConditionFault) throw condition.toError();
  t.strictSame(condition.failedParts(mail, nowMs), [
    { part: 'Priority > 7', result: false, values: [{ name: 'Priority', value: 5 as Value }] },
    { part: "Workbin = 'x'", result: undefined, values: [{ name: 'Workbin', value: undefined }] },
  ]);
  t.strictSame(condition.failedParts({ ...mail, Priority: 8, Workbin: 'x' }, nowMs), []);
  const names = condition.properties().map(({ name }) => name);
  t.strictSame(names, ['MediaType', 'Priority', 'Lang', 'Workbin']);
});

t.test('equalities that a condition demands', async (t) => {
  const of = (text: string): unknown => {
    const condition = readCondition(text, vocabulary);
    if (condition instanceof ConditionFault) throw condition.toError();
    return condition.equalities().map(({ property, values }) => [property.name, ...values]);
  };
  t.strictSame(of("Queue = 'a' AND 'x' = Lang AND (Priority IN (1, 2) AND NOT IsHeld)"), [
    ['Queue', 'a'],
    ['Lang', 'x'],
    ['Priority', 1, 2],
    ['IsHeld', false],
  ]);
  t.strictSame(of('IsOnline AND IsHeld = 1'), [
    ['IsOnline', true],
    ['IsHeld', true],
  ]);
  t.strictSame(of("Queue = 'a' OR Lang = 'b'"), []);
  t.strictSame(of("NOT Queue = 'a' AND Lang NOT IN ('b') AND Lang = Queue AND _age() = 5"), []);
});
