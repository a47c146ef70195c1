/** A partition is not built again over a store that does not know what it holds. */
import t from 'tap';
import type { ActorContext } from '../../lib/actor/index.js';
import { systemClock } from '../../lib/clock.js';
import { errorTable } from '../../lib/errors.js';
import type { PartitionArguments, PartitionMessage } from '../../lib/mail/partition.js';
import { partitionBehaviour } from '../../lib/host/behaviour.js';
import { keep } from '../../lib/host/survivors.js';
import type { Outcome } from '../../lib/store/contract.js';
import { LayeredStore } from '../../lib/store/layered.js';

/** A store whose commits all end so; it is asked for nothing else. */
const storeThatEnds = (outcome: Outcome): LayeredStore =>
  new LayeredStore({
    get: () => undefined,
    range: () => [],
    count: () => 0,
    applied: () => ({ epoch: 1, sequence: 0 }),
    commit: () => Promise.resolve(outcome),
    close: () => Promise.resolve(),
  });

t.test('the crash of an actor whose read failed first is a fence all the same', async (t) => {
  const context = {
    keep: new Map(),
    clock: systemClock,
  } as unknown as ActorContext<PartitionMessage>;
  const store = storeThatEnds('unknown');
  keep(context, { store } as unknown as Parameters<typeof keep>[1]);
  void store.append({ partition: 0, epoch: 1, sequence: 1, changes: [] });
  const started = async (): Promise<unknown> =>
    partitionBehaviour.start({} as PartitionArguments, context);
  await t.rejects(started(), { name: 'IxionError', code: errorTable.UnknownOutcome.code });
  t.ok(store.isFenced);
});

t.test('a store whose commit was refused is open again', async (t) => {
  const store = storeThatEnds('refused');
  await store.append({ partition: 0, epoch: 1, sequence: 1, changes: [] });
  await store.settle();
  t.notOk(store.isFenced);
});
