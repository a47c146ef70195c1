/**
 * Writes all interactions of a server, or of one queue, to a file: partition by partition, page by page,
 * formatted by a pool of threads. The file has another name until it is complete; an export that was
 * cut short goes on where it was.
 */
import { open, rename, type FileHandle } from 'node:fs/promises';
import type { Client, InteractionPage } from '../client/index.js';
import { systemClock } from '../clock.js';
import { privateFile } from '../disk/private.js';
import { IxionError } from '../errors.js';
import { formatCsv } from './csv.js';
import type { TransferPool } from './pool.js';
import { columns, type Format } from './records.js';
import { ResumeFile } from './resume-file.js';

export interface ExportOptions {
  readonly client: Client;
  readonly pool: TransferPool;
  readonly file: string;
  readonly format: Format;
  /** Absent: all queues. */
  readonly queue?: string | undefined;
  /** Interactions written so far, and about how many there are. */
  onProgress(written: number, expected: number): void;
  readonly signal?: AbortSignal | undefined;
}

interface State {
  /** Length of the file up to here, and interactions in it. */
  readonly bytes: number;
  readonly count: number;
  readonly partition: number;
  /** Identifier of the last row seen in this partition. */
  readonly after: string | undefined;
}

const saveMs = 1_000;

/**
 * Exports; resolves with the number of interactions in the file.
 * @throws {IxionError} of the server; what the system reports of the file; the reason of the signal
 */
export async function exportFile(options: ExportOptions): Promise<number> {
  const { client, file, format, queue, signal, onProgress } = options;
  const part = `${file}.part`;
  const expected = await expectedCount(client, queue);
  const output = await open(part, 'a+', privateFile);
  const identity = `${format} ${queue ?? ''} ${(await output.stat()).ino}`;
  const resume = new ResumeFile<State>(`${file}.progress`, identity);
  let state = (await resume.read()) ?? (await begin(output, format));
  try {
    await output.truncate(state.bytes);
    let savedMs = systemClock.monotonicMs();
    for await (const { bytes, count, ...position } of formatted(options, state)) {
      signal?.throwIfAborted();
      await output.appendFile(bytes);
      const length = state.bytes + bytes.length;
      state = { ...position, bytes: length, count: state.count + count };
      onProgress(state.count, expected);
      if (systemClock.monotonicMs() - savedMs < saveMs) continue;
      await output.sync();
      await resume.save(state);
      savedMs = systemClock.monotonicMs();
    }
    await output.sync();
  } finally {
    await output.close();
  }
  await rename(part, file);
  await resume.remove();
  return state.count;
}

/** About how many there are, for the progress: an export does without, but not without its queue. */
async function expectedCount(client: Client, queue: string | undefined): Promise<number> {
  const names = queue === undefined ? undefined : [queue];
  const totals = await client.queueStatistics(names).catch((error: unknown) => {
    const isMissing = error instanceof IxionError && error.errorName === 'UnknownQueue';
    if (isMissing || !(error instanceof IxionError)) throw error;
    return [];
  });
  return totals.reduce((sum, { waiting, processing }) => sum + waiting + processing, 0);
}

async function begin(output: FileHandle, format: Format): Promise<State> {
  await output.truncate(0);
  const head = Buffer.from(format === 'csv' ? formatCsv(columns) : '');
  await output.appendFile(head);
  return { bytes: head.length, count: 0, partition: 0, after: undefined };
}

interface Piece extends Pick<State, 'partition' | 'after'> {
  readonly bytes: Uint8Array;
  readonly count: number;
}

/** The next page is asked for while the one before is formatted and written. */
async function* formatted(options: ExportOptions, from: State): AsyncGenerator<Piece> {
  const { client, pool, queue, format } = options;
  const ask = (partition: number, after: string | undefined): Promise<InteractionPage> => {
    const page = client.listInteractions({ partition, queue, after });
    // Whoever comes to it sees the error.
    page.catch(() => undefined);
    return page;
  };
  let { partition, after } = from;
  let asked: Promise<InteractionPage> | undefined = ask(partition, after);
  while (asked !== undefined) {
    const { packed, next, partitions }: InteractionPage = await asked;
    if (next === undefined) partition += 1;
    after = next;
    asked = partition < partitions ? ask(partition, after) : undefined;
    const { bytes, count } = await pool.format({ packed, format });
    yield { bytes, count, partition, after };
  }
}
