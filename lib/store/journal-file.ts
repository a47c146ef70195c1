/**
 * The file `journal` of a partition: two areas, written one after the other from their beginning, and a
 * header behind them (`journal-header.ts`). An area is written anew once all that stands in it is in LMDB.
 *
 * LMDB has a row that says which journal belongs to it, so that one which is missing, cut short or of
 * another partition is found out. What counts when it is read: the records of the last opening that
 * continue what LMDB has; see `journal-scan.ts` for how an end is told from damage.
 */
import { Buffer } from 'node:buffer';
import { closeSync, constants, openSync, readSync, statSync, write, writeSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Random } from '../clock.js';
import { syncDirectory } from '../disk/directories.js';
import { privateFile } from '../disk/private.js';
import type { Applied, WriteSet } from './contract.js';
import { describePartition, isSamePartition, type PartitionIdentity } from './identity.js';
import { decodeHeader, encodeHeader, headerBytes, type JournalHeader } from './journal-header.js';
import { recordBytesOf, writeRecord, type RecordPlace } from './journal-record.js';
import { scanAreas, type JournalReading } from './journal-scan.js';

/** Name of the file in the directory of its partition. */
export const journalName = 'journal';
/** A file that is being made; only whole files have the name. */
const draftName = 'journal.new';
export const areaBytes = 2 ** 21;
export const areas = 2;
const headerStart = areas * areaBytes;
/** Of the whole file; the header has a page to itself. */
export const journalBytes = headerStart + 4_096;
/** The greatest record: what hundreds of requests write. Larger sets go to LMDB at once. */
export const recordBytesMost = 2 ** 20;

/** What LMDB keeps for the journal before it. */
export interface JournalNotes {
  applied(): Applied;
  /** The journal that LMDB belongs to (8 bytes), once there is one. */
  journal(): Uint8Array | undefined;
  /** Keeps that; resolves with whether it is on disk. */
  noteJournal(journal: Uint8Array): Promise<boolean>;
  /** The opening of the journal in which the last set came to LMDB; 0: of none. */
  appliedOpening(): number;
  /** Goes to LMDB with each set from now on. */
  noteOpening(opening: number): void;
}

/** In the records of one partition, so that those of another are not taken for them. */
export const ownerOf = ({ storeId, partition }: PartitionIdentity): number =>
  crc32(`${storeId}/${partition}`);

/** The journal of a partition that is open. */
export class JournalFile {
  readonly #path: string;
  readonly #directory: string;
  readonly #identity: PartitionIdentity;
  readonly #notes: JournalNotes;
  readonly #random: Random;
  readonly #owner: number;
  /** In every record of this opening. */
  readonly #session: Uint8Array;
  readonly #spare: Buffer[] = [];
  #descriptor: number | undefined;
  /** As it is on disk; undefined: there is no journal yet. */
  #header: JournalHeader | undefined;
  /** The header is being written that lets the records of this opening count. */
  #opening: Promise<void> | undefined;
  #making: Promise<void> | undefined;

  constructor(directory: string, identity: PartitionIdentity, random: Random, notes: JournalNotes) {
    this.#directory = directory;
    this.#path = join(directory, journalName);
    this.#identity = identity;
    this.#notes = notes;
    this.#random = random;
    this.#owner = ownerOf(identity);
    this.#session = random.bytes(8);
  }

  /**
   * What follows the last set of LMDB, in order, to be put there before `open`; or what is wrong, as a
   * sentence. Changes nothing.
   * @throws what the system reports
   */
  read(): JournalReading {
    const journal = this.#notes.journal();
    if (journal === undefined) return { sets: [] };
    const size = statSync(this.#path, { throwIfNoEntry: false })?.size;
    if (size === undefined) return this.#damage('is missing, and what was in it with it');
    if (size === 0) return this.#damage('is empty');
    if (size < journalBytes) return this.#damage(`was cut short: ${size} of ${journalBytes} bytes`);
    const descriptor = openSync(this.#path, 'r');
    try {
      const header = decodeHeader(piece(descriptor, headerStart, headerBytes));
      if (header === undefined) {
        return this.#damage(`is damaged: its header, at byte ${headerStart}, cannot be read`);
      }
      const contradiction = this.#contradiction(header, journal);
      if (contradiction !== undefined) return this.#damage(contradiction);
      this.#header = header;
      if (!header.isOpen) return { sets: [] };
      const identity = { owner: this.#owner, session: header.session };
      const file = piece(descriptor, 0, headerStart);
      const reading = scanAreas(file, areaBytes, identity, this.#notes.applied());
      return 'sets' in reading ? reading : this.#damage(`is damaged: ${reading.damage}`);
    } finally {
      closeSync(descriptor);
    }
  }

  /**
   * Opens the file, if there is one, for writing from the beginning. LMDB has what `read` gave.
   * @throws what the system reports
   */
  open(): void {
    const header = this.#header;
    if (header === undefined) return;
    this.#descriptor = openSync(this.#path, constants.O_WRONLY | constants.O_DSYNC);
    // Sequences may be given anew from now on: what is left of others must not be taken for theirs.
    if (header.isOpen) this.#writeHeaderNow({ ...header, isOpen: false });
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
  write(area: number, position: number, writeSet: WriteSet, place: RecordPlace): Promise<void> {
    const bytes = recordBytesOf(writeSet);
    const buffer = this.#spare.pop() ?? Buffer.allocUnsafeSlow(recordBytesMost);
    const identity = { owner: this.#owner, session: this.#session };
    writeRecord(buffer.subarray(0, bytes), identity, writeSet, place);
    const written = this.#write(buffer, bytes, area * areaBytes + position).finally(() =>
      this.#spare.push(buffer),
    );
    if (this.#header!.isOpen) return written;
    // The first of this opening counts only together with the header that names the opening.
    this.#opening ??= this.#beginOpening();
    return Promise.all([this.#opening, written]).then(() => undefined);
  }

  /** Nothing is on its way. `isInLmdb`: nor is anything in it needed any more. */
  close(isInLmdb: boolean): void {
    if (this.#descriptor === undefined) return;
    const header = this.#header!;
    if (header.isOpen && isInLmdb) this.#writeHeaderNow({ ...header, isOpen: false });
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  async #beginOpening(): Promise<void> {
    const opening = this.#header!.opening + 1;
    const session = this.#session;
    const header = { ...this.#header!, isOpen: true, session, opening, ...this.#sequence() };
    await this.#write(encodeHeader(header), headerBytes, headerStart);
    this.#header = header;
    this.#notes.noteOpening(opening);
  }

  #sequence(): Pick<JournalHeader, 'sequence'> {
    return { sequence: this.#notes.applied().sequence };
  }

  #write(buffer: Buffer, bytes: number, position: number): Promise<void> {
    return new Promise((resolve, reject) => {
      write(this.#descriptor!, buffer, 0, bytes, position, (error, written) => {
        if (error !== null) reject(error);
        else if (written < bytes) reject(new Error('the journal was written in part'));
        else resolve();
      });
    });
  }

  #writeHeaderNow(header: JournalHeader): void {
    const written = { ...header, ...this.#sequence() };
    writeSync(this.#descriptor!, encodeHeader(written), 0, headerBytes, headerStart);
    this.#header = written;
  }

  /** A whole file, so that no later write has to ask the file system for room. */
  async #make(): Promise<void> {
    const header: JournalHeader = {
      ...this.#identity,
      isOpen: false,
      journal: this.#random.bytes(8),
      session: this.#session,
      opening: this.#notes.appliedOpening(),
      ...this.#sequence(),
    };
    const content = Buffer.alloc(journalBytes);
    content.set(encodeHeader(header), headerStart);
    const draft = join(this.#directory, draftName);
    const file = await open(draft, 'w', privateFile);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, this.#path);
    await syncDirectory(this.#directory);
    if (!(await this.#notes.noteJournal(header.journal))) return;
    this.#header = header;
    this.open();
  }

  /** What makes the header not that of the journal that LMDB means. */
  #contradiction(header: JournalHeader, journal: Uint8Array): string | undefined {
    if (!isSamePartition(header, this.#identity)) {
      const [found, wanted] = [describePartition(header), describePartition(this.#identity)];
      return `belongs to ${found}, and data.mdb beside it is ${wanted}`;
    }
    if (Buffer.compare(header.journal, journal) !== 0) {
      return `is journal ${hex(header.journal)}, and data.mdb beside it wants ${hex(journal)}`;
    }
    const appliedOpening = this.#notes.appliedOpening();
    if (header.opening < appliedOpening) {
      const openings = `opening ${header.opening}, where data.mdb has sets of ${appliedOpening}`;
      return `is older than data.mdb beside it: it ends with ${openings}`;
    }
    const { sequence } = this.#notes.applied();
    if (sequence >= header.sequence) return undefined;
    const sets = `write set ${header.sequence}, and data.mdb ends with ${sequence}`;
    return `is newer than data.mdb beside it: it was written when that had ${sets}`;
  }

  #damage(what: string): JournalReading {
    return { damage: `${this.#path} ${what}.` };
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function piece(descriptor: number, start: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  const read = readSync(descriptor, buffer, 0, bytes, start);
  return buffer.subarray(0, read);
}
