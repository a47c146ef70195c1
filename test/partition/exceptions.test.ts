/**
 * An exception at any moment of a request: before its first change it leaves nothing behind, on
 * disk or in memory, and the partition goes on; after it the partition must not go on. The moments
 * are each read of an attribute, and each read of the store.
 */
import t from 'tap';
import { AssertionError } from '../../lib/assert.js';
import { IxionError } from '../../lib/errors.js';
import { Partition } from '../../lib/partition/partition.js';
import { PartitionTime } from '../../lib/partition/ledger/partition-time.js';
import {
  Refusal,
  type Operation,
  type Reply,
  type SessionInfo,
} from '../../lib/partition/request.js';
import { StorageError, tables, type Table } from '../../lib/store/contract.js';
import { MemoryDisk, MemoryStore } from '../../lib/store/memory.js';
import { firstList, keyOf, op, queueIn, sessionOf } from './support.js';

const agent = sessionOf('agent', 'AgentApplication');
const media = sessionOf('media', 'MediaServer');
const clock = { nowMs: () => 1_700_000_000_000, monotonicMs: () => 5, setTimer: () => timer };
const timer = { cancel: () => undefined };
const queues = [queueIn(0), queueIn(0, true)].map((name, index) => {
  return { number: index + 1, name, businessProcess: 'test', partition: 0 };
});

/** Throws at the n-th read that it is asked about, if it is armed. */
class Fuse {
  #left: number | undefined;
  #error: () => Error = () => new Error('unused');

  arm(reads: number, error: () => Error): void {
    [this.#left, this.#error] = [reads, error];
  }

  /** Whether it has not thrown. */
  disarm(): boolean {
    const isLeft = this.#left !== undefined && this.#left > 0;
    this.#left = undefined;
    return isLeft;
  }

  read(): void {
    if (this.#left === undefined || --this.#left !== 0) return;
    throw this.#error();
  }
}

/** A store whose reads are asked about. */
class FusedStore extends MemoryStore {
  readonly fuse = new Fuse();

  override get(table: Table, key: string): Uint8Array | undefined {
    this.fuse.read();
    return super.get(table, key);
  }

  override range(...range: Parameters<MemoryStore['range']>) {
    this.fuse.read();
    return super.range(...range);
  }
}

class Bed {
  readonly disk = new MemoryDisk();
  readonly store = new FusedStore(this.disk);
  readonly replies: Reply[] = [];
  readonly failed: string[] = [];
  readonly partition: Partition;
  #reference = 0;

  constructor() {
    const options = {
      partition: 0,
      partitions: 1,
      reconnectTimeoutMs: 60_000,
      eventRetentionMs: 60_000,
      eventRetentionBytes: 1e9,
      identifierRetentionMs: 600_000,
    };
    this.partition = new Partition(
      options,
      this.store,
      new PartitionTime(clock, this.store),
      { send: () => true, wakeAt: () => undefined },
      {
        replies: (replies) => void this.replies.push(...replies),
        eventsUpTo: () => undefined,
        failed: (_, error) => void this.failed.push(error.message),
        broken: (outcome) => t.fail(`broken: ${outcome}`),
      },
      0,
    );
    this.partition.sessionOpened(agent);
    this.partition.sessionOpened(media);
  }

  async prepare(): Promise<void> {
    await this.partition.replaceQueues(firstList(queues));
    for (const id of ['a', 'b', 'c']) {
      this.request(media, op.submit(queueIn(0), { InteractionId: id, TenantId: 2 }));
    }
    this.request(media, op.hold('c'));
    this.request(agent, op.pullById('b'));
    await this.partition.durably();
  }

  request(session: SessionInfo, operation: Operation): number {
    const reference = ++this.#reference;
    const asker = { session, reference, proxyClient: 1 };
    this.partition.request({
      ...asker,
      operation,
      frame: undefined,
      retried: false,
      digest: 7,
      hops: 0,
    });
    return reference;
  }

  /** What shows whether memory and disk still agree. */
  async goOn(): Promise<void> {
    this.request(agent, op.pull(queueIn(0), { Count: 5 }));
    for (const id of ['a', 'b', 'c']) this.request(media, op.stop(id));
    // By an identifier of its own: those that the partition makes may leave one out.
    this.request(media, op.submit(queueIn(0), { InteractionId: 'last' }));
    await this.partition.durably();
  }

  errorOf(reference: number): string | undefined {
    const answer = this.replies.find(({ to }) => to.reference === reference)?.answer;
    return answer?.kind === 'error' ? answer.error : answer?.kind;
  }

  /** All rows, but for the counts of what was asked. */
  rows(): string[] {
    return tables.flatMap((table) =>
      this.store
        .range(table, {})
        .map(([key, value]) => `${table} ${hex(key)} ${Buffer.from(value).toString('hex')}`),
    );
  }
}

const hex = (key: string): string => Buffer.from(key, 'latin1').toString('hex');

const attached = Uint8Array.of(0x81, 0xa1, 0x6b, 0xa1, 0x76);
const keyed = { RequestKey: keyOf('key'), ReasonSystemName: 'why' };
const operations: readonly (readonly [SessionInfo, Operation])[] = [
  [media, op.submit(queueIn(0), { ...keyed, UserData: attached })],
  [media, op.submit(queueIn(0), { ...keyed, InteractionId: 'new', Hold: true })],
  [agent, op.submit(queueIn(0), { ...keyed, TenantId: 3 })],
  [media, op.stop('a', keyed)],
  [media, op.stop('b', keyed)],
  [media, op.change('a', { ...keyed, AddedProperties: attached, Priority: 9, ExternalId: 'x' })],
  [media, op.place('b', queueIn(0, true), { ...keyed, ChangedProperties: attached })],
  [media, op.hold('a', { ...keyed, HoldUntil: 1_800_000_000_000 })],
  [media, op.resume('c')],
  [agent, op.pull(queueIn(0), { ...keyed, Count: 2 })],
  [agent, op.pullById('a', keyed)],
  [media, op.get('a')],
];

/** The operation, each read of whose attributes is asked about. */
const fused = ({ kind, attributes }: Operation, fuse: Fuse): Operation =>
  ({
    kind,
    attributes: new Proxy(attributes, {
      get(target, name) {
        fuse.read();
        return Reflect.get(target, name);
      },
    }),
  }) as Operation;

/** What the rows are if the operation was never asked for. */
async function rowsWithout(): Promise<string[]> {
  const bed = new Bed();
  await bed.prepare();
  await bed.goOn();
  return bed.rows();
}

interface Moment {
  readonly reads: number;
  readonly isOfStore: boolean;
  error(): Error;
}

/** Executes it; true: the moment came, false: it had fewer reads. `counts` is told how it ended. */
async function tryAt(
  [session, operation]: (typeof operations)[number],
  { reads, isOfStore, error }: Moment,
  without: readonly string[],
  counts: Record<string, number>,
): Promise<boolean> {
  const bed = new Bed();
  await bed.prepare();
  const fuse = isOfStore ? bed.store.fuse : new Fuse();
  const asked = isOfStore ? operation : fused(operation, fuse);
  // What the beginning of a turn reads is not the affair of a request.
  bed.request(media, op.get('a'));
  fuse.arm(reads, error);
  let reference: number | undefined;
  let crash: unknown;
  try {
    reference = bed.request(session, asked);
  } catch (thrown) {
    crash = thrown;
  }
  if (fuse.disarm()) return false;
  const what = `${operation.kind}, read ${reads} of ${isOfStore ? 'the store' : 'an attribute'}`;
  if (crash === undefined) {
    await bed.partition.durably();
    const found = [bed.failed.length, bed.errorOf(reference!)];
    await bed.goOn();
    if (error() instanceof IxionError || error() instanceof Refusal) found[0] = 1;
    const isClean = JSON.stringify(bed.rows()) === JSON.stringify(without);
    if (found[0] !== 1 || !isClean) t.fail(`${what}: ${found.join()}, clean: ${isClean}`);
    if (error() instanceof StorageError) t.fail(`${what}: goes on over a disk that failed`);
    counts['refused'] = (counts['refused'] ?? 0) + 1;
  } else {
    const isRefusal = error() instanceof IxionError || error() instanceof Refusal;
    if (isRefusal && !(crash instanceof AssertionError)) t.fail(`${what}: ${String(crash)}`);
    counts['crashed'] = (counts['crashed'] ?? 0) + 1;
  }
  return true;
}

const errors: Readonly<Record<string, () => Error>> = {
  'a programmer error': () => new TypeError('nothing of nothing'),
  'a refusal': () => new Refusal('Busy', 'too late'),
  'an error of the table': () => new IxionError('AttachedDataTooLarge'),
  'an assertion': () => new AssertionError('corrupt'),
  'a disk that cannot be read': () => new StorageError('EIO'),
};

for (const [name, error] of Object.entries(errors)) {
  t.test(`${name}, at every read of a request`, async (t) => {
    const without = await rowsWithout();
    for (const isOfStore of [false, true]) {
      const counts: Record<string, number> = {};
      for (const asked of operations) {
        for (let reads = 1; reads < 500; reads++) {
          if (!(await tryAt(asked, { reads, isOfStore, error }, without, counts))) break;
        }
      }
      const crashesOnly = name === 'an assertion' || name === 'a disk that cannot be read';
      t.equal('refused' in counts, !crashesOnly, JSON.stringify(counts));
      t.ok('crashed' in counts, 'and after a change it is no refusal');
    }
  });
}
