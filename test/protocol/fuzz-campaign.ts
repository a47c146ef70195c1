/**
 * The long form of the fuzz test:
 * `node --expose-gc dist/test/protocol/fuzz-campaign.js [COUNT] [SEED]`. Frames are made in a pool
 * and fed here; prints the outcomes and the memory at each tenth. Ends with 1 when memory after the
 * first tenth grew by more than 4 MB.
 */
import { Piscina } from 'piscina';
import { seededRandom } from '../../lib/clock.js';
import { feed } from './fuzz.js';
import type { Outcomes } from './fuzz.js';
import type { FuzzBatch } from './fuzz-worker.js';

const total = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? 1);
const batchSize = 5_000;
const allowedGrowthBytes = 4_000_000;

const pool = new Piscina({
  filename: new URL('./fuzz-worker.js', import.meta.url).href,
  name: 'makeBatch',
  minThreads: 1,
  maxThreads: 1,
  atomics: 'disabled',
  execArgv: [],
  env: { ...process.env, NODE_OPTIONS: '' },
});

/**
 * Bytes in use, after two collections with a turn between them: buffers are freed in the second.
 */
async function memoryBytes(): Promise<number> {
  for (let left = 2; left > 0; left--) {
    (globalThis as { gc?: () => void }).gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const outcomes: Outcomes = {};
const samples: number[] = [];
const batches = Math.max(10, Math.ceil(total / batchSize));
const count = Math.ceil(total / batches);
let next = pool.run({ seed, count }) as Promise<FuzzBatch>;
for (let batch = 0; batch < batches; batch++) {
  const { bytes, ends } = await next;
  next = pool.run({ seed: seed + batch + 1, count }) as Promise<FuzzBatch>;
  const random = seededRandom(seed + batch);
  let start = 0;
  for (const end of ends) {
    feed(bytes.subarray(start, end), random, outcomes);
    start = end;
  }
  if ((batch + 1) % Math.floor(batches / 10) === 0) samples.push(await memoryBytes());
}
await next;
await pool.close();

const grownBytes = Math.max(...samples.slice(1)) - (samples[0] ?? 0);
const report = { frames: batches * count, seed, outcomes, memoryBytes: samples, grownBytes };
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
process.exitCode = grownBytes > allowedGrowthBytes ? 1 : 0;
