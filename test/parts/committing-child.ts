/**
 * A process that commits with LMDB, one write set after the other, and says how many of them are
 * durable. Run by `failing-pages.test.ts`.
 */
import { writeSync } from 'node:fs';
import { systemClock } from '../../lib/clock.js';
import { Table } from '../../lib/store/contract.js';
import { LayeredStore } from '../../lib/store/layered.js';
import { LmdbMedium } from '../../lib/store/lmdb.js';
import { Owner, row } from '../store/conformance.js';

process.on('unhandledRejection', () => process.exit(3));

const medium = new LmdbMedium(process.argv[2]!, { clock: systemClock, reserveBytes: 0 });
medium.timeline = process.argv[3]!;
medium.openTables();
const owner = new Owner(new LayeredStore(medium));
for (let set = 0; set < 6; set++) {
  const outcome = await owner.append([row(Table.state, `row ${set}`, 'x'.repeat(4_000))]);
  if (outcome !== 'durable') break;
  writeSync(1, 'durable\n');
}
process.exit(0);
