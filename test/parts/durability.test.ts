/**
 * By strace: no acknowledgement of any form leaves the server before its fdatasync has returned.
 */
import { join } from 'node:path';
import t from 'tap';
import { connect } from '../../lib/client/index.js';
import { ExpectedQueue } from '../crash/expected.js';
import { KillableServer } from '../crash/killable-server.js';
import { directoryOf } from '../fixture/directory.js';
import {
  commitsOf,
  earlyAcknowledgements,
  isJournalSynchronous,
  type Marked,
} from './durability.js';
import { readSystemCalls, straceOptions } from './system-calls.js';

const calls = [
  'read',
  'write',
  'writev',
  'sendmsg',
  'sendto',
  'pwrite64',
  'pwritev',
  'fdatasync',
  'openat',
] as const;
const interactions = 12;

t.test('nothing is acknowledged before it is on disk', async (t) => {
  const directory = directoryOf(t);
  const here = new ExpectedQueue('here', 0);
  const there = new ExpectedQueue('there', 1);
  const server = await KillableServer.create(directory, [here, there]);
  t.teardown(() => server.kill());
  t.equal(await server.stop(), 0);
  const log = join(directory, 'strace.log');
  server.spawn(straceOptions(log, calls));
  await server.ready();

  const agent = await connect({
    server: server.listen,
    clientName: 'agent',
    clientType: 'AgentApplication',
    reconnect: false,
  });
  const media = await connect({
    server: server.listen,
    clientName: 'media',
    clientType: 'MediaServer',
    reconnect: false,
  });
  const requests: Marked[] = [];
  const marked = (form: string, { partition }: ExpectedQueue) => {
    const marker = `marker-${form}-${requests.length};`;
    requests.push({ marker, partition });
    return { extension: { marker } };
  };
  const life = async (index: number): Promise<string> => {
    // Every other one has its home where its queue is not.
    const chosen = index % 2 === 0 ? { interactionId: `chosen.${index}` } : {};
    const { interactionId: id } = await media.submit(
      { queue: here.name, mediaType: 'email', interactionType: 'Inbound', ...chosen },
      marked('submit', here),
    );
    await media.changeProperties(id, { added: { index } }, marked('change', here));
    await media.hold(id, {}, marked('hold', here));
    await media.resume(id, marked('resume', here));
    await agent.pullById(id, {}, marked('pull', here));
    await agent.placeInQueue(id, here.name, {}, marked('place', here));
    await agent.placeInQueue(id, there.name, {}, marked('move', there));
    await agent.pull({ queue: there.name }, marked('pull-next', there));
    return id;
  };
  const end = async (id: string): Promise<void> => {
    await media.placeInQueue(id, here.name, {}, marked('move-back', here));
    await media.stop(id, marked('stop', here));
  };
  // A pull may get what another life has placed: none goes back before each has found one.
  const ids = await Promise.all(Array.from({ length: interactions }, (_, index) => life(index)));
  await Promise.all(ids.map(end));
  await Promise.all([agent.close(), media.close()]);
  t.equal(await server.stop(), 0);

  t.equal(requests.length, interactions * 10);
  const traced = await readSystemCalls(log);
  t.ok(isJournalSynchronous(traced), 'the journal is written synchronously');
  t.strictSame(earlyAcknowledgements(traced, requests), []);
  const { count, early } = commitsOf(traced);
  t.ok(count > 0, `${count} commits of LMDB`);
  t.strictSame(early, [], 'each had its pages on disk before it named them');
});
