/** Capacity rules: what may be offered to whom, and rules that make no sense. */
import t from 'tap';
import { seededRandom } from '../../lib/clock.js';
import {
  ConditionFault,
  defaultCapacityRule,
  readCapacityRule,
  type CapacityRule,
} from '../../lib/condition/index.js';
import { limits } from '../../lib/limits.js';

const media = ['email', 'chat', 'voice', 'outbound-preview'];
const [email, chat, voice, preview] = [0, 1, 2, 3];

function ruleOf(text: string, names: readonly string[] = media): CapacityRule {
  const rule = readCapacityRule(text, names);
  if (rule instanceof ConditionFault) throw rule.toError();
  return rule;
}

/** Greatest and free of each medium. */
const vector = (rule: CapacityRule, counts: readonly number[]): string =>
  media
    .map((_, medium) => `${rule.greatest(medium, counts)}/${rule.free(medium, counts)}`)
    .join(' ');

t.test('one more of each medium, the greatest number and how many are free', async (t) => {
  const text = 'email: email < 1 and chat = 0 and voice = 0; chat: chat < 2 and voice = 0';
  const rule = ruleOf(text);
  t.equal(vector(rule, [0, 0, 0, 0]), '1/1 2/2 0/0 0/0');
  t.equal(vector(rule, [1, 0, 0, 0]), '1/0 2/2 0/0 0/0');
  t.equal(vector(rule, [1, 1, 0, 0]), '0/0 2/1 0/0 0/0');
  t.equal(vector(rule, [0, 0, 1, 0]), '0/0 0/0 0/0 0/0');
  t.equal(vector(rule, [5, 3, 0, 9]), '0/0 2/0 0/0 0/0', 'more than offers lead to');
  t.ok(rule.mayOffer(chat, [1, 1, 0, 0]));
  t.notOk(rule.mayOffer(email, [0, 1, 0, 0]));
  t.notOk(rule.mayOffer(voice, [0, 0, 0, 0]), 'a medium without a condition');
  t.strictSame(rule.mediaWithoutCondition, ['voice', 'outbound-preview']);
  t.strictSame(rule.failedParts(email, [0, 1, 0, 0]), [
    { part: 'chat = 0', result: false, values: [{ name: 'chat', value: 1 }] },
  ]);
  t.equal(
    String(rule),
    'email: email < 1 AND chat = 0 AND voice = 0; chat: chat < 2 AND voice = 0',
  );
  t.equal(String(ruleOf(String(rule))), String(rule));
  const sums = ruleOf(
    'email: 2 * email + chat <= 4; [OUTBOUND-preview]: NOT [outbound-preview] >= 3;',
  );
  t.equal(vector(sums, [0, 1, 0, 1]), '2/2 0/0 0/0 3/2');
  t.equal(sums.mayOffer(preview, [0, 0, 0, 2]), true);
  const nothing = ruleOf('email: email = 0 and email + chat = 0; chat: chat between 0 and 1');
  t.equal(vector(nothing, [0, 0, 0, 0]), '1/1 2/2 0/0 0/0');
  const wide = ruleOf(`email: email < 3 or chat > 0`);
  t.equal(wide.greatest(email, [0, 1, 0, 0]), limits.capacityPerMedium);
  t.notOk(wide.mayOffer(email, [limits.capacityPerMedium, 1, 0, 0]));
});

t.test('without any rule: one at a time, and an online one on top', async (t) => {
  const given = media.map((name, at) => ({ name, isOnline: at === chat || at === voice }));
  const rule = ruleOf(defaultCapacityRule(given));
  t.equal(vector(rule, [0, 0, 0, 0]), '1/1 1/1 1/1 1/1');
  t.equal(vector(rule, [1, 0, 0, 0]), '1/0 1/1 1/1 0/0');
  t.equal(vector(rule, [1, 1, 0, 0]), '0/0 1/0 0/0 0/0');
  t.equal(vector(rule, [0, 0, 1, 0]), '0/0 0/0 1/0 0/0');
});

t.test('rules that make no sense', async (t) => {
  const refused: readonly (readonly [string, string, number, RegExp])[] = [
    ['', '1:1', 1069, /rule is empty/],
    ['email: email > 0', '1:14', 1069, /more email in hand would make room/],
    ['email: email = 1', '1:14', 1069, /as email < 2$/],
    ['email: email <> 1', '1:14', 1069, /more email in hand/],
    ['email: NOT email < 1', '1:18', 1069, /by NOT email < 1 more email/],
    ['email: email < 1 OR 2 < email', '1:23', 1069, /by 2 < email/],
    ['email: chat - email < 2', '1:21', 1069, /more email in hand/],
    ['email: email BETWEEN 1 AND 2', '1:14', 1069, /more email in hand/],
    ['email: email BETWEEN 1 AND 0', '1:14', 1069, /more email in hand/],
    ['email: email IN (0, 1)', '1:14', 1069, /list cannot bound/],
    ['email: email * chat < 2', '1:14', 1069, /not a sum of counts/],
    ['email: 4 / email > 2', '1:10', 1069, /not a sum of counts/],
    ['email: email IS NULL', '1:14', 1069, /not a comparison of counts/],
    ['email: chat = 0', '1:1', 1069, /no bound/],
    ['email: TRUE', '1:1', 1069, /no bound/],
    ['email: email < 0', '1:1', 1069, /somebody who has nothing/],
    ['email: email < 1 and chat = 1', '1:1', 1069, /somebody who has nothing/],
    ['email: email < 1; chat: chat < 1; EMAIL: email < 2', '1:35', 1069, /has two conditions/],
    ['emial: email < 1', '1:1', 1066, /write email$/],
    ['fax: email < 1', '1:1', 1066, /there are email, chat, voice, outbound-preview$/],
    ['email: fax < 1', '1:8', 1066, /fax is not a property/],
    ['email: _age() < 1 and email < 1', '1:8', 1066, /leave it out$/],
    ["email: email < '1'", '1:16', 1067, /leave the quotes out/],
    ['email: email', '1:8', 1067, /not a condition/],
    ['email < 1', '1:7', 1065, /a colon is missing/],
    ['outbound-preview: voice = 0', '1:9', 1065, /in brackets/],
    ['email: email < 1, chat: chat < 1', '1:17', 1065, /; before the next medium/],
    ['email: email < 1 chat: chat < 1', '1:18', 1065, /; before the next medium/],
    [': email < 1', '1:1', 1065, /a medium is missing/],
    ['email:', '1:7', 1065, /ends too early/],
    ['email: email < 1;; chat: chat < 1', '1:18', 1065, /a medium is missing/],
  ];
  for (const [text, place, code, message] of refused) {
    const fault = readCapacityRule(text, media);
    if (!(fault instanceof ConditionFault)) t.fail(`${text} is taken`);
    else {
      const { line, column, detail } = fault;
      t.strictSame(
        [`${line}:${column}`, fault.toError().code],
        [place, code],
        `${text}: ${detail}`,
      );
      t.match(detail, message, text);
    }
  }
});

t.test('a rule that is taken never lets more of a medium make room for it', async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  t.comment(`seed ${seed}`);
  const random = seededRandom(seed);
  const below = (end: number): number => Math.floor(random.fraction() * end);
  const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)]!;
  const sum = (): string =>
    Array.from({ length: 1 + below(2) }, () => pick(['email', 'chat', 'voice', '2 * email'])).join(
      pick([' + ', ' - ']),
    );
  const part = (): string =>
    `${pick(['', '', 'NOT '])}${sum()} ${pick(['<', '<=', '=', '>', '<>'])} ${below(4)}`;
  let [taken, refused] = [0, 0];
  for (let count = 0; count < 3_000; count++) {
    const condition = Array.from({ length: 1 + below(3) }, part).join(pick([' AND ', ' OR ']));
    const rule = readCapacityRule(`email: ${condition}`, media);
    if (rule instanceof ConditionFault) {
      refused += 1;
      continue;
    }
    taken += 1;
    const others = [below(4), below(4), 0];
    const greatest = rule.greatest(email, [0, ...others]);
    for (let emails = 0; emails < 12; emails++) {
      const counts = [emails, ...others];
      if (rule.mayOffer(email, counts) !== emails < greatest) t.fail(`${condition}: ${counts}`);
      if (rule.free(email, counts) !== Math.max(0, greatest - emails)) t.fail(condition);
    }
  }
  t.ok(taken > 100 && refused > 100, `${taken} taken, ${refused} refused`);
});
