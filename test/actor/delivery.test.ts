import t from 'tap';
import type { ProbeMessage } from './behaviours.js';
import { child, runSystem } from './support.js';

const deadlineMs = 10_000;

t.test('mail keeps its order in both lanes, from and to every thread', async (t) => {
  const { system } = await runSystem(t, 2);
  await system.start([child('a', 0), child('b', 1), child('c', 2), child('d', 2)]);
  for (const name of ['a', 'b', 'c']) {
    const ref = system.ref<ProbeMessage>(name);
    const expected: (number | string)[] = [];
    for (let n = 0; n < 2_000; n += 1) {
      if (n % 3 === 0) t.ok(ref.tell({ type: 'note', text: `n${n}` }) || t.fail('credit'));
      else ref.tellBytes(n, new Uint8Array(n % 300));
      expected.push(n % 3 === 0 ? `n${n}` : n);
    }
    t.same(await ref.ask({ type: 'received' }, { deadlineMs }), expected);
  }
});
