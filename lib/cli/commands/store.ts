/** `ixion store`: verify, back up, restore, measure and compact a store. */
import { StartRefused } from '../../server/refusal.js';
import { type StoreVerification, verifyStore } from '../../server/verify-store.js';
import { adminAddress } from '../admin-client.js';
import { commonFlags, readArguments } from '../arguments.js';
import { UsageError } from '../command.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import type { Output } from '../output.js';
import { refusalExit } from '../refusal-exit.js';
import { backup, compact, restore, stats } from '../store-verbs.js';

const help = `Usage: ixion store VERB [ARGUMENT] [--data DIR] [--admin HOST:PORT] [--json]

  verify       read every row of every partition and compare counts, indexes and totals; the exit
               code is 65 when something is wrong
  backup DIR   copy the store of a running server, as it is at one moment, into an empty directory
  restore DIR  make a new store, --data, from a backup
  stats        rows, bytes and pages of every table; of a running server with --admin
  compact      give free pages back to the disk

All but "backup" and "stats --admin" refuse a store that a server has open.

  --data DIR         the store, by default ./data (IXION_DATA); "restore" wants it named
  --admin HOST:PORT  the admin address of the server, by default 127.0.0.1:7489 (IXION_ADMIN)
  --json             one JSON object`;

const verbs: Readonly<Record<string, readonly string[]>> = {
  verify: [],
  backup: ['DIR'],
  restore: ['DIR'],
  stats: [],
  compact: [],
};

export async function run(argv: readonly string[], output: Output): Promise<ExitCode> {
  const flags = { data: { type: 'string' }, admin: { type: 'string' } } as const;
  const named = argv.find((argument) => Object.hasOwn(verbs, argument)) ?? '';
  const names = ['VERB', ...(verbs[named] ?? [])];
  const { values, positionals } = readArguments('store', argv, { ...commonFlags, ...flags }, names);
  if (values.help) {
    output.text(`${help}\n`);
    return exitCodes.ok;
  }
  const [verb = '', directory = ''] = positionals;
  if (!Object.hasOwn(verbs, verb)) {
    const known = Object.keys(verbs).join(', ');
    throw new UsageError(`"store ${verb}" is unknown; there are: ${known}.`);
  }
  const data = values.data ?? process.env['IXION_DATA'] ?? './data';
  const common = { json: values.json, output };
  try {
    if (verb === 'verify') return await verify(data, values.json, output);
    if (verb === 'backup') await backup(directory, adminAddress(values.admin), common);
    if (verb === 'restore') await restore(directory, values.data, common);
    if (verb === 'compact') await compact(data, common);
    if (verb === 'stats') {
      await stats(
        values.admin === undefined ? { data } : { admin: adminAddress(values.admin) },
        common,
      );
    }
    return exitCodes.ok;
  } catch (error) {
    throw error instanceof StartRefused ? refusalExit(error) : error;
  }
}

async function verify(data: string, json: boolean, output: Output): Promise<ExitCode> {
  const found = await verifyStore(data);
  output.text(json ? `${JSON.stringify(found)}\n` : `${describe(found)}\n`);
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
