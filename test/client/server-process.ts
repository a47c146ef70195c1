/**
 * A server in a process of its own, to be killed: the first argument is its port,
 * the second its data.
 */
import { existsSync } from 'node:fs';
import { startServer } from '../../lib/index.js';

const [port, data] = process.argv.slice(2);
const server = await startServer({
  listen: `127.0.0.1:${port}`,
  withAdmin: false,
  threads: 1,
  partitions: 2,
  data: data!,
  ...(existsSync(data!) ? {} : { create: 'init' as const }),
  businessProcesses: [{ name: 'mail', queues: [{ name: 'inbox', partition: 0 }] }],
});
process.stdout.write(`${server.address.port}\n`);
