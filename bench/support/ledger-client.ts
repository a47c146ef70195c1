/**
 * A client process that submits without pause over every loss of its server, keeps the identifiers
 * that were acknowledged, and afterwards compares them with what the server has.
 */
import { connect, IxionError } from '../../lib/client/index.js';
import { daemonClientOptions } from './daemon-client.js';
import type { LedgerCheck } from './ledger.js';
import { queueNames, recordMaker } from './record.js';
import { serve } from './serve.js';

const { server, inFlight, queues: queueCount, dataBytes } = daemonClientOptions();
const queues = queueNames(queueCount);
const makeRecord = recordMaker(dataBytes);
const connecting = connect({
  server,
  clientName: 'bench-ledger',
  clientType: 'MediaServer',
  requestTimeoutMs: 120_000,
  reconnect: { minMs: 10, maxMs: 100 },
});
/** Before the first submit there may be others' in the queues. */
let submittedBefore: number | undefined;
let acknowledgedInAll = 0;
let acknowledged: string[] = [];
const load = { isOpen: false };
let lanes: Promise<void>[] = [];
let made = 0;

async function submitted(): Promise<number> {
  const totals = await (await connecting).queueStatistics();
  return totals.reduce((sum, queue) => sum + queue.submitted, 0);
}

async function lane(): Promise<void> {
  const client = await connecting;
  while (load.isOpen) {
    made += 1;
    const { interactionId } = await client.submit(makeRecord(made, queues[made % queues.length]!));
    acknowledged.push(interactionId);
  }
}

/** Looks for each identifier; none may be missing, and nothing may be there that has none. */
async function check(): Promise<LedgerCheck> {
  const client = await connecting;
  const count = acknowledged.length;
  acknowledgedInAll += count;
  let lost = 0;
  const look = async (): Promise<void> => {
    for (let id = acknowledged.pop(); id !== undefined; id = acknowledged.pop()) {
      try {
        await client.getProperties(id);
      } catch (error) {
        if (!(error instanceof IxionError) || error.errorName !== 'UnknownInteraction') throw error;
        lost += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: inFlight }, look));
  const doubled = (await submitted()) - submittedBefore! - acknowledgedInAll;
  return { acknowledged: count, lost, doubled };
}

const answers = {
  async begin() {
    submittedBefore ??= await submitted();
    load.isOpen = true;
    acknowledged = [];
    lanes = Array.from({ length: inFlight }, lane);
    return {};
  },
  async end() {
    load.isOpen = false;
    await Promise.all(lanes);
    return {};
  },
  check,
};

serve(async ({ type }: { type: keyof typeof answers }) => {
  await connecting;
  return answers[type]();
});
