/**
 * The least that a start can do: Node, the same number of threads, the same environments opened,
 * the first key of each read. Its argument is a `BareOptions` as JSON; it prints one line and ends.
 */
import { Worker } from 'node:worker_threads';

export interface BareOptions {
  readonly threads: number;
  /** Of the environments; they go round the threads. */
  readonly directories: readonly string[];
}

const { threads, directories } = JSON.parse(process.argv[2] ?? '{}') as BareOptions;
const opened = Array.from({ length: threads }, (_, thread) => {
  const workerData = directories.filter((__, index) => index % threads === thread);
  const module = new URL('./bare-thread.js', import.meta.url);
  const worker = new Worker(module, { execArgv: [], workerData });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
});
await Promise.all(opened);
process.stdout.write('ready\n');
