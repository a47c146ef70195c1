/**
 * Writes all interactions of a server, or of one queue, to a file or a stream: partition by
 * partition, page by page, formatted by a pool of threads. A file has another name until it is
 * complete; an export that was cut short goes on where it was, if it is of the same store.
 */
import { open, rename, type FileHandle } from 'node:fs/promises';
import type { Client, InteractionPage } from '../client/index.js';
import { systemClock } from '../clock.js';
import { privateFile } from '../disk/private.js';
import { IxionError } from '../errors.js';
import type { JsonObject } from '../text/index.js';
import { columns } from './columns.js';
import { formatCsv } from './csv.js';
import type { TransferPool } from './pool.js';
import type { Format } from './records.js';
import { countOf, ResumeFile } from './resume-file.js';
import { otherStore, storeOf } from './store-of.js';

/** What is exported, and how. */
interface ExportWhat {
  readonly client: Client;
  readonly pool: TransferPool;
  readonly format: Format;
  /** Absent: all queues. */
  readonly queue?: string | undefined;
  /** Interactions written so far, and about how many there are. */
  onProgress(written: number, expected: number): void;
  readonly signal?: AbortSignal | undefined;
}

export interface ExportOptions extends ExportWhat {
  readonly file: string;
}

export interface StreamExportOptions extends ExportWhat {
  /** Writes; false: nobody takes more, so that the export ends. */
  write(bytes: Uint8Array): Promise<boolean>;
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
 * Exports to a file; resolves with the number of interactions in it.
 * @throws {IxionError} of the server; what the system reports of the file; the reason of the signal
 */
export async function exportFile(options: ExportOptions): Promise<number> {
  const { client, file, format, queue, signal, onProgress } = options;
  const part = `${file}.part`;
  const expected = await expectedCount(client, queue);
  const output = await open(part, 'a+', privateFile);
  const resume = resumeOf(options, (await output.stat()).ino);
  let state = (await savedState(resume)) ?? (await begin(output, format));
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
      await resume?.save({ ...state });
      savedMs = systemClock.monotonicMs();
    }
    await output.sync();
  } finally {
    await output.close();
  }
  await rename(part, file);
  await resume?.remove();
  return state.count;
}

/** Exports to a stream; resolves with the number of interactions in it. @throws as `exportFile` */
export async function exportStream(options: StreamExportOptions): Promise<number> {
  const { client, format, queue, signal, onProgress, write } = options;
  const expected = await expectedCount(client, queue);
  const head = headOf(format);
  let count = 0;
  if (head.length > 0 && !(await write(head))) return count;
  for await (const piece of formatted(options, { partition: 0, after: undefined })) {
    signal?.throwIfAborted();
    if (piece.bytes.length > 0 && !(await write(piece.bytes))) return count;
    count += piece.count;
    onProgress(count, expected);
  }
  return count;
}

/**
 * How far it is belongs to the store, to what is asked for, and to the file with the other name.
 */
function resumeOf({ client, file, format, queue }: ExportOptions, inode: number) {
  const store = storeOf(client);
  if (store === undefined) return undefined;
  const what = JSON.stringify([format, queue ?? null, inode]);
  return new ResumeFile(`${file}.progress`, { store, file: what });
}

async function savedState(resume: ResumeFile | undefined): Promise<State | undefined> {
  const saved = await resume?.read();
  return saved?.isSameFile === true ? stateOf(saved.state) : undefined;
}

function stateOf(saved: JsonObject): State | undefined {
  const [bytes, count, partition] = ['bytes', 'count', 'partition'].map((name) =>
    countOf(saved, name),
  );
  const after = saved.get('after');
  if (bytes === undefined || count === undefined || partition === undefined) return undefined;
  return { bytes, count, partition, after: typeof after === 'string' ? after : undefined };
}

/**
 * About how many there are, for the progress: an export does without, but not without its queue.
 */
async function expectedCount(client: Client, queue: string | undefined): Promise<number> {
  const names = queue === undefined ? undefined : [queue];
  const totals = await client.queueStatistics(names).catch((error: unknown) => {
    const isMissing = error instanceof IxionError && error.errorName === 'UnknownQueue';
    if (isMissing || !(error instanceof IxionError)) throw error;
    return [];
  });
  return totals.reduce((sum, { waiting, processing }) => sum + waiting + processing, 0);
}

const headOf = (format: Format): Uint8Array =>
  Buffer.from(format === 'csv' ? formatCsv(columns) : '');

async function begin(output: FileHandle, format: Format): Promise<State> {
  await output.truncate(0);
  const head = headOf(format);
  await output.appendFile(head);
  return { bytes: head.length, count: 0, partition: 0, after: undefined };
}

interface Piece extends Pick<State, 'partition' | 'after'> {
  readonly bytes: Uint8Array;
  readonly count: number;
}

/** The next page is asked for while the one before is formatted and written. */
async function* formatted(
  options: ExportWhat,
  from: Pick<State, 'partition' | 'after'>,
): AsyncGenerator<Piece> {
  const { client, pool, queue, format, signal } = options;
  const store = storeOf(client);
  const ask = (partition: number, after: string | undefined): Promise<InteractionPage> => {
    const page = client.listInteractions({ partition, queue, after }, { signal });
    // Whoever comes to it sees the error.
    page.catch(() => undefined);
    return page;
  };
  let { partition, after } = from;
  let asked: Promise<InteractionPage> | undefined = ask(partition, after);
  while (asked !== undefined) {
    const { packed, next, partitions }: InteractionPage = await asked;
    if (storeOf(client) !== store) throw otherStore();
    if (next === undefined) partition += 1;
    after = next;
    asked = partition < partitions ? ask(partition, after) : undefined;
    const { bytes, count } = await pool.format({ packed, format });
    yield { bytes, count, partition, after };
  }
}
