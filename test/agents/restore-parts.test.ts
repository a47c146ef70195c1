/** An act on more than one answer holds, and taking it back part by part, over TCP. */
import t from 'tap';
import { errorTable } from '../../lib/errors.js';
import { limits } from '../../lib/limits.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { errorOf, eventually, type Received } from '../net/harness.js';
import { applications } from '../security/secured-server.js';
import { as } from './scene.js';
import { desktop, startAgents, type Desktop } from './support.js';

const server = await startAgents(t, { applications });
const act = (boss: Desktop, Act: string, InteractionIds: readonly string[], more: object = {}) =>
  boss.ask(1131, { Act, InteractionIds, ReasonSystemName: 'Spam', ...more });

t.test('an act with more than one answer holds is restored in parts', async (t) => {
  const mail = await desktop(t, server, as('media', 'MediaServer'));
  const boss = await desktop(t, server, as('supervisor'));
  const admin = await desktop(t, server, as('admin'));
  const extra = 7;
  const names = (from: number, count: number): string[] =>
    Array.from({ length: count }, (_, at) => `many.${from + at}`);
  const all = names(0, limits.supervisedAtOnce + extra);
  const kind = { Queue: 'in', MediaType: 'email', InteractionType: 'Inbound' };
  for (const [at, InteractionId] of all.entries()) {
    const route = { kind: RouteKind.id, key: InteractionId, proxyClient: mail.proxyClient };
    mail.client.send(101, at + 1, { InteractionId, ...kind }, route);
  }
  const acks = (): number => mail.client.received.filter(({ message }) => message === 125).length;
  await eventually(() => acks() >= all.length);
  const [first, rest] = [all.slice(0, limits.supervisedAtOnce), all.slice(limits.supervisedAtOnce)];
  const stopped = await act(admin, 'stop', first, { Total: all.length });
  const OfOperation = Number(stopped.body['Operation']);
  t.equal(stopped.body['Done'], first.length);
  t.equal((await act(admin, 'stop', rest, { Operation: OfOperation })).body['Done'], extra);
  const restore = (by: Desktop, body: object) =>
    by.ask(1135, { OfOperation, ReasonSystemName: 'Mistake', ...body });
  const idsIn = ({ body }: Received): string[] =>
    (body['Interactions'] as { InteractionId: string }[]).map((row) => row.InteractionId);
  const preview = await restore(boss, { Preview: true });
  t.match(preview.body, { Done: first.length, More: true });
  const Next = String(preview.body['Next']);
  const further = await restore(boss, { Preview: true, After: Next });
  t.match(further.body, { Done: extra, More: undefined, Next: undefined });
  t.strictSame([...idsIn(preview), ...idsIn(further)].sort(), [...all].sort(), 'each once');
  const begun = await restore(admin, { Total: all.length });
  t.match(begun.body, { Done: first.length, Next });
  const Operation = Number(begun.body['Operation']);
  t.match((await restore(admin, { Operation, After: Next })).body, { Operation, Done: extra });
  t.equal(errorOf(await restore(admin, {})), errorTable.InteractionNotKept.code, 'all is back');
  const lone = await boss.ask(1135, {
    InteractionIds: ['many.0'],
    After: 'many.0',
    ReasonSystemName: 'Mistake',
  });
  t.equal(errorOf(lone), errorTable.MissingAttribute.code);
});
