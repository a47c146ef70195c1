/** The table of errors: a client tells them apart by their codes. */
import t from 'tap';
import { errorTable } from '../../lib/errors.js';

t.test('every code stands for one error', async (t) => {
  const names = new Map<number, string>();
  for (const [name, { code }] of Object.entries(errorTable)) {
    t.notOk(names.has(code), `${code} is ${name}, and not ${names.get(code) ?? 'another'}, too`);
    names.set(code, name);
  }
});
