/** The worker of a floor: puts what comes and acknowledges what is durable. */
import { parentPort, workerData } from 'node:worker_threads';
import { open, type RootDatabase } from 'lmdb';
import { readHeader } from '../../lib/protocol/frame.js';
import { FrameWriter } from '../../lib/protocol/frame-writer.js';
import { writeAck } from '../../lib/protocol/replies.js';

const { floor, directory } = workerData as { floor: 'A' | 'B'; directory: string };
const port = parentPort!;

/** Keys have 16 or 17 characters, one byte each. */
const keyEncoder = {
  writeKey(key: string, target: Uint8Array, start: number): number {
    for (let at = 0; at < key.length; at += 1) target[start + at] = key.charCodeAt(at);
    return start + key.length;
  },
  readKey: (source: Buffer, start: number, end: number) => source.toString('latin1', start, end),
};

/** As in lib/store/lmdb.ts. */
const root: RootDatabase<Uint8Array, string> = open<Uint8Array, string>({
  path: directory,
  noSubdir: false,
  mapSize: 2 ** 40,
  pageSize: 8_192,
  maxDbs: 32,
  overlappingSync: false,
  eventTurnBatching: false,
  encoding: 'binary',
  keyEncoder,
});
const settings = { encoding: 'binary' as const, keyEncoder };
const records = root.openDB<Uint8Array, string>({ name: 'record', ...settings });
const index = root.openDB<Uint8Array, string>({ name: 'index', ...settings });

const commitsInFlight = 2;
const noBytes = new Uint8Array(0);
let waiting: Uint8Array[] = [];
let inFlight = 0;
let sequence = 0;
let scheduled = false;

port.on('message', (message: Uint8Array | 'close') => {
  if (message === 'close') return void root.close().then(() => port.close());
  waiting.push(message);
  wake();
});

/** After everything that has arrived by now was taken. */
function wake(): void {
  if (scheduled || inFlight === commitsInFlight) return;
  scheduled = true;
  setImmediate(() => {
    scheduled = false;
    void commit();
  });
}

async function commit(): Promise<void> {
  if (waiting.length === 0) return;
  const batch = waiting;
  waiting = [];
  inFlight += 1;
  const { durable, acknowledge } = floor === 'A' ? putFrames(batch) : putRecords(batch);
  await durable;
  inFlight -= 1;
  const acknowledgements = acknowledge();
  port.postMessage(acknowledgements);
  wake();
}

interface Group {
  readonly durable: Promise<unknown>;
  acknowledge(): Uint8Array;
}

/** Identifiers that ascend, of the length of the product's. */
const nextId = (): string => (sequence += 1).toString(36).padStart(16, '0');

function eachFrame(batch: readonly Uint8Array[], each: (frames: Uint8Array, at: number) => number) {
  for (const frames of batch) {
    for (let at = 0; at < frames.length;) at = each(frames, at);
  }
}

/** A: the acknowledgement is the reference, four bytes. */
function putFrames(batch: readonly Uint8Array[]): Group {
  const references: number[] = [];
  let durable: Promise<unknown> = Promise.resolve();
  eachFrame(batch, (frames, at) => {
    const view = new DataView(frames.buffer, frames.byteOffset);
    const end = at + view.getUint32(at);
    references.push(view.getUint32(at + 8));
    durable = records.put(nextId(), frames.subarray(at, end));
    return end;
  });
  return { durable, acknowledge: () => new Uint8Array(Uint32Array.from(references).buffer) };
}

/** B: the body is the record; the index has it by queue and identifier. */
function putRecords(batch: readonly Uint8Array[]): Group {
  const askers: { reference: number; proxyClient: number; id: string }[] = [];
  let durable: Promise<unknown> = Promise.resolve();
  eachFrame(batch, (frames, at) => {
    const header = readHeader(frames, at);
    const { reference, proxyClient, routeKeyStart, routeKeyEnd, bodyStart, bodyEnd } = header;
    const id = nextId();
    const queue = String.fromCharCode(frames[routeKeyEnd - 1]!, routeKeyEnd - routeKeyStart);
    void records.put(id, frames.subarray(bodyStart, bodyEnd));
    durable = index.put(queue + id, noBytes);
    askers.push({ reference, proxyClient, id });
    return bodyEnd;
  });
  return { durable, acknowledge: () => acknowledgementsOf(askers) };
}

const writer = new FrameWriter();

function acknowledgementsOf(
  askers: readonly { reference: number; proxyClient: number; id: string }[],
): Uint8Array {
  for (const asker of askers) writeAck(writer, asker, { InteractionId: asker.id });
  return writer.take();
}
