/**
 * A change of many objects, the server killed at random in between: all of it counts, or nothing.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { connect } from '../../lib/client/index.js';
import { compareModels } from '../../lib/objects/model.js';
import { readObjects } from '../../lib/objects/yaml-read.js';
import { verifyStore } from '../../lib/data/verify.js';
import { startDaemon } from '../daemon/daemon.js';
import { directoryOf } from '../fixture/directory.js';

const rounds = 3;
const agents = 2_000;
const queues = 300;

function fileText(round: number): string {
  const lines = ['businessProcesses:', '  - name: p', 'queues:'];
  for (let at = round; at < queues + round; at += 1) {
    lines.push(`  - name: q${at}`, '    businessProcess: p', `    partition: ${at % 3}`);
  }
  lines.push('agents:');
  for (let at = 0; at < agents; at += 1) {
    lines.push(`  - name: a${at}`, '    skills:', `      round: ${round}`);
  }
  return `${lines.join('\n')}\n`;
}

async function exported(admin: string): Promise<string> {
  const answer = await fetch(`http://${admin}/config/export`);
  return answer.text();
}

/** Whether the server said that the file is applied; false when it ended before. */
async function apply(admin: string, body: string): Promise<boolean> {
  try {
    const headers = { 'content-type': 'application/yaml' };
    const answer = await fetch(`http://${admin}/config/apply?prune=true`, {
      method: 'POST',
      headers,
      body,
    });
    return /"isApplied":true/.test(await answer.text());
  } catch {
    return false;
  }
}

async function queueNames(server: string): Promise<string[]> {
  await using client = await connect({ server, clientName: 'test', clientType: 'MediaServer' });
  return (await client.queueStatistics()).map(({ queue }) => queue);
}

t.test('kill -9 while objects are applied', async (t) => {
  const directory = directoryOf(t, { 'ixion.yaml': 'partitions: 3\n' });
  const data = join(directory, 'data');
  const start = ['--data', data, '--config', join(directory, 'ixion.yaml')];
  let daemon = await startDaemon([...start, '--init']);
  t.teardown(() => daemon.kill());
  const began = performance.now();
  t.ok(await apply(daemon.admin, fileText(0)));
  const takesMs = performance.now() - began;
  let before = await exported(daemon.admin);
  let counted = 0;
  for (let round = 1; round <= rounds; round += 1) {
    const applying = apply(daemon.admin, fileText(round));
    await sleep((round / rounds) * takesMs * (0.5 + Math.random()));
    await daemon.kill();
    const isSaid = await applying;
    daemon = await startDaemon(start);
    const after = await exported(daemon.admin);
    const isNew = after !== before;
    if (isNew) counted += 1;
    if (isSaid) t.ok(isNew, 'what was said to be applied is');
    const model = readObjects(after).model;
    const wanted = readObjects(isNew ? fileText(round) : before).model;
    t.strictSame(compareModels(model, wanted), [], 'all of it, or nothing');
    const names = new Set(model.get('queue')?.keys());
    t.strictSame(new Set(await queueNames(daemon.listen)), names, 'partitions have these queues');
    before = after;
  }
  t.comment(`${counted} of ${rounds} changes counted`);
  await daemon.kill();
  const { faults } = await verifyStore(data);
  t.equal(faults, 0);
});
