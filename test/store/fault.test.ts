/** Failures: after any of them the store shows what is committed, and nothing slips through. */
import t, { type Test } from 'tap';
import { Table, type Change, type Outcome } from '../../lib/store/contract.js';
import { FaultStore, type Fault } from '../../lib/store/fault.js';
import { LayeredStore } from '../../lib/store/layered.js';
import { MemoryDisk, MemoryMedium, MemoryStore } from '../../lib/store/memory.js';
import { Model, Owner, plain, row } from './conformance.js';

const setCount = 6;

/** Set N changes a row of its own, one that all share, and deletes the row of the set before. */
function changesOf(set: number): Change[] {
  return [
    row(Table.state, `set ${set}`, `${set}`),
    row(Table.state, 'shared', `${set}`),
    row(Table.state, `set ${set - 1}`, undefined),
  ];
}

/** What is on disk when the first `sets` sets are. */
function modelAfter(sets: number): Model {
  const model = new Model();
  for (let set = 1; set <= sets; set += 1) model.apply(changesOf(set));
  return model;
}

interface Failure {
  readonly fault: Fault;
  readonly outcome: Outcome;
  /** Whether the set that fails is on disk nevertheless. */
  readonly applied: boolean;
}

const failures: readonly Failure[] = [
  { fault: { kind: 'end', outcome: 'refused' }, outcome: 'refused', applied: false },
  { fault: { kind: 'end', outcome: 'full' }, outcome: 'full', applied: false },
  { fault: { kind: 'end', outcome: 'unknown' }, outcome: 'unknown', applied: false },
  { fault: { kind: 'crash', when: 'before' }, outcome: 'unknown', applied: false },
  { fault: { kind: 'crash', when: 'after' }, outcome: 'unknown', applied: true },
];

for (const failure of failures) {
  t.test(`the N-th append fails: ${JSON.stringify(failure.fault)}`, async (test) => {
    for (let failing = 1; failing <= setCount; failing += 1) {
      for (const inFlight of [1, 2, setCount]) await fails(failure, failing, inFlight, test);
    }
  });
}

async function fails(
  failure: Failure,
  failing: number,
  inFlight: number,
  test: Test,
): Promise<void> {
  const disk = new MemoryDisk();
  const plan = (commit: number): Fault | undefined =>
    commit === failing ? failure.fault : undefined;
  const store = new FaultStore(new MemoryMedium(disk), plan);
  const owner = new Owner(store);
  const outcomes: Promise<Outcome>[] = [];
  for (let set = 1; set <= setCount; set += 1) {
    if (outcomes.length >= inFlight) await outcomes[outcomes.length - inFlight];
    outcomes.push(owner.append(changesOf(set)));
  }
  const wanted = outcomes.map((_, index) => (index + 1 < failing ? 'durable' : failure.outcome));
  test.same(await Promise.all(outcomes), wanted);
  const onDisk = modelAfter(failure.applied ? failing : failing - 1);
  test.same(
    plain(store.range(Table.state, {})),
    plain(onDisk.range(Table.state, {})),
    'overlay is empty',
  );
  await store.settle();
  const next = new Owner(store);
  const again = await next.append([row(Table.object, 'again', 'x')]);
  test.equal(again, failure.outcome === 'unknown' ? 'unknown' : 'durable');
  await store.close();
  const reopened = new MemoryStore(disk);
  test.same(plain(reopened.range(Table.state, {})), plain(onDisk.range(Table.state, {})));
}

t.test('appends after a failure end as it did, until settle', async (test) => {
  const plan = (commit: number): Fault | undefined =>
    commit === 1 ? { kind: 'end', outcome: 'full' } : undefined;
  const store = new FaultStore(new MemoryMedium(new MemoryDisk()), plan);
  const owner = new Owner(store);
  test.equal(await owner.append(changesOf(1)), 'full');
  test.equal(await owner.append(changesOf(2)), 'full');
  test.equal(store.get(Table.state, 'shared'), undefined);
  await store.settle();
  test.equal(await new Owner(store).append(changesOf(2)), 'durable');
});

t.test('a fence does not wait for commits that never end', async (test) => {
  const faults: Fault[] = [
    { kind: 'end', outcome: 'unknown' },
    { kind: 'hold', until: new Promise(() => {}) },
  ];
  const medium = new MemoryMedium(new MemoryDisk());
  let closed = false;
  medium.close = async () => void (closed = true);
  const store = new FaultStore(medium, (commit) => faults[commit - 1]);
  const owner = new Owner(store);
  const outcomes = [owner.append(changesOf(1)), owner.append(changesOf(2))];
  test.same(await Promise.all(outcomes), ['unknown', 'unknown']);
  await store.settle();
  test.equal(await owner.append(changesOf(3)), 'unknown');
  await store.close();
  test.equal(closed, false, 'closing the medium would wait for those commits');
});

t.test('a layer leaves when its set is on disk', async (test) => {
  const disk = new MemoryDisk();
  const store = new MemoryStore(disk);
  await new Owner(store).append([row(Table.state, 'a', 'through the store')]);
  const changes = [row(Table.state, 'a', 'behind its back')];
  disk.apply({ partition: 0, epoch: 1, sequence: 2, changes });
  test.equal(String(store.get(Table.state, 'a')), 'behind its back');
});

t.test('a held commit stays in the overlay, and holds those behind it', async (test) => {
  let release = (): void => {};
  const until = new Promise<void>((resolve) => (release = resolve));
  const disk = new MemoryDisk();
  const plan = (commit: number): Fault | undefined =>
    commit === 1 ? { kind: 'hold', until } : undefined;
  const store = new FaultStore(new MemoryMedium(disk), plan);
  const owner = new Owner(store);
  const outcomes = [owner.append(changesOf(1)), owner.append(changesOf(2))];
  await new Promise((resolve) => setImmediate(resolve));
  test.equal(store.inFlight, 2);
  test.equal(disk.applied.sequence, 0);
  test.equal(String(store.get(Table.state, 'shared')), '2');
  release();
  test.same(await Promise.all(outcomes), ['durable', 'durable']);
  test.equal(disk.applied.sequence, 2);
});

t.test('the memory store settles when its scheduler says so', async (test) => {
  const works: (() => void)[] = [];
  const store = new MemoryStore(new MemoryDisk(), (work) => works.push(work));
  const outcome = new Owner(store).append(changesOf(1));
  await new Promise((resolve) => setImmediate(resolve));
  test.equal(store.inFlight, 1);
  test.equal(store.count(Table.state), 0);
  for (const work of works) work();
  test.equal(await outcome, 'durable');
  test.equal(store.count(Table.state), 2);
});

/** LMDB fails at a checkpoint, which nobody waits for. */
class BrokenMedium extends MemoryMedium {
  isBroken = false;

  async checkpoint(): Promise<boolean> {
    this.isBroken = true;
    return false;
  }
}

t.test('a checkpoint that failed fences, though no append was told', async (test) => {
  const store = new LayeredStore(new BrokenMedium(new MemoryDisk()));
  test.equal(await new Owner(store).append([row(Table.state, 'a', 'x')]), 'durable');
  test.notOk(store.isFenced);
  await store.settle();
  test.ok(store.isFenced);
  test.equal(await new Owner(store).append([row(Table.state, 'b', 'x')]), 'unknown');
});
