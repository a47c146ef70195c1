/**
 * Hands in the interactions of a file or a stream: read in parts, parsed by a pool of threads, sent
 * by one connection with many requests at once. What is done up to where is kept beside a file,
 * with the records that were refused, which are tried again; a record that is sent again is known
 * by its identifier.
 */
import { createHash } from 'node:crypto';
import type { Client } from '../client/index.js';
import { systemClock } from '../clock.js';
import { isFault } from '../text/index.js';
import {
  type Chunk,
  fileStart,
  headerFault,
  type Position,
  readChunks,
  readHeader,
} from './chunks.js';
import { type Column, readColumns } from './columns.js';
import { FileFault } from './file-fault.js';
import {
  beginning,
  isKeepable,
  type PartCounts,
  savedOf,
  stateOf,
  withPart,
} from './import-state.js';
import type { TransferPool } from './pool.js';
import type { Format } from './records.js';
import { ResumeFile } from './resume-file.js';
import { describeRefusal, isOfRecord } from './refusals.js';
import { readWhole, type Source } from './source.js';
import { otherStore, storeOf } from './store-of.js';
import type { Fault, Parsed, Place } from './tasks.js';

/** How far an import is. */
export interface ImportProgress {
  /** Bytes of the file that are dealt with, from its start. */
  readonly bytes: number;
  /** Undefined: of a stream nobody knows. */
  readonly totalBytes: number | undefined;
  /** Interactions that are new, those that were there already, and records that are wrong. */
  readonly imported: number;
  readonly duplicates: number;
  readonly faults: number;
}

export interface ImportOptions {
  readonly client: Client;
  readonly pool: TransferPool;
  readonly source: Source;
  /** The path of the source; how far the import is stands beside it. */
  readonly file: string;
  readonly format: Format;
  onProgress(progress: ImportProgress): void;
  onFault(fault: Fault): void;
  /** How far it is cannot be kept: if it is cut short, it begins anew. */
  onUnkept(reason: Error): void;
  readonly signal?: AbortSignal | undefined;
}

/** Unanswered at once: about what a connection may have. */
const windowRequests = 4_000;
const saveMs = 1_000;
/** A server that is busy, or is being started again, is waited for. */
const patienceMs = 600_000;
/** By so much of its beginning a file is known. */
const prefixBytes = 65_536;

/**
 * Imports a source from where an earlier import of it ended. The source is the caller's to close.
 * @throws {IxionError} that stands in the way of all records, as StoreFull or
 *   NotPermitted; {FileFault}; what the system reports of the file; the reason of the
 *   signal. What is done is kept.
 */
export async function importFile(options: ImportOptions): Promise<ImportProgress> {
  const { signal, source } = options;
  const work = new Import(options);
  const leave = (): void => {
    work.giveUp(signal?.reason);
    // Of a stream nothing may come any more.
    if (source.file === undefined) void source.close().catch(() => undefined);
  };
  signal?.addEventListener('abort', leave);
  try {
    return await work.run();
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', leave);
  }
}

/** A part of the file, its records under way. */
interface Part {
  readonly end: Position | undefined;
  readonly parsed: Promise<Parsed>;
}

class Import {
  readonly #options: ImportOptions;
  readonly #store: string | undefined;
  #columns: readonly Column[] = [];
  #prefix = '';
  #state = beginning;
  /** The same, as long as all refused records are noted. */
  #kept = beginning;
  #resume: ResumeFile | undefined;
  #savedMs = systemClock.monotonicMs();
  #inFlight = 0;
  readonly #calls = new Set<AbortController>();
  #failure: unknown;
  #wake: () => void = () => undefined;

  constructor(options: ImportOptions) {
    this.#options = options;
    this.#store = storeOf(options.client);
  }

  async run(): Promise<ImportProgress> {
    const { source, file, format } = this.#options;
    const start = await readWhole(source, 0, prefixBytes);
    const hash = createHash('sha256').update(start).digest('hex').slice(0, 16);
    this.#prefix = `import.${hash}`;
    const first = format === 'csv' ? await this.#readHeader() : fileStart;
    this.#state = { ...beginning, ...first };
    this.#kept = this.#state;
    if (source.file !== undefined && this.#store !== undefined) {
      const { bytes, changedAtMs } = source.file;
      const identity = { store: this.#store, file: `${format} ${bytes} ${changedAtMs} ${hash}` };
      this.#resume = new ResumeFile(`${file}.progress`, identity);
      await this.#goOn(this.#resume);
    }
    try {
      await this.#import();
    } catch (error) {
      await this.#save();
      throw error;
    }
    if (this.#state.faults === 0) await this.#resume?.remove();
    else await this.#save();
    return this.#progress();
  }

  /** Gives up all that is under way. */
  giveUp(reason: unknown): void {
    for (const controller of this.#calls) controller.abort(reason);
  }

  async #readHeader(): Promise<Position> {
    const { source, file } = this.#options;
    const { names, next } = await readHeader(source, file);
    const columns = readColumns(names);
    if (isFault(columns)) throw headerFault(file, columns);
    this.#columns = columns;
    return next;
  }

  async #goOn(resume: ResumeFile): Promise<void> {
    const { file } = this.#options;
    const saved = await resume.read();
    const state = saved && stateOf(saved.state);
    if (saved === undefined || state === undefined) return;
    if (saved.isSameFile) {
      this.#state = state;
      this.#kept = state;
    } else if (state.idsMade > 0) {
      throw new FileFault(
        `${file} has changed since an import of it was left unfinished, and has records without InteractionId, which would be imported twice`,
        `Import what is new from a file of its own, or remove ${file}.progress to import all of it.`,
      );
    }
  }

  async #import(): Promise<void> {
    const ahead: Part[] = [];
    // The counts of a part are added when all of it has been answered, so that they fit the offset.
    let before: Promise<void> = Promise.resolve();
    const sendFirst = async (): Promise<void> => {
      const { end, parsed } = ahead.shift()!;
      const answered = await this.#send(await parsed);
      before = Promise.all([before, answered()]).then(([, counts]) => this.#done(counts, end));
      if (systemClock.monotonicMs() - this.#savedMs < saveMs) return;
      await this.#save();
    };
    try {
      for await (const part of this.#parts()) {
        ahead.push(part);
        if (ahead.length > this.#options.pool.width) await sendFirst();
      }
      while (ahead.length > 0) await sendFirst();
    } finally {
      await before;
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** What was refused before, then what is to come. */
  async *#parts(): AsyncGenerator<Part> {
    const { source, file, format } = this.#options;
    const { refused, ...begin } = this.#state;
    for (const { line, from: offset, to } of refused) {
      const bytes = Uint8Array.from(await readWhole(source, offset, to - offset));
      yield this.#parse({ bytes, start: { offset, line: line - 1 } }, undefined);
    }
    for await (const chunk of readChunks(source, format, begin, file)) {
      yield this.#parse(chunk, chunk.end);
    }
  }

  #parse({ bytes, start }: Pick<Chunk, 'bytes' | 'start'>, end: Position | undefined): Part {
    const { format, pool } = this.#options;
    const task = { format, columns: this.#columns, bytes, start, prefix: this.#prefix };
    const parsed = pool.parse(task);
    // Whoever comes to it sees the error; nobody may, when another is first.
    parsed.catch(() => undefined);
    return { end, parsed };
  }

  /** Sends the records of a part as the window allows; resolves when all are sent. */
  async #send({ records, bodies, faults, idsMade }: Parsed): Promise<() => Promise<PartCounts>> {
    const counts: PartCounts = { imported: 0, duplicates: 0, idsMade, refused: [] };
    const answers: Promise<void>[] = [];
    for (const fault of faults) this.#fault(counts, fault);
    let start = 0;
    for (const { id, end, ...place } of records) {
      if (this.#inFlight >= windowRequests) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
      this.#options.signal?.throwIfAborted();
      if (this.#failure !== undefined) throw this.#failure;
      answers.push(this.#one(counts, id, bodies.subarray(start, end), place));
      start = end;
    }
    return async () => {
      await Promise.all(answers);
      return counts;
    };
  }

  async #one(counts: PartCounts, id: string, packed: Uint8Array, place: Place): Promise<void> {
    this.#inFlight += 1;
    const { client } = this.#options;
    // One each: a signal of thousands of calls would look through them for each that comes or goes.
    const controller = new AbortController();
    this.#calls.add(controller);
    const options = { timeoutMs: patienceMs, signal: controller.signal };
    try {
      const { duplicate } = await client.importInteraction(id, packed, options);
      if (storeOf(client) !== this.#store) throw otherStore();
      if (duplicate) counts.duplicates += 1;
      else counts.imported += 1;
    } catch (error) {
      if (isOfRecord(error)) this.#fault(counts, { ...place, what: describeRefusal(error) });
      else this.#failure ??= error;
    } finally {
      this.#calls.delete(controller);
      this.#inFlight -= 1;
      // Half of the window at once: requests that are sent together share writes and commits.
      if (this.#inFlight <= windowRequests / 2) this.#wake();
    }
  }

  #fault(counts: PartCounts, { what, line, from, to }: Fault): void {
    counts.refused.push({ line, from, to });
    this.#options.onFault({ line, from, to, what });
  }

  #done(counts: PartCounts, end: Position | undefined): void {
    // Something of this part or before it was not done.
    if (this.#failure !== undefined) return;
    this.#state = withPart(this.#state, counts, end);
    if (isKeepable(this.#state)) this.#kept = this.#state;
    this.#options.onProgress(this.#progress());
  }

  async #save(): Promise<void> {
    this.#savedMs = systemClock.monotonicMs();
    const unkept = await this.#resume?.save(savedOf(this.#kept));
    if (unkept !== undefined) this.#options.onUnkept(unkept);
  }

  #progress(): ImportProgress {
    const { offset, imported, duplicates, faults } = this.#state;
    const totalBytes = this.#options.source.file?.bytes;
    return { bytes: offset, totalBytes, imported, duplicates, faults };
  }
}
