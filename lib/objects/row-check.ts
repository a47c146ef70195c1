/** Whether rows of configuration objects are as they were written; for `store verify`. */
import { kindNames, type KindName } from './field.js';
import {
  changePrefix,
  fromRow,
  headKey,
  modelPrefix,
  objectPrefix,
  readObjectKey,
  startApplicationsKey,
  startColumnsKey,
  startOptionsKey,
  versionPrefix,
} from './rows.js';
import { readU32 } from '../store/keys.js';

type Judge = (value: unknown, key: string) => boolean;

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

const isHeader: Judge = (value, key) => {
  if (!isMap(value) || value['version'] !== readU32(key, versionPrefix.length)) return false;
  const { at, who, comment, added, changed, removed } = value;
  const areTexts = typeof who === 'string' && typeof comment === 'string';
  return areTexts && [at, added, changed, removed].every(isCount);
};

const words: readonly unknown[] = ['added', 'changed', 'removed'];
const isChange = (one: unknown): boolean =>
  Array.isArray(one) &&
  one.length === 3 &&
  isKind(one[0]) &&
  typeof one[1] === 'string' &&
  words.includes(one[2]);

const isKind = (kind: unknown): kind is KindName =>
  (kindNames as readonly unknown[]).includes(kind);

const isApplication = (one: unknown): boolean =>
  isMap(one) &&
  typeof one['name'] === 'string' &&
  typeof one['type'] === 'string' &&
  Array.isArray(one['hashes']);

const types: readonly unknown[] = ['text', 'number', 'time'];
const isColumn = (one: unknown): boolean =>
  isMap(one) &&
  isCount(one['number']) &&
  typeof one['key'] === 'string' &&
  types.includes(one['type']);

const isColumnPlan: Judge = (value) => {
  if (!isMap(value) || !isCount(value['highest'])) return false;
  const { highest, columns } = value;
  return (
    Array.isArray(columns) &&
    columns.every((one) => isColumn(one) && (one as { number: number }).number <= highest)
  );
};

/** By the whole key. */
const byKey: Readonly<Record<string, Judge>> = {
  [headKey]: (value) => isMap(value) && isCount(value['version']),
  [startOptionsKey]: isMap,
  [startApplicationsKey]: (value) => Array.isArray(value) && value.every(isApplication),
  [startColumnsKey]: isColumnPlan,
};

/**
 * What is wrong with a row; undefined: nothing, or it is not of configuration objects.
 * @throws {SyntaxError} for what is not JSON
 */
export function faultOfModelRow(key: string, row: Uint8Array): string | undefined {
  if (!key.startsWith(modelPrefix)) return undefined;
  if (key.startsWith(objectPrefix)) return faultOfObjectRow(key, row);
  const judge = byKey[key] ?? judgeOfPrefix(key);
  if (judge === undefined) return 'nothing of the configuration objects has such a key';
  return judge(fromRow(row), key) ? undefined : 'it does not hold what its key says';
}

function judgeOfPrefix(key: string): Judge | undefined {
  if (key.startsWith(versionPrefix) && key.length === versionPrefix.length + 4) return isHeader;
  if (!key.startsWith(changePrefix) || key.length !== changePrefix.length + 8) return undefined;
  return (value) => Array.isArray(value) && value.every(isChange);
}

/** An object that was removed is an empty row. */
function faultOfObjectRow(key: string, row: Uint8Array): string | undefined {
  if (!isKind(readObjectKey(key).kind)) return 'it is of a kind that there is not';
  return row.length === 0 || isMap(fromRow(row)) ? undefined : 'it does not hold fields';
}
