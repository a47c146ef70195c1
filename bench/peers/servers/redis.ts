/** BullMQ on Redis with its append-only file. */
import type { Contestant } from '../contestant.js';
import { findProgram, type Launch, ServerProcess, versionOf } from '../server.js';

const contestant = (
  sync: 'always' | 'everysec',
  claim: Pick<Contestant, 'durability' | 'durableIn'>,
): Contestant => ({
  name: `bullmq-${sync}`,
  ...claim,
  client: 'bullmq',
  mode: sync,
  end: "the worker's completed event, after Redis answered its script",
  isEndAnswered: true,
  missing: () => (findProgram('redis-server') ? undefined : 'redis-server is not installed'),
  version: () => versionOf(findProgram('redis-server')!, '--version'),
  async start(launch: Launch) {
    const settings = {
      port: String(launch.port),
      bind: '127.0.0.1',
      dir: launch.directory,
      save: '',
      appendonly: 'yes',
      appendfsync: sync,
      'maxmemory-policy': 'noeviction',
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
    return new ServerProcess(launch, [findProgram('redis-server')!, ...flags]);
  },
});

export const redis: readonly Contestant[] = [
  contestant('always', {
    durability:
      'appendfsync always: one fdatasync for what came in one turn of its loop, before the answers',
    durableIn: ['submit', 'cycle', 'latency', 'start'],
  }),
  contestant('everysec', {
    durability: "appendfsync everysec (Redis' default for its log): an fdatasync each second",
    durableIn: [],
  }),
];
