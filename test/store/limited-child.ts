/**
 * A process whose files may not grow beyond a limit: appends until the disk refuses, two sets in
 * flight, then says in one line of JSON what it saw. Run by `lmdb.test.ts`.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../lib/clock.js';
import { openPartitionStore } from '../../lib/store/format.js';
import { Table } from '../../lib/store/contract.js';
import { Owner, row } from './conformance.js';

process.on('unhandledRejection', () => process.exit(3));
// The write is to fail, not the process to end.
process.on('SIGXFSZ', () => undefined);

const opened = await openPartitionStore(process.argv[2]!, { clock: systemClock, reserveBytes: 0 });
if ('problem' in opened) throw new Error(opened.detail);
const { store } = opened;
const owner = new Owner(store);
const outcomes: string[] = [];
while (outcomes.at(-1) !== 'unknown') {
  const set = outcomes.length;
  const big = 'x'.repeat(20_000);
  const pair = [
    owner.append([row(Table.state, `${set}`.padStart(8, '0'), big)]),
    owner.append([row(Table.state, `${set + 1}`.padStart(8, '0'), big)]),
  ];
  outcomes.push(...(await Promise.all(pair)));
}
const afterwards = await owner.append([row(Table.state, 'after', 'x')]);
await store.settle();
await store.close();
await delay(50);
const durable = outcomes.filter((outcome) => outcome === 'durable').length;
process.stdout.write(JSON.stringify({ durable, last: outcomes.slice(-2), afterwards }));
