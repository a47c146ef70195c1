/**
 * Reads and writes versions of the configuration objects; see `rows.ts` for how they are kept.
 */
import type { Scalar } from './field.js';
import { emptyModel, fieldsOf, type Model, type MutableModel, type ObjectChange } from './model.js';
import type { ConfigStore, Progress } from './config-store.js';
import {
  changeKey,
  changesEnd,
  fromRow,
  headKey,
  noColumns,
  objectKey,
  objectPrefix,
  objectsEnd,
  readObjectKey,
  startApplicationsKey,
  startColumnsKey,
  startOptionsKey,
  textOf,
  toRow,
  versionKey,
  versionOfChangeKey,
  versionsEnd,
  type ChangeWord,
  type ColumnPlan,
  type IndexRow,
  type Row,
  type StartApplication,
  type StartOptions,
  type VersionHeader,
} from './rows.js';

/** Rows that are read at once: a partition serves others meanwhile. */
const pageRows = 1_000;
/** Bytes of one write set, well below its limit. */
const writeBytes = 262_144;

const noBytes = new Uint8Array(0);

/** All rows of a range, page by page. */
async function* readAll(store: ConfigStore, from: string, to: string | undefined) {
  let next = from;
  for (;;) {
    const rows = await store.read(next, to, pageRows);
    yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRows) return;
    next = `${last[0]}\0`;
  }
}

/** The version that counts; 0: there is none yet. */
export async function readHead(store: ConfigStore): Promise<number> {
  const [row] = await store.read(headKey, `${headKey}\0`, 1);
  return row?.[1] === undefined ? 0 : (fromRow(row[1]) as { version: number }).version;
}

/** The columns that count. */
export async function readColumnPlan(store: ConfigStore): Promise<ColumnPlan> {
  const [row] = await store.read(startColumnsKey, `${startColumnsKey}\0`, 1);
  return row?.[1] === undefined ? noColumns : (fromRow(row[1]) as ColumnPlan);
}

/** All objects as they were in a version. */
export async function readModel(store: ConfigStore, version: number): Promise<MutableModel> {
  const model = emptyModel();
  for await (const rows of readAll(store, objectPrefix, objectsEnd)) {
    for (const [key, value] of rows) {
      const { kind, name, version: since } = readObjectKey(key);
      const objects = model.get(kind);
      if (since > version || objects === undefined) continue;
      if (value === undefined || value.length === 0) objects.delete(name);
      else objects.set(name, textOf(value));
    }
  }
  return model;
}

/** The newest versions, newest first. */
export async function readHistory(
  store: ConfigStore,
  head: number,
  count: number,
): Promise<VersionHeader[]> {
  const first = Math.max(1, head - count + 1);
  const headers: VersionHeader[] = [];
  for await (const rows of readAll(store, versionKey(first), versionsEnd)) {
    headers.push(...rows.map(([, value]) => fromRow(value ?? noBytes) as VersionHeader));
  }
  return headers.filter(({ version }) => version <= head).toReversed();
}

/** Names of what a version changed. */
export async function readChanges(store: ConfigStore, version: number): Promise<IndexRow> {
  const changes: IndexRow[number][] = [];
  for await (const rows of readAll(store, changeKey(version, 0), changeKey(version + 1, 0))) {
    for (const [, value] of rows) changes.push(...(fromRow(value ?? noBytes) as IndexRow));
  }
  return changes;
}

/** Deletes what an interrupted change left above the version that counts. */
export async function cleanUp(store: ConfigStore, head: number): Promise<void> {
  for (;;) {
    const [row] = await store.read(changeKey(head + 1, 0), changesEnd, 1);
    if (row === undefined) return;
    const [key, value] = row;
    const version = versionOfChangeKey(key);
    const objects = (fromRow(value ?? noBytes) as IndexRow).map(([kind, name]): Row => [
      objectKey(kind, name, version),
      undefined,
    ]);
    await store.write([...objects, [key, undefined]]);
  }
}

const wordOf = ({ before, after }: ObjectChange): ChangeWord => {
  if (before === undefined) return 'added';
  return after === undefined ? 'removed' : 'changed';
};

/** How many of each. */
export function countChanges(changes: readonly ObjectChange[]) {
  const counts = { added: 0, changed: 0, removed: 0 };
  for (const change of changes) counts[wordOf(change)] += 1;
  return counts;
}

/** Writes the rows of a version without making it count. */
export async function writeVersion(
  store: ConfigStore,
  version: number,
  changes: readonly ObjectChange[],
  onProgress: (progress: Progress) => void,
): Promise<void> {
  let rows: Row[] = [];
  let index: IndexRow[number][] = [];
  let bytes = 0;
  let pieces = 0;
  for (const [at, change] of changes.entries()) {
    const { kind, name, after } = change;
    const value = after === undefined ? noBytes : Buffer.from(after);
    const key = objectKey(kind, name, version);
    rows.push([key, value]);
    index.push([kind, name, wordOf(change)]);
    bytes += 2 * key.length + value.length + 32;
    if (bytes < writeBytes && at < changes.length - 1) continue;
    rows.push([changeKey(version, pieces), toRow(index)]);
    await store.write(rows);
    onProgress({ stage: 'write', done: (at + 1) / changes.length });
    pieces += 1;
    rows = [];
    index = [];
    bytes = 0;
  }
}

/** The rows that make a version count, to be written in one write set. */
export function headRows(header: VersionHeader, model: Model, columns: ColumnPlan): Row[] {
  return [
    [headKey, toRow({ version: header.version })],
    [versionKey(header.version), toRow(header)],
    [startOptionsKey, toRow(startOptionsOf(model))],
    [startApplicationsKey, toRow(startApplicationsOf(model))],
    [startColumnsKey, toRow(columns)],
  ];
}

/** The options that are given, as a start reads them. */
function startOptionsOf(model: Model): StartOptions {
  const options = [...(model.get('option') ?? [])].map(
    ([name, json]) => [name, fieldsOf(json)['value'] as Scalar] as const,
  );
  return Object.fromEntries(options);
}

/** The applications as a start reads them; one that is switched off has no token that would fit. */
export function startApplicationsOf(model: Model): StartApplication[] {
  const idOf = (tenant: string): number =>
    fieldsOf(model.get('tenant')?.get(tenant) ?? '{}')['id'] as number;
  return [...(model.get('application') ?? [])].map(([name, json]) => {
    const fields = fieldsOf(json) as unknown as ApplicationFields;
    const { type, role, tenants, credentials, enabled, agentGroups = [], queues = [] } = fields;
    const isBound = agentGroups.length + queues.length > 0;
    return {
      name,
      type,
      ...(role !== undefined && { role }),
      ...(tenants !== undefined && { tenants: tenants.map(idOf).sort((a, b) => a - b) }),
      ...(isBound && { isBound }),
      hashes: enabled === false ? [] : (credentials ?? []),
    };
  });
}

interface ApplicationFields {
  readonly type: string;
  readonly role?: string;
  readonly tenants?: readonly string[];
  readonly credentials?: readonly string[];
  readonly enabled?: boolean;
  readonly agentGroups?: readonly string[];
  readonly queues?: readonly string[];
}
