/** Configuration objects, as they come: JSON that we wrote. */
import { assert } from '../assert.js';
import { isFault, readJsonObject } from '../text/index.js';

/** The fields of an object: texts, numbers, truth, and maps of them. */
export function fieldsOf<T>(json: string): T {
  const fields = readJsonObject(json);
  assert(!isFault(fields), 'an object is a row that we wrote');
  const entries = [...fields].map(([name, value]) => [
    name,
    value instanceof Map ? Object.fromEntries(value) : value,
  ]);
  return Object.fromEntries(entries) as T;
}
