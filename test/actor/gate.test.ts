import fc from 'fast-check';
import t from 'tap';
import { Gate } from '../../lib/actor/index.js';

t.test('an empty gate is empty at once, and stays closed', async (t) => {
  const gate = new Gate();
  t.ok(gate.enter());
  gate.leave();
  await gate.close().whenEmpty;
  t.notOk(gate.enter());
  t.ok(gate.closed);
  t.throws(() => gate.leave(), /left more often/);
});

t.test('a closed gate is empty exactly when the last one has left', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('enter', 'leave', 'close')), async (steps) => {
      const gate = new Gate();
      let inside = 0;
      let closed = false;
      let empty = false;
      for (const step of steps) {
        if (step === 'enter') {
          if (gate.enter() === closed) return false;
          if (!closed) inside += 1;
        } else if (step === 'leave' && inside > 0) {
          gate.leave();
          inside -= 1;
        } else if (step === 'close') {
          closed = true;
          void gate.close().whenEmpty.then(() => {
            empty = true;
          });
        }
        await Promise.resolve();
        await Promise.resolve();
        if (gate.inside !== inside || empty !== (closed && inside === 0)) return false;
      }
      return true;
    }),
  );
  t.pass();
});
