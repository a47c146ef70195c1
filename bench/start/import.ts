/**
 * Loads by `ixion import`, as an operator does that moves a store: file by file, each of
 * some 100,000 lines.
 */
import { spawn } from 'node:child_process';
import { createWriteStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BenchOptions } from '../support/bench.js';
import { commandLine } from '../support/daemon.js';
import { cleanEnvironment } from '../support/processes.js';
import { queueNames, recordMaker } from '../support/record.js';

/** What is made, and where its files are for as long as it takes. */
type Records = Pick<BenchOptions, 'queues' | 'dataBytes' | 'directory'>;

const linesPerFile = 500_000;
const linesPerWrite = 1_000;

/**
 * Hands in records 1 to `count`, the same that a client would submit.
 * @returns milliseconds that the imports took, without the writing of the files
 */
export async function importRecords(
  server: string,
  count: number,
  options: Records,
): Promise<number> {
  const file = join(options.directory, 'import.jsonl');
  let elapsedMs = 0;
  for (let from = 1; from <= count; from += linesPerFile) {
    const to = Math.min(count, from + linesPerFile - 1);
    await pipeline(Readable.from(linesOf(from, to, options)), createWriteStream(file));
    const startMs = performance.now();
    await importFile(file, server);
    elapsedMs += performance.now() - startMs;
  }
  rmSync(file);
  return elapsedMs;
}

/** Text of the records, some at a time. */
function* linesOf(from: number, to: number, { queues, dataBytes }: Records) {
  const makeRecord = recordMaker(dataBytes);
  const names = queueNames(queues);
  for (let first = from; first <= to; first += linesPerWrite) {
    let text = '';
    for (let index = first; index <= Math.min(to, first + linesPerWrite - 1); index += 1) {
      const record = makeRecord(index, names[index % names.length]!);
      const line = {
        Queue: record.queue,
        MediaType: record.mediaType,
        InteractionType: record.interactionType,
        InteractionSubtype: record.interactionSubtype,
        ExternalId: record.externalId,
        UserData: record.userData,
      };
      text += `${JSON.stringify(line)}\n`;
    }
    yield text;
  }
}

async function importFile(file: string, server: string): Promise<void> {
  const command = commandLine('import', file, '--server', server, '--json');
  const child = spawn(process.execPath, command, {
    env: cleanEnvironment(),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const code = await new Promise((done) => child.once('exit', done));
  if (code !== 0) throw new Error(`ixion import ended with ${String(code)}`);
}
