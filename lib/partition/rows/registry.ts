/**
 * Registries: what gets a number of its own that is never used a second time, also when what had it
 * is long gone, since rows and keys elsewhere may still have it.
 *
 * Numbers of indexes are of a partition, which gives them itself. All others are in rows that go
 * from one partition to another, so they mean the same in all: one place gives them, who changes
 * the configuration objects (`lib/objects`), by the highest of partition 0; with what it has given
 * every partition notes the highest (`raiseHighest`).
 *
 * Table `registry`: a row with the highest number that was ever given (key: kind u8; value: version
 * u8, number u32). Behind it a kind may have rows of its own, whose keys begin with its u8 too, as
 * indexes have (`index-row.ts`).
 */
import { assert } from '../../assert.js';
import { bufferOf } from '../../interaction/row-bytes.js';
import { Table, type Reader } from '../../store/contract.js';

/** What has numbers, one each. Part of the data format: only append. */
export const Registry = { queues: 1, indexes: 2, columns: 3, workbinTypes: 4, media: 5 } as const;
export type Registry = (typeof Registry)[keyof typeof Registry];
/** Those of which a partition gives numbers by itself. */
export type OwnRegistry = typeof Registry.indexes;

const codecVersion = 1;
const rowBytes = 5;
const highestPossible = 0xffff_ffff;

/** What rows are put into. */
export interface RegistryRows extends Reader {
  put(table: typeof Table.registry, key: string, value: Uint8Array): void;
}

/** The key of a registry; keys of its own rows begin with it. */
export const registryKey = (registry: Registry): string => String.fromCharCode(registry);

/** The highest number that was ever given; 0: none. */
export function readHighest(reader: Reader, registry: Registry): number {
  const row = reader.get(Table.registry, registryKey(registry));
  return row === undefined ? 0 : decodeHighest(row);
}

/** @throws {AssertionError} for a row that this code does not know */
export function decodeHighest(row: Uint8Array): number {
  assert(row[0] === codecVersion && row.length === rowBytes, 'registry row of unknown version');
  return bufferOf(row).readUInt32BE(1);
}

/** Notes that numbers up to this one were given, by whoever gave them. It never goes back. */
export function raiseHighest(rows: RegistryRows, registry: Registry, number: number): void {
  if (number <= readHighest(rows, registry)) return;
  assert(number <= highestPossible, 'a registry has no more numbers');
  const row = Buffer.alloc(rowBytes);
  row[0] = codecVersion;
  row.writeUInt32BE(number, 1);
  rows.put(Table.registry, registryKey(registry), row);
}

/** A number that nothing in this partition had before. */
export function newNumber(rows: RegistryRows, registry: OwnRegistry): number {
  const number = readHighest(rows, registry) + 1;
  raiseHighest(rows, registry, number);
  return number;
}
