/**
 * How the queues stand in the store: every partition has the same list, in a few large rows, so
 * that a start reads it at once. A list has a version; its rows are written first and one small
 * row, the head, then names the version that counts. Rows of other versions are what an interrupted
 * change left behind. The highest number that a queue ever had is in its registry
 * (`registry.ts`), so that none is given twice.
 */
import { Packr } from 'msgpackr';
import { prefixEnd, u32Key } from '../../store/keys.js';
import { assert } from '../../assert.js';
import { Table, type Reader } from '../../store/contract.js';
import type { QueueEntry } from '../../queue/entry.js';
import { raiseHighest, readHighest, Registry, type RegistryRows } from './registry.js';

/** Kinds by their numbers in rows; 0 is ordinary. Only append. */
const queueKinds: readonly QueueEntry['kind'][] = [undefined, 'private'];
/** Owners of workbins by their numbers in rows; 0: it is under none. Only append. */
const queueOwners: readonly QueueEntry['owner'][] = [
  undefined,
  'agent',
  'agentGroup',
  'place',
  'placeGroup',
];

/** What the head row holds. */
export interface QueueListHead {
  /** Counts up with every change of the list; 0: there never was one. */
  readonly version: number;
  /** The highest number that a queue ever had: none is given twice. */
  readonly highest: number;
  /** Numbers of queues that take nothing more because they are about to be removed. */
  readonly closing: readonly number[];
}

export interface QueueList extends QueueListHead {
  readonly queues: readonly QueueEntry[];
}

/** A list as it travels between threads. */
export interface PackedQueueList extends QueueListHead {
  readonly chunks: readonly Uint8Array[];
}

const headKey = 'queues';
const listPrefix = 'queues\0';
const chunkPrefix = (version: number): string => listPrefix + u32Key(version);
/** With names of the greatest length a chunk stays well below a write set. */
const chunkQueues = 1_000;
const codecVersion = 1;
const packr = new Packr({ useRecords: false, mapsAsObjects: true });

interface Chunk {
  readonly codec: number;
  readonly processes: readonly string[];
  readonly queues: readonly PackedQueue[];
}

/**
 * Number, name, index of the process, partition; then, of few queues, placement, `formerly`,
 * kind and owner.
 */
type PackedQueue = readonly [
  number,
  string,
  number,
  number,
  placement?: string,
  formerly?: readonly number[],
  kind?: number,
  owner?: number,
];

/** Packs a list; the inverse of `unpackQueues`. */
export function packQueues(queues: readonly QueueEntry[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let start = 0; start < queues.length; start += chunkQueues) {
    const processes = new Map<string, number>();
    const rows = queues.slice(start, start + chunkQueues).map((queue): PackedQueue => {
      const { number, name, businessProcess, partition, placement, formerly, kind, owner } = queue;
      const index = processes.get(businessProcess) ?? processes.size;
      processes.set(businessProcess, index);
      const always = [number, name, index, partition] as const;
      if (kind !== undefined) {
        const special = [queueKinds.indexOf(kind), queueOwners.indexOf(owner)] as const;
        return [...always, placement ?? '', formerly ?? [], ...special];
      }
      if (placement === undefined && formerly === undefined) return always;
      return [...always, placement ?? '', formerly ?? []];
    });
    const chunk: Chunk = { codec: codecVersion, processes: [...processes.keys()], queues: rows };
    chunks.push(Uint8Array.from(packr.pack(chunk)));
  }
  return chunks;
}

export function unpackQueues(chunks: readonly Uint8Array[]): readonly QueueEntry[] {
  const isSame = chunks.length === last.chunks.length && chunks.every(isAsLast);
  if (!isSame) last = { chunks, queues: unpackChunks(chunks) };
  return last.queues;
}

/** The list that was unpacked last: all partitions of a thread have the same. */
let last: { readonly chunks: readonly Uint8Array[]; readonly queues: readonly QueueEntry[] } = {
  chunks: [],
  queues: [],
};
const isAsLast = (chunk: Uint8Array, at: number): boolean =>
  Buffer.compare(chunk, last.chunks[at]!) === 0;

function unpackChunks(chunks: readonly Uint8Array[]): QueueEntry[] {
  return chunks.flatMap((bytes) => {
    const { codec, processes, queues } = packr.unpack(bytes) as Chunk;
    assert(codec === codecVersion, 'queue rows of unknown version');
    return queues.map((packed) => {
      const [number, name, process, partition, placement = '', formerly = []] = packed;
      const [, , , , , , kind = 0, owner = 0] = packed;
      assert(kind < queueKinds.length, 'a queue of unknown kind');
      assert(owner < queueOwners.length, 'a workbin with an owner of unknown kind');
      return {
        number,
        name,
        businessProcess: processes[process] ?? '',
        partition,
        ...(placement !== '' && { placement }),
        ...(formerly.length > 0 && { formerly }),
        ...(kind > 0 && { kind: queueKinds[kind] }),
        ...(owner > 0 && { owner: queueOwners[owner] }),
      };
    });
  });
}

/** The list that counts. */
export function readQueueList(reader: Reader): QueueList {
  const { chunks, ...head } = readPackedQueueList(reader);
  return { ...head, queues: unpackQueues(chunks) };
}

/** The same without unpacking it; or only its head. */
export function readPackedQueueList(reader: Reader, withQueues: boolean = true): PackedQueueList {
  const row = reader.get(Table.object, headKey);
  const highest = readHighest(reader, Registry.queues);
  if (row === undefined) return { version: 0, highest, closing: [], chunks: [] };
  const head = { ...(packr.unpack(row) as HeadRow), highest };
  if (!withQueues) return { ...head, chunks: [] };
  const prefix = chunkPrefix(head.version);
  const rows = reader.range(Table.object, { from: prefix, to: prefixEnd(prefix) });
  return { ...head, chunks: rows.map(([, value]) => Uint8Array.from(value)) };
}

/** The registry has the highest number. */
type HeadRow = Omit<QueueListHead, 'highest'>;

interface Rows {
  put(table: typeof Table.object, key: string, value: Uint8Array): void;
  delete(table: typeof Table.object, key: string): void;
}

export function putHead(rows: Rows & RegistryRows, head: QueueListHead): void {
  const { version, highest, closing } = head;
  const row: HeadRow = { version, closing };
  rows.put(Table.object, headKey, Uint8Array.from(packr.pack(row)));
  raiseHighest(rows, Registry.queues, highest);
}

export function putChunk(rows: Rows, version: number, index: number, chunk: Uint8Array): void {
  rows.put(Table.object, chunkPrefix(version) + u32Key(index), chunk);
}

/** Deletes the rows of every version but this. */
export function deleteOtherLists(rows: Rows & Reader, version: number): void {
  const kept = chunkPrefix(version);
  for (const [key] of rows.range(Table.object, { from: listPrefix, to: prefixEnd(listPrefix) })) {
    if (!key.startsWith(kept)) rows.delete(Table.object, key);
  }
}

/** Whether a key of table `object` is of the list of queues. */
export const isQueueListKey = (key: string): boolean =>
  key === headKey || key.startsWith(listPrefix);

/**
 * What is wrong with a row of the list, for `store verify`; undefined: nothing.
 * @param partitions so many there are
 * @param counts the list that counts: what an interrupted change left may have later numbers
 * @throws an exception for what cannot be unpacked
 */
export function faultOfQueueRow(
  key: string,
  row: Uint8Array,
  partitions: number,
  counts: Pick<QueueListHead, 'version' | 'highest'>,
): string | undefined {
  const isNumber = (value: unknown): value is number =>
    typeof value === 'number' && value >>> 0 === value;
  if (key === headKey) {
    const head = packr.unpack(row) as Partial<HeadRow> | null;
    const isHead = isNumber(head?.version) && head?.closing?.every(isNumber) === true;
    return isHead ? undefined : 'it is not the head of a list of queues';
  }
  if (key.length !== listPrefix.length + 8) return 'nothing of a list of queues has such a key';
  const highest = key.startsWith(chunkPrefix(counts.version)) ? counts.highest : 0xffff_ffff;
  for (const { number, name, businessProcess, partition } of unpackChunks([row])) {
    if (!isNumber(number) || number === 0) return 'a queue has no number';
    if (number > highest) return `number ${number} of a queue was never given`;
    if (typeof name !== 'string' || name === '') return `queue number ${number} has no name`;
    if (businessProcess === '') return `queue number ${number} is of no business process`;
    if (!isNumber(partition) || partition >= partitions) {
      return `queue number ${number} lives in no partition of this store`;
    }
  }
  return undefined;
}
