/** A resume token is good for the store that gave it out, in a state not older than the token. */
import { join } from 'node:path';
import t from 'tap';
import { connect } from '../../lib/client/index.js';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { startServer } from '../../lib/index.js';
import { directoryOf } from '../fixture/directory.js';

t.test('a token ahead of the store is refused, the newest is not', async (t) => {
  const server = await startServer({
    listen: '127.0.0.1:0',
    withAdmin: false,
    threads: 1,
    partitions: 2,
    data: join(directoryOf(t), 'data'),
    create: 'init',
    businessProcesses: [{ name: 'mail', queues: [{ name: 'mail.in', partition: 0 }] }],
  });
  t.teardown(() => server.stop());
  const client = await connect({
    server: formatEndpoint(server.address),
    clientName: 'test',
    clientType: 'MediaServer',
  });
  t.teardown(() => client.close());
  const submission = { queue: 'mail.in', mediaType: 'email', interactionType: 'Inbound' };
  await client.submit(submission);
  const { value: first } = await client.events({ fromStart: true }).next();
  t.match(first, { Partition: 0, Sequence: 1 });
  const ahead = client.events({ resumeToken: [2, 0] });
  await t.rejects(ahead.next(), { message: /there is no event 2 yet/ });
  const newest = client.events({ resumeToken: [1, 0] });
  const second = newest.next();
  await client.submit(submission);
  t.match((await second).value, { Partition: 0, Sequence: 2 });
});
