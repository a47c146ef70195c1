/** RabbitMQ as one node, with its port mapper: without plugins, without a configuration file. */
import { existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.js';
import type { Contestant } from '../contestant.js';
import { findProgram, type Launch, type PeerServer, ServerProcess } from '../server.js';

/** The script of the package; the one in the path insists on a user of its own. */
const script = '/usr/lib/rabbitmq/bin/rabbitmq-server';

const contestant = (
  mode: 'quorum' | 'classic',
  claim: Pick<Contestant, 'durability' | 'durableIn'>,
): Contestant => ({
  name: `rabbitmq-${mode}`,
  ...claim,
  client: 'rabbitmq',
  mode,
  end: 'the acknowledgement is written, AMQP never answers it; and the put is confirmed',
  isEndAnswered: false,
  missing: () => (existsSync(script) && epmd() ? undefined : 'rabbitmq-server is not installed'),
  version: () => /rabbitmq_server-([\d.]+)/.exec(realpathSync(script))?.[1] ?? '',
  start: startNode,
});

const epmd = (): string | undefined => findProgram('epmd');

/** The port mapper is ours, as one that the node starts by itself would outlive it. */
async function startNode(launch: Launch): Promise<PeerServer> {
  const { directory, port } = launch;
  const mapperPort = await freePort();
  const mapperFolder = join(directory, 'epmd');
  mkdirSync(mapperFolder, { recursive: true });
  const environment = { ERL_EPMD_PORT: String(mapperPort), ERL_EPMD_ADDRESS: '127.0.0.1' };
  const mapper = new ServerProcess(
    { directory: mapperFolder, wrapper: [] },
    [epmd()!],
    environment,
  );
  await listening(mapperPort);
  const plugins = join(directory, 'enabled_plugins');
  writeFileSync(plugins, '[].');
  const node = new ServerProcess(launch, [script], {
    ...environment,
    HOME: directory,
    // One process instead of a shell that waits for another.
    RUNNING_UNDER_SYSTEMD: 'true',
    RABBITMQ_NODENAME: 'bench@localhost',
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(await freePort()),
    RABBITMQ_MNESIA_BASE: join(directory, 'mnesia'),
    RABBITMQ_LOG_BASE: join(directory, 'logs'),
    RABBITMQ_CONFIG_FILE: join(directory, 'none'),
    RABBITMQ_CONF_ENV_FILE: join(directory, 'none'),
    RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
  });
  return {
    launchedAtMs: node.launchedAtMs,
    died: node.died,
    processorSeconds: () => node.processorSeconds(),
    async stop() {
      await node.stop();
      await mapper.stop();
    },
  };
}

/** Resolves when somebody listens at the port. */
async function listening(port: number): Promise<void> {
  for (;;) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' });
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const rabbitmq: readonly Contestant[] = [
  contestant('quorum', {
    durability: 'quorum queues, one node: an fdatasync of its log for a group, before the confirms',
    durableIn: ['submit', 'cycle', 'latency', 'start'],
  }),
  contestant('classic', {
    durability:
      'classic durable queues (its default): an fsync for a group before the confirms, ' +
      'but a message is delivered before it is on disk',
    durableIn: ['submit', 'cycle', 'start'],
  }),
];
