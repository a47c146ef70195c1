/** RequestFindInteractions by condition, contact, parent and outer identifier, over TCP. */
import t from 'tap';
import { limits } from '../../lib/limits.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { errorOf, type Received } from '../net/harness.js';
import { desktop, startAgents, type Desktop } from '../agents/support.js';
import { businessProcesses, cast, code, idsIn, submit } from './support.js';

const server = await startAgents(t, { businessProcesses });
let reference = 60_000;

const find = ({ client, proxyClient }: Desktop, body: object): Promise<Received> =>
  client.ask(1016, (reference += 1), { ...body }, { proxyClient });

/** All parts of a search. */
async function all(by: Desktop, body: object): Promise<{ ids: string[]; parts: number }> {
  const ids: string[] = [];
  let [parts, After]: [number, unknown] = [0, undefined];
  do {
    const part = await find(by, { ...body, After });
    if (errorOf(part) !== 0) throw new Error(JSON.stringify(part.body));
    ids.push(...idsIn(part));
    parts += 1;
    After = part.body['Next'];
  } while (After !== undefined);
  return { ids: ids.toSorted(), parts };
}

t.test('Find: by condition, contact, parent and outer identifier', async (t) => {
  const { mail } = await cast(t, server);
  const stat = await desktop(t, server, { ClientType: 'ReportingEngine', ClientName: 'stat' });
  const parent = await submit(mail, { ExternalId: 'outer', UserData: { ContactId: 'C-1' } });
  const child = await submit(mail, { ParentId: parent, Queue: 'there', Priority: 7 });
  const other = await submit(mail, { UserData: { contactid: 'C-1', ContactId: 5 } });
  const same = await submit(mail, { Queue: 'there', UserData: { a: 'C-1', ContactId: 'C-1' } });
  const found = async (body: object): Promise<string[]> => (await all(stat, body)).ids;
  t.strictSame(await found({ ContactId: 'C-1' }), [parent, same].toSorted());
  t.strictSame(await found({ ContactId: 'C-1', Queue: 'there' }), [same]);
  t.strictSame(await found({ ParentId: parent }), [child]);
  t.strictSame(await found({ ExternalId: 'outer' }), [parent]);
  t.strictSame(await found({ Condition: 'Priority > 5' }), [child]);
  t.strictSame(
    await found({ Condition: `ParentId = '${parent}' OR ExternalId = 'outer'` }),
    [parent, child].toSorted(),
  );
  t.strictSame(await found({ Condition: 'Priority = 0', ContactId: 'C-2' }), []);
  t.strictSame(
    await found({ Condition: "ExternalId <> 'outer'" }),
    [],
    'what is absent is unknown',
  );
  t.equal((await found({ TenantId: 1 })).includes(other), true);
  t.equal(errorOf(await find(stat, { TenantId: 9 })), code('UnknownTenant'));
  const wrong = await find(stat, { Condition: "Priority = 'x'" });
  t.equal(errorOf(wrong), code('ConditionTypeMismatch'));
  t.match(wrong.body['ErrorDescription'], /line 1, column 12/);
});

t.test('a part is bounded whatever it finds, and says where to go on', async (t) => {
  const { mail } = await cast(t, server);
  const stat = await desktop(t, server, { ClientType: 'ReportingEngine', ClientName: 'stat' });
  const ids = [await submit(mail, { ExternalId: 'needle' })];
  const body = { Queue: 'here', MediaType: 'email', InteractionType: 'Inbound' };
  const route = { kind: RouteKind.queue, key: 'here', proxyClient: mail.proxyClient };
  for (let at = 0; at < limits.interactionsLookedAt; at += 1) {
    mail.client.send(101, (reference += 1), body, route);
  }
  ids.push(await submit(mail, { ExternalId: 'needle' }));
  const searched = await all(stat, { Condition: "ExternalId = 'needle'" });
  t.strictSame(searched.ids, ids.toSorted());
  t.ok(searched.parts > 1, `${searched.parts} parts`);
  const one = await all(stat, { Condition: "ExternalId = 'needle'", Count: 1 });
  t.strictSame(one.ids, searched.ids, 'one at a time as well');
});
