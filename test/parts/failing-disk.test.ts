/**
 * The system tells of an error of the disk: the server acknowledges nothing that is not kept, ends
 * with its code, and comes back sound. strace counts per thread, so one thread commits here.
 */
import { join } from 'node:path';
import t from 'tap';
import { exitCodes } from '../../lib/cli/exit-codes.js';
import { KillableServer } from '../crash/killable-server.js';
import { openWorkload, queuesOfWorkload } from '../crash/open-workload.js';
import { directoryOf } from '../fixture/directory.js';
import { readSystemCalls, straceOptions } from './system-calls.js';

const workloadCount = 6;
const seedOfRun = process.env['IXION_SEED'];
const seed = seedOfRun === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(seedOfRun);
/** Later than what a start does, soon enough to be reached. */
const failing = 40 + (seed % 100);

const faults = [
  { call: 'fdatasync', error: 'EIO' },
  { call: 'pwrite64', error: 'ENOSPC' },
] as const;

/**
 * Where lmdb 3.5.6 cannot write a page of data it writes a message beyond the end of its buffer;
 * and after any failed write its threads may not let an exit end. So the process may end by a
 * signal before it ends with its code: of the system, or of the watchdog.
 */
const signals: readonly unknown[] = ['SIGABRT', 'SIGSEGV', 'SIGKILL'];

t.setTimeout(120_000);

for (const { call, error } of faults) {
  t.test(`${error} from ${call} number ${failing}`, async (t) => {
    t.comment(`IXION_SEED=${seed}`);
    const directory = directoryOf(t);
    const workloadQueues = Array.from({ length: workloadCount }, (_, workload) =>
      queuesOfWorkload(workload),
    );
    const environment = { UV_THREADPOOL_SIZE: '1' };
    const server = await KillableServer.create(directory, workloadQueues.flat(), environment);
    t.teardown(() => server.kill());
    await server.stop();
    const log = join(directory, 'strace.log');
    const inject = ['-e', `inject=${call}:error=${error}:when=${failing}`];
    server.spawn([...straceOptions(log, [call]), ...inject]);
    await server.ready();

    const opened = await Promise.all(
      workloadQueues.map((queues, index) => openWorkload(server, index, seed, queues)),
    );
    const workloads = opened.map(({ workload }) => workload);
    let isPaused = false;
    const work = Promise.all(workloads.map((workload) => workload.work(() => isPaused)));
    const ended = await server.ended();
    const failed = (await readSystemCalls(log)).filter(({ result }) => result < 0);
    t.equal(failed.length, 1, 'one call failed');
    const isOfLmdb = failed[0]?.descriptor.includes('data.mdb') === true;
    const isBySignal = isOfLmdb && signals.includes(ended);
    if (isBySignal) t.comment(`it ended by ${ended}`);
    else t.equal(ended, exitCodes.commitFailure, 'it ends with the code of a commit');
    t.match(failed[0]?.descriptor, /data\.mdb|journal/, 'and it was one of the store');

    server.spawn();
    await server.ready();
    const before = workloads.map(({ acknowledged }) => acknowledged);
    while (
      workloads.some(
        ({ acknowledged, isSound }, workload) => isSound && acknowledged <= before[workload]!,
      )
    ) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    isPaused = true;
    await work;
    for (const workload of workloads) await workload.check();
    t.strictSame(
      workloads.flatMap(({ complaints }) => complaints),
      [],
      `IXION_SEED=${seed}`,
    );
    await Promise.all(opened.flatMap(({ clients }) => clients).map((client) => client.close()));
    t.equal(await server.stop(), 0);
    t.strictSame(await server.verify(), []);
  });
}
