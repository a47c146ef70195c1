/** `ixion store`: verify, back up, restore, measure and compact a store. */
import { StartRefused } from '../../refusal.js';
import { remedy } from '../../data/verify-partition.js';
import { type StoreVerification, verifyStore } from '../../data/verify.js';
import { describeTimeline } from '../../timeline.js';
import type { HandlersOf } from '../command.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import type { Output } from '../output.js';
import { refusalExit } from '../refusal-exit.js';
import { backup, compact, init, restore, stats } from '../store-verbs.js';
import type { store } from '../table/store.js';

export const handlers: HandlersOf<typeof store> = {
  init: ({ flags }, { output }) => refusing(() => init(flags, output)),
  verify: ({ flags }, { output }) => refusing(() => verify(flags.data, flags.json, output)),
  backup: ({ arguments: { dir }, flags }, { output }) => refusing(() => backup(dir, flags, output)),
  restore: ({ arguments: { dir }, flags }, { output }) =>
    refusing(() => restore(dir, flags.data, flags.json, output)),
  stats: ({ flags }, { output }) => refusing(() => stats(flags, output)),
  compact: ({ flags }, { output }) => refusing(() => compact(flags.data, flags.json, output)),
};

/** Stores that cannot be opened, as ends of the command. */
async function refusing(work: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof StartRefused ? refusalExit(error) : error;
  }
}

async function verify(data: string, json: boolean, output: Output): Promise<ExitCode> {
  const found = await verifyStore(data);
  output.text(json ? `${JSON.stringify(found)}\n` : `${describe(found)}\n`);
  return found.faults === 0 ? exitCodes.ok : exitCodes.data;
}

const counted = (faults: number): string => `${faults} ${faults === 1 ? 'fault' : 'faults'}`;

function describe(found: StoreVerification): string {
  const { data, storeId, timeline, partitions, between, faults } = found;
  const lines = partitions.flatMap((one) => {
    const rows = one.tables.reduce((sum, table) => sum + table.entries, 0);
    const state = one.faults.length === 0 ? 'sound' : counted(one.faults.length);
    return [
      `partition ${one.partition}: ${one.interactions} interactions, ${rows} rows, ${state}`,
      ...one.faults.map((fault) => `  ${fault}`),
    ];
  });
  const verdict =
    faults === 0 ? 'the store is sound' : `the store has ${counted(faults)}. ${remedy}`;
  const store = `${data}, store ${storeId}, ${describeTimeline(timeline)}`;
  return [store, ...lines, ...between, verdict].join('\n');
}
