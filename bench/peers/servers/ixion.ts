/** The product itself, as its users start it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serverNodeFlags } from '../../../lib/cli/node-flags.js';
import { writeConfiguration } from '../../support/daemon.js';
import type { Contestant } from '../contestant.js';
import { type Launch, ServerProcess } from '../server.js';

const main = fileURLToPath(new URL('../../../lib/cli/main.js', import.meta.url));

/** @param layout queues, business processes and partitions of the server */
export const ixion = (layout: Parameters<typeof writeConfiguration>[1]): Contestant => ({
  name: 'ixion',
  client: 'ixion',
  mode: '',
  durability:
    'a commit (fdatasync) for what came together, before the answers: submit, pull and stop',
  durableIn: ['submit', 'cycle', 'latency', 'start'],
  end: 'the stop is answered',
  isEndAnswered: true,
  missing: () => undefined,
  version: () => `Node ${process.versions.node}`,
  async start(launch: Launch) {
    const data = join(launch.directory, 'data');
    const flags = ['start', '--data', data, '--admin', '127.0.0.1:0'];
    flags.push('--listen', `127.0.0.1:${launch.port}`);
    // Only the first start makes the store, and reads the configuration into it.
    if (!existsSync(data)) {
      flags.push('--init', '--config', writeConfiguration(launch.directory, layout));
    }
    return new ServerProcess(launch, [process.execPath, ...serverNodeFlags, main, ...flags]);
  },
});
