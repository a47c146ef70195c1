/** A server in a process of its own, to be killed: on the data that its argument names. */
import { startServer } from '../../lib/index.js';

const server = await startServer({
  listen: '127.0.0.1:0',
  withAdmin: false,
  threads: 1,
  partitions: 2,
  data: process.argv[2]!,
});
process.stdout.write(`${server.address.port}\n`);
