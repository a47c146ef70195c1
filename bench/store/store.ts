/**
 * Room on the disk. First after many submits, with a reader of events that has caught up, beside
 * the bytes of the submits' bodies. Then after many inserts, updates and deletes with a live set
 * that stays, beside the size after the first of them; the store is verified at the end.
 */
import { join } from 'node:path';
import { requestKeys, submitBody } from '../../lib/client/bodies.js';
import { limits } from '../../lib/limits.js';
import { encodeBody } from '../../lib/protocol/encode.js';
import { messageByName } from '../../lib/protocol/registry.js';
import type { Bench, BenchOptions } from '../support/bench.js';
import { startClient } from '../support/daemon-client.js';
import { Daemon, verifyStore, writeConfiguration } from '../support/daemon.js';
import { processorTime } from '../support/processes.js';
import { queueNames, recordMaker } from '../support/record.js';
import { rounded } from '../support/statistics.js';
import { storeBytes } from './files.js';
import type { ChurnRequest } from './churn-client.js';

export const store: Bench = {
  about: 'disk by bytes of bodies after submits; size of the file under inserts, updates, deletes',
  defaults: { interactions: 200_000 },
  async run(options, say) {
    const submits = await afterSubmits(options);
    say(`${submits.diskBytes} bytes on disk, ${submits.bodyBytes} of bodies`);
    const churn = await afterChurn(options, say);
    return {
      ratioToBodies: submits.ratioToBodies,
      ratioToFirst: churn.ratioToFirst,
      submits,
      churn,
    };
  },
};

async function afterSubmits(options: BenchOptions) {
  const { interactions } = options;
  const directory = join(options.directory, 'submits');
  const configuration = writeConfiguration(directory, options);
  const daemon = new Daemon({ directory, configuration, create: true });
  const server = await daemon.ready;
  const reader = startClient('store/subscriber.js', server, options);
  const loader = startClient('submit/client.js', server, options);
  await loader.ask({ count: interactions });
  await loader.end();
  const { submits: read } = await reader.ask<{ submits: number }>({ count: interactions });
  await reader.end();
  await daemon.stop();
  const { diskBytes, fileBytes } = storeBytes(daemon.data);
  const bodyBytes = bodyBytesOf(interactions, options);
  const ratioToBodies = rounded(diskBytes / bodyBytes);
  return { interactions, eventsRead: read, diskBytes, fileBytes, bodyBytes, ratioToBodies };
}

const sampled = 1_000;

/** Bytes of the bodies of so many submits as the client encodes them, by a sample of them. */
function bodyBytesOf(interactions: number, { queues, dataBytes }: BenchOptions): number {
  const { number } = messageByName('RequestSubmit');
  const makeRecord = recordMaker(dataBytes);
  const nextKey = requestKeys();
  const names = queueNames(queues);
  let bytes = 0;
  for (let sample = 0; sample < sampled; sample += 1) {
    const index = Math.floor((sample * interactions) / sampled) + 1;
    const record = makeRecord(index, names[index % names.length]!);
    bytes += encodeBody(number, submitBody(record, nextKey(), undefined)).length;
  }
  return Math.round((bytes / sampled) * interactions);
}

/** Events are kept by bytes, so few that they are at their bound by the first mark, too. */
const eventBytesPerOperation = 100;
const liveShare = 0.03;
const gigabyte = 1_000_000_000;

/** A tenth, but not before the retry keys are as many as are kept. */
const firstMark = (operations: number): number =>
  Math.max(operations / 10, Math.min(operations / 2, 1.5 * limits.retryKeysPerPartition));

async function afterChurn(options: BenchOptions, say: (line: string) => void) {
  const { operations } = options;
  const directory = join(options.directory, 'churn');
  const first = Math.round(firstMark(operations));
  const live = Math.max(1, Math.round(operations * liveShare));
  const gigabytes = Math.max(0.004, (4 * first * eventBytesPerOperation) / gigabyte);
  const retention = `eventRetention: {gigabytes: ${gigabytes}}`;
  const configuration = writeConfiguration(directory, options, [retention]);
  const daemon = new Daemon({ directory, configuration, create: true });
  const client = startClient('store/churn-client.js', await daemon.ready, options);
  const run = async (count: number) => {
    const request: ChurnRequest = { operations: count, live };
    const before = [client.pid, daemon.pid].map(usedUs);
    const { perSecond } = await client.ask<{ perSecond: number }>(request);
    const [clientUs, serverUs] = [client.pid, daemon.pid].map((pid, at) =>
      rounded((usedUs(pid) - before[at]!) / count),
    );
    const { fileBytes } = storeBytes(daemon.data);
    say(`${count} operations, ${Math.round(perSecond)}/s: ${fileBytes} bytes`);
    const processorUs = { client: clientUs, server: serverUs };
    return { perSecond: rounded(perSecond), fileBytes, processorUs };
  };
  const before = await run(first);
  const after = await run(operations - first);
  await client.end();
  await daemon.stop();
  for (const line of [...daemon.strangeLines, ...daemon.warnings]) say(`error output: ${line}`);
  return {
    ratioToFirst: rounded(after.fileBytes / before.fileBytes),
    operations,
    firstOperations: first,
    live,
    eventRetentionGigabytes: gigabytes,
    firstFileBytes: before.fileBytes,
    fileBytes: after.fileBytes,
    firstPerSecond: before.perSecond,
    perSecond: after.perSecond,
    processorUs: after.processorUs,
    isVerified: verifyStore(daemon.data) === 0 ? 1 : 0,
    strangeLines: daemon.strangeLines.length,
    warnings: daemon.warnings.length,
  };
}

/** Processor time of a process so far. */
function usedUs(pid: number): number {
  const { mainUs, otherUs } = processorTime(pid);
  return mainUs + otherUs;
}
