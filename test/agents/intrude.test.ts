/** A supervisor takes part in what others have, over TCP: invited first, seen as it says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { errorTable, type ErrorName } from '../../lib/errors.js';
import { directoryOf } from '../fixture/directory.js';
import { errorOf, eventually } from '../net/harness.js';
import { applications } from '../security/secured-server.js';
import { as, byId, done, next, Scene } from './scene.js';
import { startAgents } from './support.js';

const code = (name: ErrorName): number => errorTable[name].code;
const data = join(directoryOf(t), 'data');
const server = await startAgents(t, { data, applications });

t.test('Intrude', async (t) => {
  const scene = await Scene.secured(t, server);
  const ann = await scene.agent({ voice: 1 }, as('agent'));
  const boss = await scene.agent({ email: 1 }, as('supervisor'));
  const id = await scene.inHand(ann);
  const without = await boss.desk.ask(130, { InteractionId: id });
  t.equal(errorOf(without), code('MissingAttribute'), 'a mode has to be said');
  boss.desk.told();
  const answer = await boss.desk.ask(130, { InteractionId: id, VisibilityMode: 2 });
  const { TicketId } = done(answer).body['Extension'] as { TicketId: number };
  t.match(await next(boss.desk, 'EventInvite'), { Operation: 3, VisibilityMode: 2, TicketId });
  t.match(await scene.about(id, 1), [
    ['EventAgentInvited', { PartyId: boss.id, Operation: 3, VisibilityMode: 2 }],
  ]);
  t.match(ann.desk.names(), [], 'nobody is told before it is accepted');
  done(await byId(boss.desk, 128, { InteractionId: id, TicketId }));
  t.match(await scene.about(id, 1), [
    ['EventPartyAdded', { PartyId: boss.id, Operation: 3, VisibilityMode: 2, InteractionState: 3 }],
  ]);
  t.match(await next(ann.desk, 'EventPartyAdded'), { PartyId: boss.id, VisibilityMode: 2 });
  t.match(await scene.properties(id), { AssignedTo: ann.id });
  const status = boss.desk.told().filter(([name]) => name === 'EventCurrentAgentStatus');
  t.strictSame(status, [], 'it takes no capacity');
  done(await byId(ann.desk, 102, { InteractionId: id }));
  t.match(await scene.about(id, 3), [
    ['EventPartyRemoved', { PartyId: ann.id, Operation: 10 }],
    ['EventPartyRemoved', { PartyId: boss.id, Operation: 10 }],
    ['EventProcessingStopped', {}],
  ]);
  t.match(await next(boss.desk, 'EventRevoked'), { InteractionId: id });
  const audit = (): string => readFileSync(join(data, 'audit.jsonl'), 'utf8');
  await eventually(() => audit().includes('interaction intruded'));
  const line = audit()
    .split('\n')
    .find((one) => one.includes('interaction intruded') && one.includes(id))!;
  const result = 'done';
  t.match(JSON.parse(line), {
    who: 'supervisor',
    agent: boss.id,
    interaction: id,
    mode: 2,
    result,
  });
});

t.test('Intrude, and what is refused', async (t) => {
  const scene = await Scene.secured(t, server);
  const ann = await scene.agent({ voice: 1 }, as('agent'));
  const boss = await scene.agent({ voice: 1 }, as('supervisor'));
  const waits = await scene.submit();
  const nobody = await boss.desk.ask(130, { InteractionId: waits, VisibilityMode: 1 });
  t.equal(errorOf(nobody), code('NotInRequiredState'), 'nobody has it');
  const id = await scene.inHand(ann);
  const mine = await scene.inHand(boss);
  const own = await boss.desk.ask(130, { InteractionId: mine, VisibilityMode: 2 });
  t.ok([code('NotInRequiredState'), code('InteractionOffered')].includes(errorOf(own)));
  done(await byId(boss.desk, 102, { InteractionId: mine }));
  const odd = await boss.desk.ask(130, { InteractionId: id, VisibilityMode: 4 });
  t.equal(errorOf(odd), code('WrongAttributeType'));
  const answer = await boss.desk.ask(130, { InteractionId: id, VisibilityMode: 1 });
  const { TicketId } = done(answer).body['Extension'] as { TicketId: number };
  done(await byId(boss.desk, 129, { InteractionId: id, TicketId }));
  t.match((await scene.about(id, 2))[1], ['EventRejected', { PartyId: boss.id, Operation: 3 }]);
  t.match(await scene.properties(id), { AssignedTo: ann.id });
  const plain = await ann.desk.ask(130, { InteractionId: id, VisibilityMode: 1 });
  t.equal(errorOf(plain), code('NotPermitted'), 'not by its role');
  for (const one of [id, waits]) done(await byId(scene.mail, 102, { InteractionId: one }));
});
