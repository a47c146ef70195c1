/**
 * Brings the views among the configuration objects to the partitions, each of which keeps them: so
 * a start reads nothing for them, and a partition that has missed changes is told those alone.
 */
import type { ActorRef } from '../actor/index.js';
import type { Clock } from '../clock.js';
import { IxionError } from '../errors.js';
import type { PartitionMessage, ViewChange, ViewChanges } from '../mail/partition.js';
import { objectKey, readObjectKey, textOf } from '../objects/rows.js';
import { unpackRows } from '../partition/rows/objects.js';
import { prefixEnd } from '../store/keys.js';
import type { Service } from '../service/contract.js';
import type { ChangedObjects, ConfigurationFeed, KeyedConsumer } from './feed.js';
import { PartitionSource } from './feed-source.js';
import { untilRebuilt } from './until-rebuilt.js';

const deadlineMs = 30_000;
/** When more changed, all views are compared. */
const namesMax = 1_000;
/** Rows that are read at once. */
const pageRows = 256;
/** UTF-16 units of views in one message, about. */
const messageUnits = 65_536;

export interface ViewConsumersOptions {
  readonly clock: Clock;
  readonly feed: ConfigurationFeed;
  readonly partitions: readonly ActorRef<PartitionMessage>[];
}

/** Tells the partitions; begins once clients are served. */
export class ViewConsumers implements Service {
  readonly name = 'views';
  readonly #options: ViewConsumersOptions;
  readonly #consumers: readonly ViewConsumer[];
  #isStopped = false;

  constructor(options: ViewConsumersOptions) {
    this.#options = options;
    const { feed, partitions } = options;
    const source = new PartitionSource(partitions[0]!);
    this.#consumers = partitions.map(
      (_, partition) => new ViewConsumer(partitions[0]!, partitions[partition]!, partition, source),
    );
    for (const consumer of this.#consumers) feed.attachKeyed(consumer);
  }

  /** Tells those that have missed something. */
  async start(): Promise<void> {
    const { clock, feed } = this.#options;
    const patience = { clock, patienceMs: Infinity, isOver: () => this.#isStopped };
    await Promise.all(
      this.#consumers.map((consumer) =>
        untilRebuilt(() => consumer.bringTo(feed.version), patience),
      ),
    ).catch((error: unknown) => {
      if (!this.#isStopped) throw error;
    });
  }

  stop(): void {
    this.#isStopped = true;
  }

  status(): object {
    return { versions: this.#consumers.map(({ version }) => version) };
  }
}

class ViewConsumer implements KeyedConsumer {
  readonly name: string;
  readonly kinds = ['view'] as const;
  /** Of the configuration objects, as the partition said last. */
  version = -1;
  readonly #first: ActorRef<PartitionMessage>;
  readonly #partition: ActorRef<PartitionMessage>;
  readonly #source: PartitionSource;
  #last: Promise<void> = Promise.resolve();

  constructor(
    first: ActorRef<PartitionMessage>,
    partition: ActorRef<PartitionMessage>,
    number: number,
    source: PartitionSource,
  ) {
    this.name = `views of partition ${number}`;
    this.#first = first;
    this.#partition = partition;
    this.#source = source;
  }

  changed({ version }: ChangedObjects): Promise<void> {
    return this.bringTo(version);
  }

  /**
   * One after the other, so that what is older does not come last.
   * @throws {IxionError} (as a rejection) while one of the partitions cannot be reached
   */
  bringTo(version: number): Promise<void> {
    const bringing = this.#last.then(() => this.#bringTo(version));
    this.#last = bringing.catch(() => undefined);
    return bringing;
  }

  async #bringTo(version: number): Promise<void> {
    const known = await this.#partition.ask<number>({ type: 'views-version' }, { deadlineMs });
    this.version = known;
    if (known >= version) return;
    const names = known === 0 ? 'all' : await this.#source.changed(known, version, namesMax);
    if (names === 'all') await this.#tellAll(version);
    else {
      const views = new Set(names.filter(([kind]) => kind === 'view').map(([, name]) => name));
      await this.#tellSome([...views], version);
    }
    this.version = version;
  }

  async #tellSome(names: readonly string[], version: number): Promise<void> {
    let changes: ViewChange[] = [];
    let units = 0;
    for (const name of names) {
      const json = await this.#source.object('view', name, version);
      changes.push([name, json]);
      units += name.length + (json?.length ?? 0);
      if (units < messageUnits) continue;
      await this.#tell({ changes, version: undefined });
      changes = [];
      units = 0;
    }
    await this.#tell({ changes, version });
  }

  /** Page by page; each says which names there are up to its last. */
  async #tellAll(version: number): Promise<void> {
    const from = objectKey('view', '', 0).slice(0, -5);
    const to = prefixEnd(from);
    const page = new ViewPage(version);
    let after: string | undefined;
    for (let next = from; ;) {
      const message = { type: 'read-objects', from: next, to, limit: pageRows } as const;
      const rows = unpackRows(await this.#first.ask<Uint8Array>(message, { deadlineMs }));
      for (const [key, value] of rows) page.take(key, value);
      const isLast = rows.length < pageRows;
      const changes = page.finished(isLast);
      const upTo = isLast ? undefined : changes.at(-1)?.[0];
      if (isLast || upTo !== undefined) {
        await this.#tell({ changes, all: { after, upTo }, version: isLast ? version : undefined });
        after = upTo ?? after;
      }
      if (isLast) return;
      next = `${rows.at(-1)![0]}\0`;
    }
  }

  async #tell(changes: ViewChanges): Promise<void> {
    const message = { type: 'change-views', changes } as const;
    const isDone = await this.#partition.ask<boolean>(message, { deadlineMs });
    if (!isDone) throw new IxionError('Unavailable', 'a partition does not take its views');
  }
}

/** Of each object the row of the highest version up to the one wanted counts. */
class ViewPage {
  readonly #version: number;
  #views: ViewChange[] = [];
  #name: string | undefined;
  #json: string | undefined;

  constructor(version: number) {
    this.#version = version;
  }

  take(key: string, value: Uint8Array | undefined): void {
    const { name, version } = readObjectKey(key);
    if (name !== this.#name) {
      this.#end();
      this.#name = name;
    }
    if (version > this.#version) return;
    this.#json = value === undefined || value.length === 0 ? undefined : textOf(value);
  }

  /** Those of which no further row comes. */
  finished(isLast: boolean): ViewChange[] {
    if (isLast) this.#end();
    return this.#views.splice(0);
  }

  #end(): void {
    if (this.#name !== undefined && this.#json !== undefined) {
      this.#views.push([this.#name, this.#json]);
    }
    this.#name = undefined;
    this.#json = undefined;
  }
}
