/**
 * The clock of the machine is wrong when the daemon starts, and is put right while it runs or
 * while it does not.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { systemClock } from '../../lib/clock.js';
import type { Body } from '../../lib/protocol/encode.js';
import { ExpectedQueue } from '../crash/expected.js';
import { KillableServer } from '../crash/killable-server.js';
import { RawClient, rawPulledIds, rawRequest } from '../crash/raw-client.js';
import { directoryOf } from '../fixture/directory.js';

const yearMs = 365 * 86_400_000;
const queue = new ExpectedQueue('mail', 0);

/**
 * Loaded by every thread of the daemon: its wall clock is ahead by what stands in a
 * file, at any time.
 */
const wrongClock = (file: string): string => `
  const { readFileSync } = require('node:fs');
  const rightNow = Date.now;
  let aheadMs = 0;
  const look = () => { aheadMs = Number(readFileSync(${JSON.stringify(file)}, 'latin1')); };
  look();
  setInterval(look, 20).unref();
  Date.now = () => rightNow() + aheadMs;
  const threads = require('node:worker_threads');
  const { NODE_OPTIONS } = process.env;
  threads.Worker = class extends threads.Worker {
    constructor(file, options) {
      super(file, { ...options, env: { ...options.env, NODE_OPTIONS } });
    }
  };
  require('node:module').syncBuiltinESMExports();
`;

interface Machine {
  readonly server: KillableServer;
  setAhead(ms: number): void;
}

async function machine(t: Test, aheadMs: number): Promise<Machine> {
  const directory = directoryOf(t);
  const [file, preload] = [join(directory, 'ahead'), join(directory, 'clock.cjs')];
  const setAhead = (ms: number): void => writeFileSync(file, String(ms));
  setAhead(aheadMs);
  writeFileSync(preload, wrongClock(file));
  const environment = { NODE_OPTIONS: `--require ${JSON.stringify(preload)}` };
  const server = await KillableServer.create(directory, [queue], environment);
  t.teardown(() => server.kill());
  return { server, setAhead };
}

async function clientOf(server: KillableServer, clientName: string): Promise<RawClient> {
  const clientType = clientName === 'agent' ? 'AgentApplication' : 'MediaServer';
  const sessionKey = Buffer.from(clientName.padEnd(16));
  const client = await RawClient.open(server.listen, { clientName, clientType, sessionKey });
  if (client === undefined) throw new Error(`no connection: ${server.log}`);
  return client;
}

async function submit(client: RawClient, more: Body = {}): Promise<string> {
  const body = { Queue: 'mail', MediaType: 'email', InteractionType: 'Inbound', ...more };
  const answer = await client.send(rawRequest('RequestSubmit', body));
  if (answer?.name !== 'EventAck') throw new Error(JSON.stringify(answer));
  return String((answer.body['Extension'] as Body)['InteractionId']);
}

async function hold(client: RawClient, id: string, untilMs: number): Promise<void> {
  const answer = await client.send(
    rawRequest('RequestHold', { InteractionId: id, HoldUntil: untilMs }),
  );
  if (answer?.name !== 'EventAck') throw new Error(JSON.stringify(answer));
}

async function propertiesOf(client: RawClient, id: string): Promise<Body> {
  const get = rawRequest('RequestGetInteractionProperties', { InteractionId: id });
  return (await client.send(get))!.body['Interaction'] as Body;
}

/** What a ping says of the clock, once it satisfies. */
async function clockSaid(client: RawClient, isIt: (ping: Body) => boolean): Promise<Body> {
  for (;;) {
    const { body } = (await client.ping())!;
    if (isIt(body)) return body;
    await new Promise((resolve) => systemClock.setTimer(50, () => resolve(undefined)));
  }
}

/** The log comes by a pipe of its own, and may come behind an answer. */
async function logSays(server: KillableServer, pattern: RegExp): Promise<void> {
  while (!pattern.test(server.log)) {
    await new Promise((resolve) => systemClock.setTimer(20, () => resolve(undefined)));
  }
}

async function pullAll(server: KillableServer): Promise<string[]> {
  const agent = await clientOf(server, 'agent');
  const pull = rawRequest('RequestPull', { ViewId: 'mail', Count: 16 });
  const ids = rawPulledIds((await agent.send(pull))!);
  agent.destroy();
  return ids;
}

const isYearAhead = (ping: Body): boolean =>
  Math.abs(Number(ping['PartitionsAheadMs']) - yearMs) < 600_000;
const isNow = (time: unknown): boolean => Math.abs(Number(time) - systemClock.nowMs()) < 600_000;

t.test('a clock a year ahead is put right while the daemon runs', async (t) => {
  const { server, setAhead } = await machine(t, yearMs);
  const client = await clientOf(server, 'media');
  const early = await submit(client);
  t.ok(
    Number((await propertiesOf(client, early))['ReceivedAt']) > systemClock.nowMs() + yearMs / 2,
  );
  const soonMs = systemClock.nowMs() + 1_500;
  const held = await submit(client);
  await hold(client, held, systemClock.nowMs() + 2 * yearMs);
  setAhead(0);
  await clockSaid(client, (ping) => ping['ClockSteps'] === 1 && isYearAhead(ping));
  await logSays(server, /the clock of this machine was put back by \d/);
  await logSays(server, /identifiers and the order of queues are \d+\.\d s ahead of the clock/);
  const late = await submit(client);
  await hold(client, late, soonMs);
  t.ok(late > held, `identifiers do not go back: ${late} after ${held}`);
  t.ok(isNow((await propertiesOf(client, late))['ReceivedAt']), 'timestamps follow the clock');
  while ((await propertiesOf(client, late))['IsHeld'] === 1);
  t.ok(systemClock.nowMs() >= soonMs, 'a hold ends when it was told to');
  t.equal((await propertiesOf(client, held))['IsHeld'], 1, 'and no other');
  t.strictSame(await pullAll(server), [early, late], 'first in, first out');
  const status = JSON.parse((await server.command('status', '--json')).stdout) as {
    readonly clock: { readonly steps: number; readonly partitionsAheadMs: number };
  };
  t.equal(status.clock.steps, 1);
  t.ok(status.clock.partitionsAheadMs > yearMs / 2);
  t.match(await server.command('status'), {
    stdout: /clock +put back or forward 1 times, at last/,
  });
  client.destroy();
});

t.test('a clock a year ahead is put right while no daemon runs', async (t) => {
  const { server, setAhead } = await machine(t, yearMs);
  const first = await clientOf(server, 'media');
  const early = await submit(first);
  first.destroy();
  await server.kill();
  setAhead(0);
  server.spawn();
  await server.ready();
  const client = await clientOf(server, 'media');
  const late = await submit(client);
  t.ok(late > early, `identifiers do not go back: ${late} after ${early}`);
  t.ok(isNow((await propertiesOf(client, late))['ReceivedAt']), 'timestamps follow the clock');
  const { ClockSteps } = await clockSaid(client, isYearAhead);
  t.equal(ClockSteps, 0, 'nobody saw the step itself');
  await logSays(server, /identifiers and the order of queues are \d+\.\d s ahead of the clock/);
  t.strictSame(await pullAll(server), [early, late], 'first in, first out');
  client.destroy();
  await server.stop();
  t.strictSame(await server.verify(), []);
});
