/** NATS JetStream, one stream on file. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contestant } from '../contestant.js';
import { findProgram, type Launch, ServerProcess, versionOf } from '../server.js';

const program = (): string | undefined => findProgram('nats-server');
const installedVersion = (): string => versionOf(program()!, '--version');

/** `sync_interval` came with 2.10. */
export function hasSyncInterval(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 2 || (major === 2 && minor >= 10);
}

function missing(needsSync: boolean): string | undefined {
  if (program() === undefined) return 'nats-server is not installed';
  if (!needsSync || hasSyncInterval(installedVersion())) return undefined;
  return `nats-server ${installedVersion()} has no sync_interval, which came with 2.10`;
}

const contestant = (
  name: string,
  setting: string,
  claim: Pick<Contestant, 'durability' | 'durableIn'>,
): Contestant => ({
  name,
  ...claim,
  client: 'nats',
  mode: '',
  end: 'the acknowledgement is answered (ackAck)',
  isEndAnswered: true,
  missing: () => missing(setting !== ''),
  version: installedVersion,
  async start(launch: Launch) {
    const store = join(launch.directory, 'jetstream');
    mkdirSync(store, { recursive: true });
    const file = join(launch.directory, 'nats.conf');
    const limits = `store_dir: "${store}", max_memory_store: 1GB, max_file_store: 20GB`;
    writeFileSync(file, `listen: "127.0.0.1:${launch.port}"\njetstream { ${limits}${setting} }\n`);
    return new ServerProcess(launch, [program()!, '-c', file]);
  },
});

export const nats: readonly Contestant[] = [
  contestant('jetstream-always', ', sync_interval: always', {
    durability: 'sync_interval always: a sync for each message, before its acknowledgement',
    durableIn: ['submit', 'cycle', 'latency', 'start'],
  }),
  contestant('jetstream-default', '', {
    durability: 'default: a sync every two minutes, acknowledgements do not wait for it',
    durableIn: [],
  }),
];
