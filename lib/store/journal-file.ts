/**
 * The file `journal` of a partition: two areas, written one after the other from their beginning. An
 * area is written anew once all that stands in it is in LMDB.
 *
 * What counts when it is read: from the beginning of each area the records that follow each other
 * without a gap, all of one opening; of both areas those that continue what LMDB has. A record that was
 * cut short ends its area, and nobody was told that it, or one behind it, was durable.
 */
import { Buffer } from 'node:buffer';
import { closeSync, constants, existsSync, openSync, readSync, write, writeSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Random } from '../clock.js';
import { privateFile } from '../disk/private.js';
import type { WriteSet } from './contract.js';
import type { PartitionIdentity } from './format.js';
import {
  readRecord,
  type JournaledSet,
  recordBytesOf,
  slotBytes,
  writeRecord,
  type JournalIdentity,
  type JournalRecord,
} from './journal-record.js';

const fileName = 'journal';
/** A file that is being made; only whole files have the name. */
const draftName = 'journal.new';
export const areaBytes = 2 ** 21;
export const areas = 2;
/** The greatest record: what hundreds of requests write. Larger sets go to LMDB at once. */
export const recordBytesMost = 2 ** 20;

/** What continues the last set in LMDB, as far as nothing is missing. */
function chainFrom(sequence: number, records: JournalRecord[]): JournaledSet[] {
  const newer = records.filter(({ writeSet }) => writeSet.sequence > sequence);
  newer.sort((one, other) => one.writeSet.sequence - other.writeSet.sequence);
  const [first] = newer;
  const sets: JournaledSet[] = [];
  let last = sequence;
  for (const { writeSet, previousSequence, session } of newer) {
    if (previousSequence !== last || !isSame(session, first!.session)) break;
    sets.push(writeSet);
    last = writeSet.sequence;
  }
  return sets;
}

/** The records of one area, from its beginning as far as they follow each other. */
function recordsOf(area: Buffer, owner: number): JournalRecord[] {
  const records: JournalRecord[] = [];
  for (let position = 0; position < area.length;) {
    const record = readRecord(area.subarray(position));
    if (record === undefined || record.owner !== owner) break;
    const last = records.at(-1);
    const follows =
      last === undefined ||
      (record.previousSequence === last.writeSet.sequence && isSame(record.session, last.session));
    if (!follows) break;
    records.push(record);
    position += record.slots * slotBytes;
  }
  return records;
}

const isSame = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

const ownerOf = ({ storeId, partition }: PartitionIdentity): number =>
  crc32(`${storeId}/${partition}`);

/** The journal of a partition that is open. */
export class JournalFile {
  readonly #path: string;
  readonly #directory: string;
  readonly #identity: JournalIdentity;
  readonly #spare: Buffer[] = [];
  #descriptor: number | undefined;
  /** An area begins with a record. */
  #isUsed = false;
  #making: Promise<void> | undefined;

  constructor(directory: string, identity: PartitionIdentity, random: Random) {
    this.#directory = directory;
    this.#path = join(directory, fileName);
    this.#identity = { owner: ownerOf(identity), session: random.bytes(8) };
  }

  /**
   * What follows `sequence`, in order. To be put into LMDB before `open`.
   * @throws what the system reports
   */
  read(sequence: number): JournaledSet[] {
    if (!existsSync(this.#path)) return [];
    const descriptor = openSync(this.#path, 'r');
    try {
      const records: JournalRecord[] = [];
      for (let area = 0; area < areas; area += 1) {
        // After an orderly end an area begins with nothing, and a start reads no more of it.
        const head = piece(descriptor, area, slotBytes);
        if (head.every((byte) => byte === 0)) continue;
        this.#isUsed = true;
        records.push(...recordsOf(piece(descriptor, area, areaBytes), this.#identity.owner));
      }
      return chainFrom(sequence, records);
    } finally {
      closeSync(descriptor);
    }
  }

  /**
   * Opens the file, if there is one, for writing from the beginning.
   * @throws what the system reports
   */
  open(): void {
    if (!existsSync(this.#path)) return;
    this.#descriptor = openSync(this.#path, constants.O_WRONLY | constants.O_DSYNC);
    // Sequences may be given anew from now on: what is left of others must not be taken for theirs.
    if (this.#isUsed) this.#clear();
  }

  /** Whether it can be written. If there is no file, one is made in the background. */
  get isOpen(): boolean {
    if (this.#descriptor !== undefined) return true;
    // Without room for it every set goes to LMDB at once, as before there were journals.
    this.#making ??= this.#make().catch(() =>
      rm(join(this.#directory, draftName), { force: true }).catch(() => undefined),
    );
    return false;
  }

  /** Resolves when no file is being made. */
  async settled(): Promise<void> {
    await this.#making;
  }

  /** Writes a set into an area. Resolves when it is on disk; rejects when that is not known. */
  write(
    area: number,
    position: number,
    writeSet: WriteSet,
    previousSequence: number,
  ): Promise<void> {
    const bytes = recordBytesOf(writeSet);
    const buffer = this.#spare.pop() ?? Buffer.allocUnsafeSlow(recordBytesMost);
    writeRecord(buffer.subarray(0, bytes), this.#identity, writeSet, previousSequence);
    this.#isUsed = true;
    return new Promise((resolve, reject) => {
      write(this.#descriptor!, buffer, 0, bytes, area * areaBytes + position, (error, written) => {
        this.#spare.push(buffer);
        if (error !== null) reject(error);
        else if (written < bytes) reject(new Error('the journal was written in part'));
        else resolve();
      });
    });
  }

  /** Nothing is on its way. `isInLmdb`: nor is anything in it needed any more. */
  close(isInLmdb: boolean): void {
    if (this.#descriptor === undefined) return;
    if (this.#isUsed && isInLmdb) this.#clear();
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  /** A whole file, so that no later write has to ask the file system for room. */
  async #make(): Promise<void> {
    const draft = join(this.#directory, draftName);
    const file = await open(draft, 'w', privateFile);
    try {
      await file.writeFile(Buffer.alloc(areas * areaBytes));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, this.#path);
    const directory = await open(this.#directory, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
    this.open();
  }

  #clear(): void {
    const nothing = Buffer.alloc(slotBytes);
    for (let area = 0; area < areas; area += 1) {
      writeSync(this.#descriptor!, nothing, 0, slotBytes, area * areaBytes);
    }
    this.#isUsed = false;
  }
}

function piece(descriptor: number, area: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  const read = readSync(descriptor, buffer, 0, bytes, area * areaBytes);
  return buffer.subarray(0, read);
}
