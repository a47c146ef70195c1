/**
 * The file `journal` of a partition: two areas, written one after the other from their
 * beginning, and a header behind them (`journal-header.ts`). An area is written anew once all
 * that is in it is in LMDB.
 *
 * LMDB has a row that says which journal belongs to it, so that one which is missing, cut short or
 * of another partition is found out. What counts when it is read: the records of the last opening
 * that continue what LMDB has; see `journal-scan.ts` for how an end is told from damage.
 */
import { Buffer } from 'node:buffer';
import { closeSync, constants, openSync, write, writeSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '../clock.js';
import { syncDirectory } from '../disk/directories.js';
import { privateFile } from '../disk/private.js';
import type { WriteSet } from './contract.js';
import type { PartitionIdentity } from './identity.js';
import { encodeHeader, headerBytes, type JournalHeader } from './journal-header.js';
import {
  areaBytes,
  headerStart,
  journalBytes,
  journalName,
  ownerOf,
  type JournalRows,
} from './journal-reading.js';
import { recordBytesOf, writeRecord, type RecordPlace } from './journal-record.js';

/** A file that is being made; only whole files have the name. */
const draftName = 'journal.new';
/** The greatest record: what hundreds of requests write. Larger sets go to LMDB at once. */
export const recordBytesMax = 2 ** 20;

/** What LMDB keeps for the journal in front of it. */
export interface JournalNotes extends JournalRows {
  /** Keeps which journal it belongs to; resolves with whether that is on disk. */
  noteJournal(journal: Uint8Array): Promise<boolean>;
  /** Goes to LMDB with each set from now on. */
  noteOpening(opening: number): void;
}

/** What a journal is opened with. */
export interface JournalFileOptions {
  readonly directory: string;
  readonly identity: PartitionIdentity;
  /** Identifier of the timeline that the store is in. */
  readonly timeline: string;
  readonly random: Random;
  readonly notes: JournalNotes;
  /** As it was read; undefined: there is no journal yet. LMDB has what was read besides. */
  readonly header: JournalHeader | undefined;
}

/** The journal of a partition that is open. */
export class JournalFile {
  readonly #path: string;
  readonly #directory: string;
  readonly #identity: PartitionIdentity;
  readonly #notes: JournalNotes;
  readonly #random: Random;
  readonly #owner: number;
  readonly #timeline: string;
  /** In every record of this opening. */
  readonly #session: Uint8Array;
  readonly #spare: Buffer[] = [];
  #descriptor: number | undefined;
  /** As it is on disk; undefined: there is no journal yet. */
  #header: JournalHeader | undefined;
  /** The header is being written that lets the records of this opening count. */
  #opening: Promise<void> | undefined;
  #making: Promise<void> | undefined;

  constructor({ directory, identity, timeline, random, notes, header }: JournalFileOptions) {
    this.#timeline = timeline;
    this.#directory = directory;
    this.#path = join(directory, journalName);
    this.#identity = identity;
    this.#notes = notes;
    this.#random = random;
    this.#owner = ownerOf(identity);
    this.#session = random.bytes(8);
    this.#header = header;
  }

  /**
   * Opens the file, if there is one, for writing from the beginning.
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
    const buffer = this.#spare.pop() ?? Buffer.allocUnsafeSlow(recordBytesMax);
    const identity = { owner: this.#owner, session: this.#session, timeline: this.#timeline };
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
}
