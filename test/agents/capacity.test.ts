/**
 * Capacity rules are objects: of an agent, of its place, of its tenant; a change counts at once.
 */
import t from 'tap';
import { apply, desktop, person, startAgents, type Desktop } from './support.js';

const rules = `
capacityRules:
  - {name: chatter, condition: "chat: chat < 3; email: email < 2 and chat = 0"}
  - {name: numbers, media: {email: 4}}
  - {name: wrong, condition: "chat: chat <"}
`;

/** The greatest number by medium of the status that comes next. */
async function greatest(agent: Desktop, count: number): Promise<Record<string, number>> {
  const [, body] = (await agent.until(count)).at(-1)!;
  const media = body['Media'] as { Name: string; Greatest: number }[];
  return Object.fromEntries(media.map((one) => [one.Name, one.Greatest]));
}

t.test('that of the agent holds, else of the place, else of the tenant', async (t) => {
  const lines: string[] = [];
  const line = (fields: object, message: string): void =>
    void lines.push(`${message} ${JSON.stringify(fields)}`);
  const log = { level: 'info', debug: line, info: line, warn: line, error: line } as const;
  const server = await startAgents(t, { log });
  await apply(server, rules);
  const [one, other] = [person(), person()];
  const change = (agent: string, place: string): Promise<void> =>
    apply(
      server,
      `tenants:\n  - {name: main, id: 1, capacityRule: numbers}\n` +
        `agents:\n  - {name: ${one.id}, tenant: main, place: ${one.place}${agent}}\n` +
        `places:\n  - {name: ${one.place}${place}}\n`,
    );
  const [ann, bob] = [await desktop(t, server), await desktop(t, server)];
  const MediaList = { chat: 1, email: 1 };
  await bob.login(other.id, { MediaList });
  t.strictSame(await greatest(bob, 2), { chat: 1, email: 1 }, 'the default');
  await change('', '');
  await ann.login(one.id, { MediaList });
  t.strictSame(await greatest(ann, 2), { chat: 0, email: 4 }, 'of the tenant');
  await change('', ', capacityRule: chatter');
  t.strictSame(await greatest(ann, 1), { chat: 3, email: 2 }, 'of the place, at once');
  await apply(server, `capacityRules:\n  - {name: chatter, condition: "chat: chat < 5"}\n`);
  t.strictSame(await greatest(ann, 1), { chat: 5, email: 0 }, 'a rule that has changed');
  await change(', capacityRule: numbers', ', capacityRule: chatter');
  t.strictSame(await greatest(ann, 1), { chat: 0, email: 4 }, 'of the agent');
  await change(', capacityRule: wrong', '');
  t.strictSame(await greatest(ann, 1), { chat: 1, email: 1 }, 'one that is wrong is none');
  t.ok(lines.some((text) => text.includes('capacity rule wrong is wrong')));
  t.strictSame(bob.told(), [], 'nobody else is told');
});

t.test('a medium may be called whatever a name may be', async (t) => {
  const server = await startAgents(t);
  const names = ['a]b', '[x]', 'and', 'two words'];
  const numbers = Object.fromEntries(names.map((name, at) => [name, at + 2]));
  const media = names.map((name) => `  - {name: ${JSON.stringify(name)}}`).join('\n');
  const one = person();
  const agent = `{name: ${one.id}, place: ${one.place}, capacityRule: many}`;
  const rule = `{name: many, media: ${JSON.stringify(numbers)}}`;
  await apply(server, `media:\n${media}\ncapacityRules:\n  - ${rule}\nagents:\n  - ${agent}\n`);
  const ann = await desktop(t, server);
  await ann.login(one.id, { MediaList: Object.fromEntries(names.map((name) => [name, 1])) });
  t.strictSame(await greatest(ann, 2), numbers);
});
