/** `ixion store verify`: walks every partition of a store that no server uses. */
import { StartRefused } from '../../server/refusal.js';
import { type StoreVerification, verifyStore } from '../../server/verify-store.js';
import { commonFlags, readArguments } from '../arguments.js';
import { UsageError } from '../command.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import type { Output } from '../output.js';
import { refusalExit } from '../refusal-exit.js';

const help = `Usage: ixion store verify [--data DIR] [--json]

Reads every row of every partition and compares counts, indexes and totals. Refuses a store that a
server has open. The exit code is 65 when something is wrong.

  --data DIR  the store, by default ./data (IXION_DATA)
  --json      one JSON object`;

export async function run(argv: readonly string[], output: Output): Promise<ExitCode> {
  const options = { ...commonFlags, data: { type: 'string' } } as const;
  const { values, positionals } = readArguments('store', argv, options, ['verify']);
  if (values.help) {
    output.text(`${help}\n`);
    return exitCodes.ok;
  }
  const [verb] = positionals;
  if (verb !== 'verify') throw new UsageError(`"store ${verb}" is unknown; there is: verify.`);
  const data = values.data ?? process.env['IXION_DATA'] ?? './data';
  const found = await verifyStore(data).catch((error: unknown) => {
    throw error instanceof StartRefused ? refusalExit(error) : error;
  });
  output.text(values.json ? `${JSON.stringify(found)}\n` : `${describe(found)}\n`);
  return found.faults === 0 ? exitCodes.ok : exitCodes.data;
}

function describe({ data, storeId, partitions, between, faults }: StoreVerification): string {
  const lines = partitions.flatMap((one) => {
    const rows = one.tables.reduce((sum, table) => sum + table.entries, 0);
    const state = one.faults.length === 0 ? 'sound' : `${one.faults.length} faults`;
    return [
      `partition ${one.partition}: ${one.interactions} interactions, ${rows} rows, ${state}`,
      ...one.faults.map((fault) => `  ${fault}`),
    ];
  });
  const verdict = faults === 0 ? 'the store is sound' : `the store has ${faults} faults`;
  return [`${data}, store ${storeId}`, ...lines, ...between, verdict].join('\n');
}
