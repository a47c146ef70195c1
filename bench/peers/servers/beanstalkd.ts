/** Beanstalkd with its binary log. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Contestant } from '../contestant.js';
import { findProgram, type Launch, ServerProcess, versionOf } from '../server.js';

const contestant = (
  name: string,
  flags: readonly string[],
  claim: Pick<Contestant, 'durability' | 'durableIn'>,
): Contestant => ({
  name,
  ...claim,
  client: 'beanstalkd',
  mode: '',
  end: 'DELETED received',
  isEndAnswered: true,
  missing: () => (findProgram('beanstalkd') ? undefined : 'beanstalkd is not installed'),
  version: () => versionOf(findProgram('beanstalkd')!, '-v'),
  async start(launch: Launch) {
    const log = join(launch.directory, 'binlog');
    mkdirSync(log, { recursive: true });
    const flagsOfPlace = ['-l', '127.0.0.1', '-p', String(launch.port), '-b', log];
    return new ServerProcess(launch, [findProgram('beanstalkd')!, ...flagsOfPlace, ...flags]);
  },
});

export const beanstalkd: readonly Contestant[] = [
  contestant('beanstalkd-always', ['-f0'], {
    durability:
      '-f0: an fsync for each put and each delete, before its answer; a reserve is not kept',
    durableIn: ['submit', 'cycle', 'latency', 'start'],
  }),
  contestant('beanstalkd-default', [], {
    durability: 'default (-f50): an fsync at most every 50 ms, answers do not wait for it',
    durableIn: [],
  }),
];
