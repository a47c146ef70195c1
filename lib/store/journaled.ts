/**
 * A medium under a journal: small write sets are durable as soon as the journal has them, which
 * costs one sync where LMDB needs two and the pages of every table touched. LMDB gets them later,
 * many at a time and each row once.
 *
 * - A small set goes to the *journal*, and its changes into the layer that *gathers*. Reads go
 *   through it, as through an overlay.
 * - A *checkpoint* hands the gathered layer to LMDB as one write set, and gathering goes on in the
 *   other area of the journal. It comes a while after the first set, or when much has gathered.
 * - A large set, or one that finds no room in the journal, goes to LMDB *directly*, behind a
 *   checkpoint of what has gathered; so do all others until it has ended, and all while the
 *   disk is nearly full.
 * - Where others have filled the disk meanwhile, a checkpoint waits until there is room again. What
 *   needs one before it ends `full`.
 *
 * When LMDB does not take what the journal has, nothing is lost, but this process cannot go on:
 * every commit from then on ends `unknown`. The next start takes it from the journal.
 */
import type { Clock, Timer } from '../clock.js';
import type { Applied, Entry, Outcome, RangeOptions, Table, WriteSet } from './contract.js';
import { recordBytesMax, type JournalFile } from './journal-file.js';
import { areaBytes, areas } from './journal-reading.js';
import { recordBytesOf } from './journal-record.js';
import type { Medium } from './layered.js';
import type { LmdbMedium } from './lmdb.js';
import { Layer, layeredGet, layeredRange } from './overlay.js';

/** A checkpoint comes so long after the first set that it takes. */
const gatherMs = 50;
/** Or when so much of an area is used. */
const gatherBytes = areaBytes / 2;

/** A checkpoint that found no room comes again after so long. */
const fullWaitMs = 250;

/** What has gathered for LMDB. */
interface Gathered {
  readonly layer: Layer;
  readonly area: number;
  readonly previousSequence: number;
  /** The last set of it. */
  last: Applied;
  /** Bytes used of the area. */
  used: number;
  /** Settles when nothing is being written to the area any more. */
  quiet: Promise<unknown>;
}

/** Committed state in LMDB and in the journal in front of it. */
export class JournaledMedium implements Medium {
  readonly #inner: LmdbMedium;
  readonly #journal: JournalFile;
  readonly #clock: Clock;
  /** Oldest first: on their way to LMDB, and last the one that gathers. */
  #layers: Layer[] = [];
  #gathered: Gathered | undefined;
  readonly #freeAreas = Array.from({ length: areas }, (_, area) => area);
  #partition = 0;
  #last: Applied;
  /** Sequences of the sets on their way into the journal, in order. */
  readonly #unsettled: number[] = [];
  /** Commits on their way to LMDB: checkpoints, and sets without the journal. */
  #direct = 0;
  #checkpoints: Promise<void> = Promise.resolve();
  #timer: Timer | undefined;
  #isBroken = false;

  constructor(inner: LmdbMedium, journal: JournalFile, clock: Clock) {
    this.#inner = inner;
    this.#journal = journal;
    this.#clock = clock;
    this.#last = inner.applied();
  }

  get(table: Table, key: string): Uint8Array | undefined {
    return layeredGet(this.#inner, this.#layers, table, key);
  }

  range(table: Table, options: RangeOptions): Entry[] {
    return layeredRange(this.#inner, this.#layers, table, options);
  }

  applied(): Applied {
    return this.#last;
  }

  count(table: Table): number {
    return this.#inner.count(table);
  }

  commit(writeSet: WriteSet, previousSequence: number): Promise<Outcome> {
    if (this.#isBroken) return Promise.resolve('unknown');
    if (previousSequence !== this.#last.sequence) return Promise.resolve('refused');
    if (!this.#inner.take(writeSet)) return Promise.resolve('full');
    const bytes = recordBytesOf(writeSet);
    const gathered = this.#gatheredFor(bytes, previousSequence);
    if (gathered === undefined && !this.#handOver()) return Promise.resolve('full');
    const { epoch, sequence } = writeSet;
    this.#last = { epoch, sequence };
    this.#partition = writeSet.partition;
    if (gathered === undefined) return this.#commitDirectly(writeSet, previousSequence);
    return this.#commitToJournal(gathered, bytes, writeSet, previousSequence);
  }

  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Hands all that is committed to LMDB; resolves with whether LMDB has it. */
  async checkpoint(): Promise<boolean> {
    await this.#journal.settled();
    const isHandedOver = this.#handOver();
    await this.#checkpoints;
    return isHandedOver && !this.#isBroken;
  }

  async close(): Promise<void> {
    const isInLmdb = await this.checkpoint();
    // After a failure LMDB is not to be touched again.
    if (this.#isBroken) return;
    this.#timer?.cancel();
    // The next start needs what LMDB has not.
    this.#journal.close(isInLmdb);
    await this.#inner.close();
  }

  #gatheredFor(bytes: number, previousSequence: number): Gathered | undefined {
    if (this.#direct > 0 || bytes > recordBytesMax) return undefined;
    if (!this.#inner.hasPlentyOfSpace() || !this.#journal.isOpen) return undefined;
    if (this.#gathered !== undefined && this.#gathered.used + bytes > areaBytes) {
      if (!this.#handOver()) return undefined;
    }
    if (this.#gathered === undefined) {
      const area = this.#freeAreas.shift();
      if (area === undefined) return undefined;
      const quiet = Promise.resolve();
      this.#gathered = {
        layer: new Layer(),
        area,
        previousSequence,
        last: this.#last,
        used: 0,
        quiet,
      };
      this.#layers.push(this.#gathered.layer);
      this.#timer = this.#clock.setTimer(gatherMs, () => this.#handOver());
    }
    return this.#gathered;
  }

  async #commitToJournal(
    gathered: Gathered,
    bytes: number,
    writeSet: WriteSet,
    previousSequence: number,
  ): Promise<Outcome> {
    const { layer, area, used } = gathered;
    gathered.used += bytes;
    gathered.last = this.#last;
    for (const change of writeSet.changes) layer.take(change);
    const { sequence } = writeSet;
    this.#unsettled.push(sequence);
    const place = { previousSequence, oldestUnsettled: this.#unsettled[0]! };
    const isWritten = this.#inner.watched(
      this.#journal.write(area, used, writeSet, place).then(() => {
        this.#unsettled.splice(this.#unsettled.indexOf(sequence), 1);
        return true;
      }),
    );
    gathered.quiet = gathered.quiet.then(() => isWritten);
    if (gathered.used >= gatherBytes && this.#freeAreas.length > 0) this.#handOver();
    if (await isWritten) return 'durable';
    this.#isBroken = true;
    return 'unknown';
  }

  /** Nothing gathers. */
  async #commitDirectly(writeSet: WriteSet, previousSequence: number): Promise<Outcome> {
    this.#direct += 1;
    const outcome = await this.#inner.write(writeSet, previousSequence);
    this.#direct -= 1;
    if (outcome !== 'durable') this.#isBroken = true;
    return outcome;
  }

  /** False: there is no room on the disk. */
  #handOver(): boolean {
    this.#timer?.cancel();
    const gathered = this.#gathered;
    if (gathered === undefined || this.#isBroken) return true;
    const { layer, area, previousSequence, last } = gathered;
    const changes = layer.changes();
    const writeSet = { partition: this.#partition, ...last, changes };
    if (!this.#inner.fits(writeSet)) {
      this.#timer = this.#clock.setTimer(fullWaitMs, () => this.#handOver());
      return false;
    }
    this.#gathered = undefined;
    const written = this.#inner.write(writeSet, previousSequence);
    const before = this.#checkpoints;
    this.#checkpoints = before.then(async () => {
      if ((await written) !== 'durable') {
        this.#isBroken = true;
        return;
      }
      this.#layers.shift();
      await gathered.quiet;
      this.#freeAreas.push(area);
    });
    return true;
  }
}
