/** A start that fails takes back what it did. */
import t from 'tap';
import { Undo } from '../../lib/server/undo.js';

t.test('newest first, each once, also what is added meanwhile or afterwards', async (t) => {
  const undo = new Undo();
  const done: string[] = [];
  undo.add(() => void done.push('first'));
  undo.add(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    undo.add(() => void done.push('meanwhile'));
    done.push('second');
  });
  await undo.all();
  t.strictSame(done, ['second', 'meanwhile', 'first']);
  undo.add(() => void done.push('late'));
  await undo.all();
  t.strictSame(done, ['second', 'meanwhile', 'first', 'late']);
});
