/** How much of registrations and logins the main thread does in one turn. */
import t from 'tap';
import { limits } from '../../lib/limits.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { apply, desktop, dial, person, startAgents, type Desktop } from './support.js';
import { errorOf, registration, startHarness } from '../net/harness.js';

t.test('clients are registered a part in a turn, and connections take turns', async (t) => {
  const { connect, partitions } = await startHarness(t);
  const [one, other] = [await connect(), await connect()];
  const count = 500;
  let turn = 0;
  let isOver = false;
  const tick = (): void => {
    turn++;
    if (!isOver) setImmediate(tick);
  };
  setImmediate(tick);
  const perTurn = new Map<number, number>();
  const opened: number[] = [];
  const { tell } = partitions[0]!;
  partitions[0]!.tell = function (message) {
    if (message.type === 'session-opened') {
      perTurn.set(turn, (perTurn.get(turn) ?? 0) + 1);
      opened.push(message.info.number);
    }
    return tell.call(this, message);
  };
  const all = Array.from({ length: count }, (_, at) =>
    one.frame(100, at + 1, registration, { proxyClient: at + 1 }),
  );
  one.socket.write(Buffer.concat(all));
  await one.until(() => one.received.length > 0);
  await other.register(1);
  const before = one.received.length;
  t.ok(before < count, `the other is registered after ${before} of the first`);
  await one.until(() => one.received.length === count);
  isOver = true;
  t.strictSame(one.received.map(errorOf), new Array(count).fill(0));
  t.strictSame(
    one.received.map(({ reference }) => reference),
    all.map((_, at) => at + 1),
    'in their order',
  );
  t.ok(Math.max(...perTurn.values()) <= limits.registrationsPerTurn, String([...perTurn]));
  t.equal(opened.length, count + 1);
});

t.test('agents are logged in a part in a turn', async (t) => {
  const server = await startAgents(t);
  const count = 300;
  const numbers = Array.from({ length: count }, (_, at) => at + 1);
  const lines = (kind: string, line: (at: number) => string): string =>
    `${kind}:\n${numbers.map(line).join('\n')}\n`;
  const agents = lines('agents', (at) => `  - {name: many ${at}, place: seat ${at}}`);
  await apply(server, agents + lines('places', (at) => `  - {name: seat ${at}}`));
  const client = await dial(t, server);
  const route = (at: number) => ({ kind: RouteKind.agent, key: `many ${at}`, proxyClient: at });
  for (const at of numbers) {
    const body = { ...registration, ClientType: 'AgentApplication' };
    client.send(100, at, body, { proxyClient: at });
  }
  const logins = numbers.map((at) =>
    client.frame(135, 1_000 + at, { AgentId: `many ${at}`, MediaList: { chat: 1 } }, route(at)),
  );
  client.socket.write(Buffer.concat(logins));
  const answers = () => client.received.filter(({ reference }) => reference > 1_000);
  await client.until(() => answers().length === count);
  t.strictSame(answers().map(errorOf), new Array(count).fill(0));
  const { services } = await server.status();
  const { details } = services['agents']!;
  t.match(details, { loggedIn: count, logins: count, changesAtOnce: Number });
  const { requestsInTurn, changesAtOnce } = details as Record<string, number>;
  t.ok(requestsInTurn! <= limits.agentRequestsPerTurn, `${requestsInTurn} requests in a turn`);
  t.ok(changesAtOnce! <= limits.agentRequestsPerTurn, `${changesAtOnce} logins in a write set`);
  t.ok(changesAtOnce! > 1, 'they share their write sets');

  // Capacity of all of them is another one.
  const told = () => client.received.filter(({ message }) => message === 155).length;
  await client.until(() => told() >= count);
  const before = told();
  const rule = 'capacityRules:\n  - {name: three, condition: "chat: chat < 3"}\n';
  await apply(
    server,
    `${rule}${lines('places', (at) => `  - {name: seat ${at}, capacityRule: three}`)}`,
  );
  await client.until(() => told() >= before + count);
  const { toldInTurn } = (await server.status()).services['agents']!.details as Record<
    string,
    number
  >;
  t.ok(toldInTurn! <= limits.agentRequestsPerTurn, `${toldInTurn} told in a turn`);
});

t.test('lists of agents fit a frame, and come one in a turn', async (t) => {
  const server = await startAgents(t);
  const count = 60;
  const numbers = Array.from({ length: count }, (_, at) => at + 1);
  const name = (at: number): string => `wide ${String(at).padStart(3, '0')}`;
  const lines = (kind: string, line: (at: number) => string): string =>
    `${kind}:\n${numbers.map(line).join('\n')}\n`;
  const media = numbers
    .slice(0, limits.mediaPerAgent)
    .map((at) => `${at} `.padEnd(limits.nameBytes, 'x'));
  const agents = lines('agents', (at) => `  - {name: ${name(at)}, place: ${name(at)}}`);
  const places = lines('places', (at) => `  - {name: ${name(at)}}`);
  await apply(
    server,
    `${agents}${places}media:\n${media.map((one) => `  - {name: ${one}}`).join('\n')}`,
  );
  const MediaList = Object.fromEntries(media.map((one) => [one, 1]));
  const ReasonSystemName = 'y'.repeat(limits.nameBytes);
  const desktops: Desktop[] = [];
  const client = await dial(t, server);
  for (const at of numbers) {
    const one = await desktop(t, server, {}, client, at);
    t.equal(errorOf(await one.login(name(at), { MediaList })), 0);
    t.equal(errorOf(await one.ask(147, { ReasonSystemName })), 0);
    desktops.push(one);
  }
  const [stat] = desktops as [Desktop];
  const found: string[] = [];
  let after: unknown;
  do {
    const more = after === undefined ? {} : { After: after };
    const { body } = await stat.ask(1021, { ...more });
    t.match(body, { Agents: [{ AgentId: String }] });
    found.push(...(body['Agents'] as { AgentId: string }[]).map((row) => row.AgentId));
    after = body['Next'];
  } while (after !== undefined && found.length < count);
  t.strictSame(found, numbers.map(name));

  let turns = 0;
  let isOver = false;
  const tick = (): void => {
    turns++;
    if (!isOver) setImmediate(tick);
  };
  setImmediate(tick);
  const asked = desktops.flatMap((one) => [one, one, one]);
  const references = asked.map((one) => one.send(1021, { Count: 1 }));
  await client.answer(references.at(-1)!);
  isOver = true;
  t.ok(turns >= asked.length, `${asked.length} lists in ${turns} turns`);
});

t.test('media that clients make up are kept up to a number', async (t) => {
  const server = await startAgents(t);
  const [ann, bob] = [await desktop(t, server), await desktop(t, server)];
  const [from, to] = [person(), person()];
  t.equal(errorOf(await ann.login(from.id, { MediaList: { chat: 1 } })), 0);
  t.equal(errorOf(await bob.login(to.id)), 0);
  const asked = Array.from({ length: 400 }, (_, at) =>
    ann.send(110, { InteractionId: `x.${at}`, AgentId: to.id, MediaTypeName: `made up ${at}` }),
  );
  for (const reference of asked) t.not(errorOf(await ann.client.answer(reference)), 0);
  const { media } = (await server.status()).services['agents']!.details as { media: number };
  t.ok(media > 200 && media <= 300, `${media} media`);
});
