/** After-call work: it holds the slot, ends by a request or with its time, and survives a start. */
import { join } from 'node:path';
import t from 'tap';
import { errorTable, type ErrorName } from '../../lib/errors.js';
import type { Server } from '../../lib/index.js';
import { limits } from '../../lib/limits.js';
import { directoryOf } from '../fixture/directory.js';
import { errorOf } from '../net/harness.js';
import { ask, Cast, good, pull, stateOf, submit, until } from './cast.js';
import {
  apply,
  desktop,
  person,
  reporting,
  startAgents,
  type Desktop,
  type Told,
} from './support.js';

const code = (name: ErrorName): number => errorTable[name].code;
const data = join(directoryOf(t), 'data');
const server = await startAgents(t, { data });

/** Medium voice has this wrap-up, and the business process these codes. */
async function configure(on: Server, medium: object, process: object = {}): Promise<void> {
  const voice = JSON.stringify({ name: 'voice', online: true, ...medium });
  const own = JSON.stringify({ name: 'p', ...process });
  await apply(
    on,
    `media:\n  - ${voice}\ndispositionCodes:\n  - {name: Sold}\n  - {name: Lost}\nbusinessProcesses:\n  - ${own}\n`,
  );
}

const wrapUpsOf = ([, body]: Told): unknown => body['WrapUps'];

/** What is told of the after-call work with an interaction. */
async function told(stat: Desktop, id: string, count: number): Promise<unknown[]> {
  const found: unknown[] = [];
  while (found.length < count) {
    for (const [name, body] of await stat.until(1)) {
      const content = body['EventContent'] as { InteractionId: string } | undefined;
      if (name === 'EventCustomReporting' && content?.InteractionId === id) found.push(content);
    }
  }
  return found;
}

const done = (ann: Desktop, InteractionId: string, more: object = {}) =>
  ann.ask(1040, { InteractionId, ...more });

t.test('until it is done: the slot is held, a code is given, also of what is gone', async (t) => {
  await configure(
    server,
    { wrapUp: 'until-done' },
    { dispositionCodes: ['Sold'], dispositionRequired: true },
  );
  const cast = await Cast.open(t, server, { voice: 1 });
  const { ann, agent, router, mail } = cast;
  const stat = await reporting(t, server, agent);
  const id = await cast.accepted();
  good(await ask(ann, 102, { InteractionId: id }));
  t.match(await told(stat, id, 1), [{ What: 'wrapUpBegan', Queue: 'in' }]);
  await until(async () => ann.told().some((one) => Array.isArray(wrapUpsOf(one))));
  t.match(await cast.current(), { voice: 1 });
  const next = await submit(mail);
  const full = await router.ask(107, { InteractionId: next, AgentId: agent });
  t.equal(errorOf(full), code('AgentNotAvailable'), 'it protects the agent');
  t.equal(errorOf(await done(ann, next)), code('NotInRequiredState'));
  t.equal(errorOf(await done(ann, id)), code('MissingAttribute'), 'a code is required');
  const wrong = await done(ann, id, { DispositionCode: 'Lost' });
  t.equal(errorOf(wrong), code('UnknownDispositionCode'));
  t.match(wrong.body['ErrorDescription'], 'Sold', 'what there is');
  good(await done(ann, id, { DispositionCode: 'Sold', Done: false }));
  t.match(await told(stat, id, 1), [{ What: 'dispositionGiven', DispositionCode: 'Sold' }]);
  t.match(await cast.current(), { voice: 1 }, 'it goes on');
  good(await done(ann, id));
  const [ended] = await told(stat, id, 1);
  t.match(ended, { What: 'wrapUpEnded', DispositionCode: 'Sold', End: 'done', LastedMs: Number });
  t.match(await cast.current(), { voice: 0 });
  good(await router.ask(107, { InteractionId: next, AgentId: agent }));
});

t.test('more than there may be: no wrap-up follows', async (t) => {
  await configure(server, { wrapUp: 'until-done' });
  const cast = await Cast.open(t, server, { voice: 1 });
  const { mail, ann } = cast;
  const ids: string[] = [];
  while (ids.length < limits.wrapUpsPerAgent + 6) {
    const id = await submit(mail);
    good(await pull(ann, id));
    ids.push(id);
  }
  for (const InteractionId of ids) good(await ask(ann, 102, { InteractionId }));
  await until(async () => (await cast.current())['voice'] === limits.wrapUpsPerAgent);
  good(await done(ann, ids[0]!));
  t.match(await cast.current(), { voice: limits.wrapUpsPerAgent - 1 });
  t.equal(errorOf(await done(ann, ids.at(-1)!)), code('NotInRequiredState'));
});

t.test('at most a time: it ends by itself, with a code that says so', async (t) => {
  await configure(server, { wrapUp: 'at-most', wrapUpSeconds: 1 });
  const cast = await Cast.open(t, server, { voice: 1 });
  const stat = await reporting(t, server, cast.agent);
  const id = await cast.accepted();
  good(await ask(cast.ann, 105, { InteractionId: id, Queue: 'in' }));
  t.match(await told(stat, id, 2), [
    { What: 'wrapUpBegan' },
    { What: 'wrapUpEnded', DispositionCode: 'WrapUpTimeout', End: 'timeout' },
  ]);
  await until(async () => (await cast.current())['voice'] === 0);
});

t.test('exactly a time: done or not; a queue has a say of its own; logout ends it', async (t) => {
  await configure(server, {});
  await apply(
    server,
    'queues:\n  - {name: in, businessProcess: p, wrapUp: exactly, wrapUpSeconds: 600}\n',
  );
  const cast = await Cast.open(t, server, { voice: 1 });
  const { ann, agent } = cast;
  const stat = await reporting(t, server, agent);
  const id = await cast.accepted();
  good(await ask(ann, 102, { InteractionId: id }));
  await told(stat, id, 1);
  const early = await done(ann, id, { DispositionCode: 'Sold' });
  t.equal(errorOf(early), code('NotInRequiredState'));
  t.match(early.body['ErrorDescription'], /lasts 6\d\d s more|lasts 5\d\d s more/);
  good(await done(ann, id, { DispositionCode: 'Lost', Done: false }));
  good(await ann.ask(136));
  t.match(await told(stat, id, 2), [
    {},
    { What: 'wrapUpEnded', End: 'logout', DispositionCode: 'Lost' },
  ]);
  t.strictSame(await cast.current(), {});
  await apply(server, 'queues:\n  - {name: in, businessProcess: p, wrapUp: none}\n');
});

t.test('none follows a loss, a refusal, or what was taken back', async (t) => {
  await configure(server, { wrapUp: 'until-done', disconnectGraceSeconds: 0 });
  await apply(server, 'queues:\n  - {name: in, businessProcess: p}\n');
  const cast = await Cast.open(t, server, { voice: 1 });
  const { ann, agent, mail } = cast;
  const refused = await cast.invite();
  good(await ask(ann, 129, { InteractionId: refused.id, TicketId: refused.ticket }));
  t.match(await cast.current(), { voice: 0 });
  const id = await submit(mail);
  good(await pull(ann, id));
  await ann.lose();
  await until(async () => (await stateOf(mail, id))[0] === 0);
  const back = await desktop(t, server);
  good(await back.login(agent, { MediaList: { voice: 1 } }));
  t.match(await cast.current(), { voice: 0 });
});

t.test('it goes on after a start, with its slot', async (t) => {
  const own = join(directoryOf(t), 'again');
  const before = await startAgents(t, { data: own });
  await configure(before, { wrapUp: 'until-done' });
  const cast = await Cast.open(t, before, { voice: 1 });
  const id = await cast.accepted();
  good(await ask(cast.ann, 102, { InteractionId: id }));
  await until(async () => cast.ann.told().some((one) => Array.isArray(wrapUpsOf(one))));
  await before.stop({ drainMs: 0 });
  const after = await startAgents(t, { data: own }, false);
  const back = await desktop(t, after);
  good(await back.login(cast.agent));
  const status = (await back.until(2)).find(([name]) => name === 'EventCurrentAgentStatus')!;
  t.match(status[1], { WrapUps: [{ InteractionId: id, Mode: 'until-done' }] });
  t.match(status[1], { Media: [{ Current: 1 }] });
  good(await done(back, id));
  await until(async () => !back.told().every((one) => Array.isArray(wrapUpsOf(one))));
});

t.test('who leaves a conference wraps up; a lost link leaves nothing to', async (t) => {
  await configure(server, { wrapUp: 'until-done' });
  await apply(server, 'queues:\n  - {name: in, businessProcess: p, wrapUp: until-done}\n');
  const cast = await Cast.open(t, server, { voice: 1 });
  const [guest, { id: agent }] = [await desktop(t, server), person()];
  good(await guest.login(agent, { MediaList: { voice: 1 } }));
  const stat = await reporting(t, server, agent);
  const id = await cast.accepted();
  const join = async (): Promise<void> => {
    const sent = cast.ann.send(111, { InteractionId: id, AgentId: agent });
    await guest.client.until(() => guest.client.received.some(({ message }) => message === 127));
    const invited = guest.client.received.findLast(({ message }) => message === 127)!;
    good(await ask(guest, 128, { InteractionId: id, TicketId: invited.body['TicketId'] }));
    await cast.ann.client.until(() =>
      cast.ann.client.received.some(({ reference }) => reference === sent),
    );
  };
  await join();
  good(await ask(guest, 112, { InteractionId: id }));
  t.match(await told(stat, id, 1), [{ What: 'wrapUpBegan', Queue: 'in' }]);
  good(await done(guest, id));
  await told(stat, id, 1);
  good(await ask(cast.mail, 102, { InteractionId: id }));
});
