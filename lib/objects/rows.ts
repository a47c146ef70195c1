/**
 * How configuration objects are kept in table `object` of partition 0. A change writes the rows of
 * a new version next to the old ones, in as many write sets as it takes; one small row, the
 * head, then says which version counts. Rows of a version above the head are what an
 * interrupted change left.
 *
 * | key                                           | value (JSON)                              |
 * | --------------------------------------------- | ----------------------------------------- |
 * | `model\0head`                                 | `{version}`                               |
 * | `model\0version\0` u32 version                | `VersionHeader`                           |
 * | `model\0change\0` u32 version, u32 n          | `[kind, name, change][]` of one write set |
 * | `model\0object\0` kind \0 name \0 u32 version | the fields; none: removed here            |
 * | `model\0start\0options`                       | `{NAME: value}`, for a start              |
 * | `model\0start\0applications`                  | `StartApplication[]`                      |
 * | `model\0start\0columns`                       | `ColumnPlan`                              |
 *
 * Of an object the row of the highest version up to the one wanted counts.
 */
import { Buffer } from 'node:buffer';
import { prefixEnd, readU32, readUtf8, u32Key, utf8Key } from '../store/keys.js';
import type { MappedKey } from '../interaction/mapped-keys.js';
import type { KindName, Scalar } from './field.js';

/** Who made a version, when and what it changed. */
export interface VersionHeader {
  readonly version: number;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  readonly who: string;
  readonly comment: string;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

export type ChangeWord = 'added' | 'changed' | 'removed';
export type IndexRow = readonly (readonly [kind: KindName, name: string, change: ChangeWord])[];

/** A row; `undefined` deletes. Keys are binary strings, one character a byte. */
export type Row = readonly [key: string, value: Uint8Array | undefined];

/** All of them begin with it. */
export const modelPrefix = 'model\0';
export const headKey = `${modelPrefix}head`;
export const versionPrefix = `${modelPrefix}version\0`;
export const changePrefix = `${modelPrefix}change\0`;
export const objectPrefix = `${modelPrefix}object\0`;
/** All that a start needs of the objects besides the queues. */
export const startPrefix = `${modelPrefix}start\0`;
export const startOptionsKey = `${startPrefix}options`;
export const startApplicationsKey = `${startPrefix}applications`;
export const startColumnsKey = `${startPrefix}columns`;

export const versionKey = (version: number): string => versionPrefix + u32Key(version);
export const changeKey = (version: number, index: number): string =>
  changePrefix + u32Key(version) + u32Key(index);
export const versionOfChangeKey = (key: string): number => readU32(key, changePrefix.length);
export const objectKey = (kind: KindName, name: string, version: number): string =>
  `${objectPrefix}${kind}\0${utf8Key(name)}\0${u32Key(version)}`;

/** The parts of an object's key; neither kinds nor names hold NUL. */
export function readObjectKey(key: string): { kind: KindName; name: string; version: number } {
  const kindEnd = key.indexOf('\0', objectPrefix.length);
  const nameEnd = key.length - 5;
  return {
    kind: key.slice(objectPrefix.length, kindEnd) as KindName,
    name: readUtf8(key, kindEnd + 1, nameEnd),
    version: readU32(key, nameEnd + 1),
  };
}

export const versionsEnd = prefixEnd(versionPrefix);
export const changesEnd = prefixEnd(changePrefix);
export const objectsEnd = prefixEnd(objectPrefix);

export const toRow = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
export const textOf = (row: Uint8Array): string =>
  Buffer.from(row.buffer, row.byteOffset, row.byteLength).toString();
export const fromRow = (row: Uint8Array): unknown => JSON.parse(textOf(row)) as unknown;

/** What a start needs of the options: those that are given, by SECTION/NAME. */
export type StartOptions = Readonly<Record<string, Scalar>>;

/** An application as admission needs it. */
export interface StartApplication {
  readonly name: string;
  readonly type: string;
  /** Absent: what its type says. */
  readonly role?: string | undefined;
  /** Numbers of tenants, ascending; absent: all. */
  readonly tenants?: readonly number[] | undefined;
  /** It is bound to groups of agents or to queues; see `lib/agents/scope.ts`. */
  readonly isBound?: true;
  /** Hashes of its tokens; none: it cannot register. */
  readonly hashes: readonly string[];
}

/** The columns there are, and the highest number that one ever had. */
export interface ColumnPlan {
  readonly highest: number;
  /** By number. */
  readonly columns: readonly MappedKey[];
}

export const noColumns: ColumnPlan = { highest: 0, columns: [] };

/** What a start reads. */
export interface StartObjects {
  readonly options: StartOptions;
  readonly applications: readonly StartApplication[];
  /** Keys of attached data that have a column. */
  readonly columns: readonly MappedKey[];
}

/** Out of the rows that begin with `startPrefix`; a store without objects has none. */
export function startObjectsOf(rows: readonly Row[]): StartObjects {
  const found = new Map(rows);
  const read = (key: string): unknown => {
    const row = found.get(key);
    return row === undefined ? undefined : fromRow(row);
  };
  return {
    options: (read(startOptionsKey) ?? {}) as StartOptions,
    applications: (read(startApplicationsKey) ?? []) as readonly StartApplication[],
    columns: ((read(startColumnsKey) ?? noColumns) as ColumnPlan).columns,
  };
}
