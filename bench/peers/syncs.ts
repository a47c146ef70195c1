/**
 * What a confirm is worth, seen from outside: the server runs under strace, and its calls that make
 * data durable are counted. One put at a time says whether each confirm has a sync of its own;
 * a periodic sync shows as hardly any. Many at a time say how many share one.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchOptions } from '../support/bench.js';
import { rounded } from '../support/statistics.js';
import type { Contestant } from './contestant.js';
import { findProgram } from './server.js';
import { withPair } from './turn.js';

const oneByOne = 200;
const together = 5_000;

/** Syncs of a server per operation. */
export interface Syncs {
  readonly perPutOneByOne: number;
  readonly putsPerSyncTogether: number | undefined;
  readonly perCycleOneByOne: number;
  readonly cyclesPerSyncTogether: number | undefined;
}

/** Undefined: strace is there. */
export const withoutStrace = (): string | undefined =>
  findProgram('strace') ? undefined : 'strace is not installed';

/** The tracer is nobody's parent, so that signals and processor time are the server's own. */
const wrapperOf = (file: string): string[] => {
  const flags = '-D -f -qq --seccomp-bpf -e trace=fsync,fdatasync,msync -o'.split(' ');
  return [findProgram('strace')!, ...flags, file];
};

export async function countSyncs(contestant: Contestant, options: BenchOptions): Promise<Syncs> {
  const put = await countOf(contestant, options, 'submit');
  const cycle = await countOf(contestant, options, 'cycle');
  return {
    perPutOneByOne: put.single,
    putsPerSyncTogether: put.grouped,
    perCycleOneByOne: cycle.single,
    cyclesPerSyncTogether: cycle.grouped,
  };
}

async function countOf(contestant: Contestant, options: BenchOptions, load: 'submit' | 'cycle') {
  const counted = async (inFlight: number, count: number): Promise<number> => {
    const file = join(options.directory, `${contestant.name}.strace`);
    return withPair(
      contestant,
      options,
      load,
      async ({ run }) => {
        // What belongs to the start and the making of queues is over by then.
        await run({ count: inFlight * 2 });
        const before = syncsIn(file);
        await run({ count });
        return syncsIn(file) - before;
      },
      { wrapper: wrapperOf(file), inFlight },
    );
  };
  const single = await counted(1, oneByOne);
  const grouped = await counted(options.inFlight, together);
  return {
    single: rounded(single / oneByOne),
    grouped: grouped === 0 ? undefined : rounded(together / grouped),
  };
}

/** A call that another thread interrupts in the trace has two lines; its second counts. */
export const countSyncLines = (trace: string): number =>
  trace.split('\n').filter((line) => /(fsync|fdatasync|msync)[( ].* = 0/.test(line)).length;

const syncsIn = (file: string): number => countSyncLines(readFileSync(file, 'utf8'));

/** In words, for people. */
export function describeSyncs(syncs: Syncs): string {
  const { perPutOneByOne, putsPerSyncTogether, perCycleOneByOne, cyclesPerSyncTogether } = syncs;
  const shared = (count: number | undefined): string =>
    count === undefined ? 'no sync at all' : `${count} to a sync`;
  return (
    `one at a time ${perPutOneByOne} syncs per put and ${perCycleOneByOne} per cycle; ` +
    `many at a time ${shared(putsPerSyncTogether)}, cycles ${shared(cyclesPerSyncTogether)}`
  );
}
