/** Direct messages over TCP: who is told what, in which tenant, and how many there may be. */
import t from 'tap';
import { errorTable } from '../../lib/errors.js';
import { limits } from '../../lib/limits.js';
import { errorOf } from '../net/harness.js';
import { applications, tokenOf } from '../security/secured-server.js';
import { desktop, startAgents } from './support.js';

const server = await startAgents(t, { applications });
const as = (name: string, ClientType: string, TenantId = 1) =>
  desktop(t, server, { ClientName: name, ClientType, Credentials: tokenOf(name), TenantId });
const topics = (...names: readonly string[]) => ({
  TopicList: Object.fromEntries(names.map((name) => [name, ''])),
});

t.test('Direct messages', async (t) => {
  const [ann, boss] = [
    await as('agent', 'AgentApplication'),
    await as('supervisor', 'AgentApplication'),
  ];
  const other = await as('blue-agent', 'AgentApplication', 2);
  for (const each of [ann, other])
    t.equal(errorOf(await each.ask(183, topics('1@desk', 'all'))), 0);
  t.equal(errorOf(await ann.ask(183, topics('all'))), 0, 'again: nothing changes');
  for (const each of [ann, other]) each.told();
  const published = await boss.ask(185, { Topic: 'all', Message: { text: 'lunch', n: 5 } });
  t.match(published.body, { Extension: { Receivers: 1 } }, 'another tenant has topics of its own');
  t.match(await ann.until(1), [
    ['EventUserEvent', { Topic: 'all', Message: { text: 'lunch', n: 5 }, ActorId: 'supervisor' }],
  ]);
  t.equal(errorOf(await ann.ask(184, topics('all'))), 0);
  t.equal(errorOf(await ann.ask(184, topics('all'))), errorTable.UnknownSubscription.code);
  t.match((await boss.ask(185, { Topic: 'all', Message: {} })).body, {
    Extension: { Receivers: 0 },
  });
  t.equal(other.hasMore, false);
  await ann.lose();
  let receivers: unknown = 1;
  while (receivers !== 0) {
    const { body } = await boss.ask(185, { Topic: '1@desk', Message: {} });
    receivers = (body['Extension'] as { Receivers: number }).Receivers;
  }
  const stat = await as('reporting', 'ReportingEngine');
  t.equal(errorOf(await stat.ask(183, topics('all'))), errorTable.NotPermitted.code);
});

t.test('a client has so many topics, and names are names', async (t) => {
  const ann = await as('agent', 'AgentApplication');
  const many = Array.from({ length: limits.topicsPerClient }, (_, at) => `topic ${at}`);
  t.equal(
    errorOf(await ann.ask(183, topics(...many, 'more'))),
    errorTable.TooManySubscriptions.code,
  );
  t.equal(errorOf(await ann.ask(183, topics(...many))), 0, 'of one too many nothing was taken');
  t.equal(errorOf(await ann.ask(183, topics('more'))), errorTable.TooManySubscriptions.code);
  t.equal(errorOf(await ann.ask(183, topics('a\nb'))), errorTable.InvalidName.code);
  t.equal(errorOf(await ann.ask(183, topics())), errorTable.MissingAttribute.code);
});
