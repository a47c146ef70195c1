/**
 * Hands in the interactions of a file: read in parts, parsed by a pool of threads, sent by one
 * connection with many requests at once. What is done up to where is kept beside the file; a record that
 * is sent again is known by its identifier.
 */
import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import type { Client } from '../client/index.js';
import { systemClock } from '../clock.js';
import { IxionError } from '../errors.js';
import { type Chunk, type Position, readChunks, readHeader } from './chunks.js';
import type { TransferPool } from './pool.js';
import type { Format } from './records.js';
import { ResumeFile } from './resume-file.js';
import type { Fault, Parsed } from './tasks.js';

/** How far an import is. */
export interface ImportProgress {
  /** Bytes of the file that are dealt with, from its start. */
  readonly bytes: number;
  readonly totalBytes: number;
  /** Interactions that are new, those that were there already, and records that are wrong. */
  readonly imported: number;
  readonly duplicates: number;
  readonly faults: number;
}

export interface ImportOptions {
  readonly client: Client;
  readonly pool: TransferPool;
  readonly file: string;
  readonly format: Format;
  onProgress(progress: ImportProgress): void;
  onFault(fault: Fault): void;
  readonly signal?: AbortSignal | undefined;
}

/** Unanswered at once: about what a connection may have. */
const windowRequests = 4_000;
const saveMs = 1_000;
/** A server that is busy, or is being started again, is waited for. */
const patient = { timeoutMs: 600_000 };

interface State extends Position {
  imported: number;
  duplicates: number;
  faults: number;
}

/** A part of the file, its records under way. */
interface Part {
  readonly chunk: Chunk;
  readonly parsed: Promise<Parsed>;
}

/**
 * Imports a file from where an earlier import of it ended.
 * @throws {IxionError} that stands in the way of all records, as StoreFull or NotPermitted; what the
 *   system reports of the file; the reason of the signal. What is done is kept.
 */
export async function importFile(options: ImportOptions): Promise<ImportProgress> {
  const file = await open(options.file, 'r');
  try {
    return await new Import(options, file).run();
  } finally {
    await file.close();
  }
}

class Import {
  readonly #options: ImportOptions;
  readonly #file: FileHandle;
  #state: State = { offset: 0, line: 0, imported: 0, duplicates: 0, faults: 0 };
  #totalBytes = 0;
  #inFlight = 0;
  #failure: unknown;
  #wake: () => void = () => undefined;

  constructor(options: ImportOptions, file: FileHandle) {
    this.#options = options;
    this.#file = file;
  }

  async run(): Promise<ImportProgress> {
    const { file, format } = this.#options;
    const { size, mtimeMs } = await this.#file.stat();
    this.#totalBytes = size;
    const resume = new ResumeFile<State>(`${file}.progress`, `${size} ${mtimeMs} ${format}`);
    const saved = await resume.read();
    const { header, next } =
      format === 'csv'
        ? await readHeader(this.#file)
        : { header: [], next: { offset: 0, line: 0 } };
    this.#state = saved ?? { ...this.#state, ...next };
    try {
      await this.#import(header, await this.#prefix(), resume);
    } catch (error) {
      await resume.save(this.#state);
      throw error;
    }
    if (this.#state.faults === 0) await resume.remove();
    else await resume.save(this.#state);
    return this.#progress();
  }

  async #import(
    header: readonly (string | undefined)[],
    prefix: string,
    resume: ResumeFile<State>,
  ): Promise<void> {
    const { pool, format } = this.#options;
    const ahead: Part[] = [];
    // The counts of a part are added when all of it has been answered, so that they fit the offset.
    let before: Promise<void> = Promise.resolve();
    let savedMs = systemClock.monotonicMs();
    const sendFirst = async (): Promise<void> => {
      const { chunk, parsed } = ahead.shift()!;
      const answered = await this.#send(await parsed);
      before = Promise.all([before, answered]).then(([, counts]) => this.#done(chunk, counts));
      if (systemClock.monotonicMs() - savedMs < saveMs) return;
      savedMs = systemClock.monotonicMs();
      await resume.save(this.#state);
    };
    try {
      for await (const chunk of readChunks(this.#file, format, this.#state)) {
        const { bytes, line } = chunk;
        const parsed = pool.parse({ format, header, bytes, line, prefix });
        // Whoever comes to it sees the error; nobody may, when another is first.
        parsed.catch(() => undefined);
        ahead.push({ chunk, parsed });
        if (ahead.length > pool.width) await sendFirst();
      }
      while (ahead.length > 0) await sendFirst();
    } finally {
      await before;
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Sends the records of a part as the window allows; resolves when all are sent. */
  async #send({ records, bodies, faults }: Parsed): Promise<() => Promise<PartCounts>> {
    const counts = { imported: 0, duplicates: 0, faults: 0 };
    const answers: Promise<void>[] = [];
    for (const fault of faults) this.#fault(counts, fault);
    let start = 0;
    for (const { id, line, end } of records) {
      if (this.#inFlight >= windowRequests) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
      this.#options.signal?.throwIfAborted();
      if (this.#failure !== undefined) throw this.#failure;
      answers.push(this.#one(counts, id, bodies.subarray(start, end), line));
      start = end;
    }
    return async () => {
      await Promise.all(answers);
      return counts;
    };
  }

  async #one(counts: PartCounts, id: string, packed: Uint8Array, line: number): Promise<void> {
    this.#inFlight += 1;
    try {
      const { duplicate } = await this.#options.client.importInteraction(id, packed, patient);
      if (duplicate) counts.duplicates += 1;
      else counts.imported += 1;
    } catch (error) {
      if (isOfRecord(error)) this.#fault(counts, { line, what: error.message });
      else this.#failure ??= error;
    } finally {
      this.#inFlight -= 1;
      // Half of the window at once: requests that are sent together share writes and commits.
      if (this.#inFlight <= windowRequests / 2) this.#wake();
    }
  }

  #fault(counts: PartCounts, fault: Fault): void {
    counts.faults += 1;
    this.#options.onFault(fault);
  }

  async #done({ end }: Chunk, counted: () => Promise<PartCounts>): Promise<void> {
    const counts = await counted();
    // Something of this part or before it was not done.
    if (this.#failure !== undefined) return;
    const { imported, duplicates, faults } = this.#state;
    this.#state = {
      ...end,
      imported: imported + counts.imported,
      duplicates: duplicates + counts.duplicates,
      faults: faults + counts.faults,
    };
    this.#options.onProgress(this.#progress());
  }

  #progress(): ImportProgress {
    const { offset, imported, duplicates, faults } = this.#state;
    return { bytes: offset, totalBytes: this.#totalBytes, imported, duplicates, faults };
  }

  /** The same for the same file, so that records without an identifier get the same again. */
  async #prefix(): Promise<string> {
    const start = Buffer.alloc(65_536);
    const { bytesRead } = await this.#file.read(start, 0, start.length, 0);
    const hash = createHash('sha256').update(start.subarray(0, bytesRead)).digest('hex');
    return `import.${hash.slice(0, 16)}`;
  }
}

interface PartCounts {
  imported: number;
  duplicates: number;
  faults: number;
}

/** Whether an error is about one record; any other stands in the way of all. */
const isOfRecord = (error: unknown): error is IxionError =>
  error instanceof IxionError && !error.retryable && !ofAll.has(error.errorName);
const ofAll: ReadonlySet<string> = new Set([
  'NotPermitted',
  'NotRegistered',
  'WrongClientType',
  'UnknownMessage',
  'ClientClosed',
  'Aborted',
]);
