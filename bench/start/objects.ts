/**
 * Starts over many configuration objects beside starts over few, in turns, from the exec to the
 * ready line; and how long a change among the many takes until a client sees it. The objects are
 * made as an operator makes them, by `ixion config apply`.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launcher } from '../../lib/cli/node-flags.js';
import { type Client, connect } from '../../lib/client/index.js';
import type { BenchOptions, Figures } from '../support/bench.js';
import { Daemon } from '../support/daemon.js';
import { freePort } from '../support/free-port.js';
import type { ObjectForm } from '../support/options.js';
import { Child, cleanEnvironment } from '../support/processes.js';
import { queueNames } from '../support/record.js';
import { alternate } from '../support/rounds.js';
import { median, ratiosOf, rounded, summarize } from '../support/statistics.js';
import { firstQueue, startAndStop, type StartSample, type Store } from './stores.js';

interface Counts {
  readonly queues: number;
  readonly views: number;
  readonly agents: number;
}

const few: Counts = { queues: 10, views: 10, agents: 10 };
const countsOf: Readonly<Record<Exclude<ObjectForm, 'none'>, Counts>> = {
  large: { queues: 10_000, views: 30_000, agents: 20_000 },
  some: { queues: 100, views: 300, agents: 200 },
};
const processes = 10;
/** Changes that are timed. */
const changes = 20;

interface ObjectStore extends Pick<Store, 'directory'> {
  readonly applySeconds: number;
}

export async function startWithObjects(
  form: Exclude<ObjectForm, 'none'>,
  options: BenchOptions,
  say: (line: string) => void,
): Promise<Figures> {
  const counts = countsOf[form];
  const many = await makeObjectStore('many', counts, options);
  say(`${JSON.stringify(counts)} applied in ${many.applySeconds.toFixed(1)} s`);
  const small = await makeObjectStore('few', few, options);
  const port = await freePort();
  const probe = new Child('start/probe.js', [`127.0.0.1:${port}`]);
  try {
    const contestants = [
      { name: 'many', run: () => startAndStop(many, port, probe) },
      { name: 'few', run: () => startAndStop(small, port, probe) },
    ];
    const [ours = [], theirs = []] = await alternate(contestants, options, say, describe);
    const toSmall = ratiosOf(ours, theirs, ({ readyMs }) => readyMs);
    const change = await timeChanges(many, counts, say);
    return {
      ratioToSmall: toSmall.median,
      ratioToSmallSpread: toSmall,
      deliveryRatioToSmall: ratiosOf(ours, theirs, ({ deliveryMs }) => deliveryMs).median,
      optionChangeMs: change.steady.median,
      optionChangeMsSpread: change.steady,
      firstChangeMs: change.firstMs,
      objects: counts,
      applySeconds: rounded(many.applySeconds),
      many: figuresOf(ours),
      few: figuresOf(theirs),
    };
  } finally {
    await probe.end();
  }
}

const describe = ({ readyMs, deliveryMs, stopMs, phases }: StartSample): string =>
  `ready ${readyMs.toFixed(0)} ms, first delivery ${deliveryMs.toFixed(0)} ms, ` +
  `stop ${stopMs.toFixed(0)} ms; ${JSON.stringify(phases)}`;

const figuresOf = (samples: readonly StartSample[]) => ({
  readyMs: summarize(samples.map(({ readyMs }) => readyMs)),
  deliveryMs: summarize(samples.map(({ deliveryMs }) => deliveryMs)),
  stopMs: summarize(samples.map(({ stopMs }) => stopMs)),
  processorMs: summarize(samples.map(({ processorMs }) => processorMs)).median,
});

/** A store with these objects and one interaction, whose server has stopped. */
async function makeObjectStore(
  name: string,
  counts: Counts,
  options: BenchOptions,
): Promise<ObjectStore> {
  const directory = join(options.directory, name);
  mkdirSync(directory);
  const file = join(directory, 'objects.yaml');
  writeFileSync(file, objectsText(counts));
  const daemon = new Daemon({ directory, create: true });
  const server = await daemon.ready;
  const startMs = performance.now();
  await runCommand(['config', 'apply', file, '--admin', daemon.admin]);
  const applySeconds = (performance.now() - startMs) / 1_000;
  const client = await connect({ server, clientName: 'bench', clientType: 'MediaServer' });
  const statistics = await client.queueStatistics();
  if (statistics.length !== counts.queues) throw new Error(`${statistics.length} queues`);
  await client.submit({ queue: firstQueue, mediaType: 'email', interactionType: 'Inbound' });
  await client.close();
  await daemon.stop();
  return { directory, applySeconds };
}

function objectsText({ queues, views, agents }: Counts): string {
  const names = queueNames(queues);
  const lines = ['agents:'];
  for (let at = 0; at < agents; at += 1) {
    lines.push(`  - name: agent-${at}`, '    skills:', `      English: ${at % 10}`);
    lines.push(`      Sales: ${at % 7}`);
  }
  lines.push('businessProcesses:');
  for (let at = 0; at < processes; at += 1) lines.push(`  - name: process-${at}`);
  lines.push('queues:');
  for (const [at, name] of names.entries()) {
    lines.push(`  - name: ${name}`, `    businessProcess: process-${at % processes}`);
  }
  lines.push('views:');
  for (let at = 0; at < views; at += 1) {
    lines.push(`  - name: view-${at}`, `    queue: ${names[at % queues]!}`);
    lines.push('    order: priority desc');
  }
  return `${lines.join('\n')}\n`;
}

async function runCommand(words: readonly string[]): Promise<void> {
  const env = cleanEnvironment();
  const stdio = ['ignore', 'ignore', 'inherit'] as const;
  const child = spawn(process.execPath, [launcher, ...words], { env, stdio: [...stdio] });
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`ixion ${words.join(' ')} ended with ${code}`);
}

/** From the request to the moment at which it is applied and a client sees the option. */
async function timeChanges(
  { directory }: ObjectStore,
  counts: Counts,
  say: (line: string) => void,
) {
  const daemon = new Daemon({ directory });
  const server = await daemon.ready;
  const client = await connect({ server, clientName: 'bench', clientType: 'MediaServer' });
  try {
    const samples: number[] = [];
    for (let at = 0; at <= changes; at += 1) {
      const queue = queueNames(counts.queues)[(at * 479) % counts.queues]!;
      samples.push(await timeChange(daemon.admin, client, queue, at));
    }
    const [firstMs = 0, ...steady] = samples;
    say(`changes of one option: first ${firstMs.toFixed(0)} ms, then ${median(steady)} ms`);
    return { firstMs: rounded(firstMs), steady: summarize(steady) };
  } finally {
    await client.close();
    await daemon.stop();
  }
}

/** Changes an option of a queue and, for all to see, one of the server. */
async function timeChange(
  admin: string,
  client: Client,
  queue: string,
  at: number,
): Promise<number> {
  const isOn = at % 2 === 0;
  const file = [
    'queues:',
    `  - name: ${queue}`,
    `    businessProcess: process-${(Number(queue.split('-').at(-1)) - 1) % processes}`,
    '    options:',
    '      bench:',
    `        changed: ${at}`,
    'options:',
    '  settings:',
    `    collect-request-counters: ${isOn}`,
    '',
  ].join('\n');
  const startMs = performance.now();
  const applied = apply(admin, file);
  for (;;) {
    const { requests = {} } = await client.ping();
    if (Object.keys(requests).length > 0 === isOn) break;
  }
  await applied;
  return performance.now() - startMs;
}

async function apply(admin: string, body: string): Promise<void> {
  const headers = { 'content-type': 'application/yaml' };
  const answer = await fetch(`http://${admin}/config/apply?merge=true`, {
    method: 'POST',
    headers,
    body,
  });
  const text = await answer.text();
  if (!text.includes('"isApplied":true')) throw new Error(text);
}
