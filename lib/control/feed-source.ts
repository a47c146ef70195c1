/**
 * What counts of the configuration objects, read from partition 0: a row each of what is told
 * whole, names of what changed, single objects. Never all objects: what a read costs does not
 * depend on how many there are. What it tells is durable.
 */
import type { ActorRef } from '../actor/index.js';
import type { KindName } from '../objects/field.js';
import {
  changeKey,
  fromRow,
  headKey,
  type IndexRow,
  objectKey,
  type StartObjects,
  startObjectsOf,
  startPrefix,
  textOf,
} from '../objects/rows.js';
import type { PartitionMessage } from '../mail/partition.js';
import { unpackRows, type ObjectChanges } from '../partition/rows/objects.js';
import { prefixEnd } from '../store/keys.js';

const deadlineMs = 30_000;
/** More than there ever will be of rows that begin with `startPrefix`: there are three. */
const startRowsMax = 16;
/** Rows with names of changed objects that are read at once; each is up to 256 KiB of objects. */
const changeRowsMax = 4;

type RowRange = Omit<Extract<PartitionMessage, { type: 'read-objects' }>, 'type'>;

/** An object that changed. */
export type ObjectName = readonly [kind: KindName, name: string];

/** Objects of one version. */
export interface VersionedObjects extends StartObjects {
  /** The version that counts; 0: there is none yet. */
  readonly version: number;
}

/** What the feed reads from. Its promises reject with an IxionError while it cannot be reached. */
export interface FeedSource {
  /** Rows that were read since it was made. */
  readonly rowsRead: number;
  /** What is told whole, of the version that counts. */
  current(): Promise<VersionedObjects>;
  /**
   * Names of what the versions after `after`, up to and with `version`, changed; `all` when they
   * are more than `namesMax`, or `after` was long ago.
   */
  changed(after: number, version: number, namesMax: number): Promise<readonly ObjectName[] | 'all'>;
  /** The fields of an object as JSON, as they were in a version; undefined: there was none. */
  object(kind: KindName, name: string, version: number): Promise<string | undefined>;
}

/** The rows of partition 0. */
export class PartitionSource implements FeedSource {
  readonly #first: ActorRef<PartitionMessage>;
  #rowsRead = 0;

  /** @param first partition 0 */
  constructor(first: ActorRef<PartitionMessage>) {
    this.#first = first;
  }

  /** Rows that were read since it was made. */
  get rowsRead(): number {
    return this.#rowsRead;
  }

  async current(): Promise<VersionedObjects> {
    for (;;) {
      // In the order in which they are asked: if the head is the same on both sides,
      // so is the version.
      const [before, rows, after] = await Promise.all([
        this.#head(),
        this.#read({ from: startPrefix, to: prefixEnd(startPrefix), limit: startRowsMax }),
        this.#head(),
      ]);
      if (before === after) return { version: after, ...startObjectsOf(rows) };
    }
  }

  async changed(
    after: number,
    version: number,
    namesMax: number,
  ): Promise<readonly ObjectName[] | 'all'> {
    const names: ObjectName[] = [];
    const to = changeKey(version + 1, 0);
    let from = changeKey(after + 1, 0);
    for (;;) {
      const rows = await this.#read({ from, to, limit: changeRowsMax });
      for (const [, value] of rows) {
        for (const [kind, name] of fromRow(value!) as IndexRow) names.push([kind, name]);
      }
      if (names.length > namesMax) return 'all';
      const last = rows.at(-1);
      if (last === undefined || rows.length < changeRowsMax) return names;
      from = `${last[0]}\0`;
    }
  }

  async object(kind: KindName, name: string, version: number): Promise<string | undefined> {
    const from = objectKey(kind, name, 0);
    const to = objectKey(kind, name, version + 1);
    const [row] = await this.#read({ from, to, limit: 1, reverse: true });
    const value = row?.[1];
    return value === undefined || value.length === 0 ? undefined : textOf(value);
  }

  async #head(): Promise<number> {
    const [row] = await this.#read({ from: headKey, to: `${headKey}\0`, limit: 1 });
    return row?.[1] === undefined ? 0 : (fromRow(row[1]) as { version: number }).version;
  }

  async #read(range: RowRange): Promise<ObjectChanges> {
    const message = { type: 'read-objects', ...range } as const;
    const rows = unpackRows(await this.#first.ask<Uint8Array>(message, { deadlineMs }));
    this.#rowsRead += rows.length;
    return rows;
  }
}
