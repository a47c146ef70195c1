/**
 * Searches and lists of clients over the protocol: each answer is bounded whatever is stored, and
 * who asks for much at once is refused, not served before others.
 */
import t from 'tap';
import { errorNameOf } from '../../lib/errors.js';
import { limits } from '../../lib/limits.js';
import { errorOf, type RawClient, type Received } from '../net/harness.js';
import { idOf, startSecured, submission } from '../security/secured-server.js';

const find = 1016;
const list = 1017;
const byQueue = { kind: 2, key: 'in' } as const;

interface Part {
  readonly ids: string[];
  readonly seen: number;
  readonly next: unknown;
}

async function part(client: RawClient, reference: number, body: object): Promise<Part> {
  const answer = await client.ask(find, reference, { ...body });
  if (errorOf(answer) !== 0) throw new Error(JSON.stringify(answer.body));
  const { Interactions, Seen, Next } = answer.body;
  const ids = (Interactions as { InteractionId: string }[]).map((one) => one.InteractionId);
  return { ids, seen: Number(Seen), next: Next };
}

t.test('long interactions make a part short, and nothing is lost between parts', async (t) => {
  const { client } = await startSecured(t);
  const [media, reader] = [await client('media'), await client('reporting')];
  const UserData = { text: 'x'.repeat(300_000) };
  const ids: string[] = [];
  for (let index = 0; index < 40; index++) {
    const answer = await media.ask(101, index + 2, { ...submission, UserData }, byQueue);
    ids.push(idOf(answer));
  }
  const found: string[] = [];
  let after: unknown;
  let reference = 1;
  let longest = 0;
  do {
    const body = after === undefined ? {} : { After: after };
    const { ids: some, seen, next } = await part(reader, ++reference, body);
    found.push(...some);
    longest = Math.max(longest, seen);
    after = next;
  } while (after !== undefined);
  t.same(found.toSorted(), ids.toSorted());
  t.ok(longest < 40, `a part of ${longest} rows does not read them all`);
  const none = await reader.ask(1010, ++reference, { Partition: 0, Queue: 'out' });
  t.match(none.body, { Next: String }, 'nor does a page of a list that wants none of them');
});

t.test('what one client asks at once is bounded', async (t) => {
  const { client } = await startSecured(t);
  const [reader, operator, other] = [
    await client('reporting'),
    await client('operator'),
    await client('media'),
  ];
  for (const [asker, message] of [
    [reader, find],
    [operator, list],
  ] as const) {
    const count = 200;
    const frames = Array.from({ length: count }, (_, index) => asker.frame(message, index + 10));
    asker.socket.write(Buffer.concat(frames));
    const answers: Received[] = [];
    for (let index = 0; index < count; index++) answers.push(await asker.answer(index + 10));
    const errors = answers.map((answer) => errorNameOf(errorOf(answer)));
    const served = errors.filter((name) => name === undefined).length;
    t.ok(served >= 1 && served <= limits.asksWaitingPerClient + 1, `${served} were served`);
    t.equal(errors.filter((name) => name === 'Busy').length, count - served);
    t.equal(errorOf(await other.ask(175, message)), 0);
  }
});

t.test('positions that no answer gave are refused', async (t) => {
  const { client } = await startSecured(t);
  const reader = await client('reporting');
  for (const [index, After] of [
    '0',
    ':',
    '2:A',
    '-1:A',
    '00:A',
    '0:!',
    '0 :A',
    '1e0:A',
  ].entries()) {
    const answer = await reader.ask(find, index + 2, { After });
    t.equal(errorNameOf(errorOf(answer)), 'WrongAttributeType', After);
  }
  t.equal(errorOf(await reader.ask(find, 50, { After: '1:Z' })), 0);
  t.equal(errorNameOf(errorOf(await reader.ask(find, 51, { Queue: 'no' }))), 'UnknownQueue');
});
