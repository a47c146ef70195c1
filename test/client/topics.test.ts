/** Direct messages by the SDK and the command line, against a real server. */
import t, { type Test } from 'tap';
import type { Client, ConnectOptions, TopicNews } from '../../lib/client/index.js';
import type { ErrorName } from '../../lib/errors.js';
import { limits } from '../../lib/limits.js';
import { startAgents } from '../agents/support.js';
import { applications, tokenOf } from '../security/secured-server.js';
import { addressOf, connectReal, startRelay } from './real-server.js';

const server = await startAgents(t, { applications });
const address = addressOf(server);

const dial = (
  t: Test,
  clientName: string,
  { at = address, ...more }: Partial<ConnectOptions> & { readonly at?: string } = {},
): Promise<Client> =>
  connectReal(t, at, {
    clientName,
    clientType: 'AgentApplication',
    credentials: tokenOf(clientName),
    ...more,
  });

const refusal = (errorName: ErrorName): Error => ({ errorName }) as unknown as Error;
const next = async (news: AsyncIterableIterator<TopicNews>): Promise<TopicNews | undefined> => {
  const { value, done } = await news.next();
  return done === true ? undefined : (value as TopicNews);
};
const message = (topic: string, text: string) => ({ what: 'message', topic, message: { text } });

t.test('each reader is told of its topics, until it leaves', async (t) => {
  const [ann, boss] = [await dial(t, 'agent'), await dial(t, 'supervisor')];
  const other = await dial(t, 'blue-agent', { tenantId: 2 });
  const [both, one] = [ann.topics.subscribe(['a', 'b']), ann.topics.subscribe(['b'])];
  const elsewhere = other.topics.subscribe(['a']);
  for (const each of [both, one, elsewhere]) t.strictSame(await next(each), { what: 'begun' });
  const rich = { text: 'lunch', n: 5, deep: { at: new Date(5), bytes: new Uint8Array([1]) } };
  t.equal(await boss.topics.publish('a', rich), 1, 'another tenant has topics of its own');
  t.same(await next(both), { what: 'message', topic: 'a', message: rich, by: 'supervisor' });
  t.equal(await boss.topics.publish('b', { text: 'tea' }), 1, 'a client is told once');
  for (const each of [both, one]) t.match(await next(each), message('b', 'tea'));
  await both.return!();
  t.equal(await boss.topics.publish('a', {}), 0, 'nobody reads it any more');
  t.equal(await boss.topics.publish('b', { text: 'cake' }), 1, 'somebody still reads this');
  t.match(await next(one), message('b', 'cake'));
  t.equal(await ann.topics.publish('b', { text: 'own' }), 1);
  t.match(await next(one), { ...message('b', 'own'), by: 'agent' });
  await ann.close();
  t.equal(await next(one), undefined, 'it ends with its client');
});

t.test('what is wrong is said by the iterator or the promise', async (t) => {
  const [ann, stat] = [
    await dial(t, 'agent'),
    await dial(t, 'reporting', { clientType: 'ReportingEngine' }),
  ];
  const wrong: readonly [AsyncIterableIterator<TopicNews>, ErrorName][] = [
    [ann.topics.subscribe('a' as never), 'WrongAttributeType'],
    [ann.topics.subscribe([]), 'MissingAttribute'],
    [ann.topics.subscribe(['a\nb']), 'InvalidName'],
    [
      ann.topics.subscribe(Array.from({ length: limits.topicsPerClient + 1 }, (_, at) => `${at}`)),
      'TooManySubscriptions',
    ],
    [stat.topics.subscribe(['a']), 'NotPermitted'],
  ];
  for (const [news, name] of wrong) await t.rejects(news.next(), refusal(name), name);
  await t.rejects(ann.topics.publish('a', 5 as never), refusal('WrongAttributeType'));
  await t.rejects(ann.topics.publish('a\nb', {}), refusal('InvalidName'));
  await ann.close();
  await t.rejects(ann.topics.subscribe(['a']).next(), refusal('ClientClosed'));
});

t.test('after a lost connection it begins anew', async (t) => {
  const relay = await startRelay(t, server);
  const [ann, boss] = [await dial(t, 'agent', { at: relay.address }), await dial(t, 'supervisor')];
  const news = ann.topics.subscribe(['again']);
  const left = ann.topics.subscribe(['left']);
  for (const each of [news, left]) await next(each);
  for (let times = 1; times <= 2; times++) {
    relay.cut();
    t.strictSame(await next(news), { what: 'begun' });
    t.equal(await boss.topics.publish('again', { text: `${times}` }), 1, 'once, and not twice');
    t.match(await next(news), message('again', `${times}`));
    if (times === 1) await left.return!();
  }
  t.equal(await boss.topics.publish('left', {}), 0);
});

t.test('who reads too slowly is ended, and only its reader', async (t) => {
  const [ann, boss] = [await dial(t, 'agent'), await dial(t, 'supervisor')];
  const [slow, quick] = [ann.topics.subscribe(['much']), ann.topics.subscribe(['much', 'more'])];
  for (const each of [slow, quick]) await next(each);
  const text = 'x'.repeat(60_000);
  const count = Math.ceil(limits.clientWaitingEventBytes / text.length) + 1;
  for (let at = 0; at < count; at++) {
    await boss.topics.publish('much', { text });
    t.match(await next(quick), { what: 'message' });
  }
  const read: (TopicNews | undefined)[] = [];
  await t.rejects(async () => {
    for await (const each of slow) read.push(each);
  }, refusal('TooMuchHeld'));
  t.ok(read.length > 0 && read.length < count, 'what came before can be read');
  t.equal(await boss.topics.publish('much', { text: 'on' }), 1);
  t.match(await next(quick), message('much', 'on'));
});
