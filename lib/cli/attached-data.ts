/** Attached data on the command line: `key=value`, `key:type=value`, and whole JSON objects. */
import type { KeyValue, KeyValues } from '../client/index.js';
import {
  isFault,
  type JsonObject,
  type JsonValue,
  readBase64,
  readBoolean,
  readDate,
  readDecimal,
  readJsonObject,
  readWhole,
  type TextFault,
} from '../text/index.js';
import { UsageError } from './command.js';

const parsers: Readonly<Record<string, (text: string) => KeyValue | TextFault>> = {
  string: (text) => text,
  int: readWhole,
  float: (text) => readDecimal(text),
  bool: readBoolean,
  time: readDate,
  base64: readBase64,
};

/**
 * The attached data of all `--data` and `--data-json` of a command line,
 * undefined if there is none.
 * @throws {UsageError}
 */
export function readAttachedData(
  pairs: readonly string[] | undefined,
  json: string | undefined,
): KeyValues | undefined {
  if (pairs === undefined && json === undefined) return undefined;
  return { ...(json !== undefined && readJson(json)), ...readPairs(pairs ?? []) };
}

function readPairs(pairs: readonly string[]): KeyValues {
  const seen = new Set<string>();
  return Object.fromEntries(
    pairs.map((pair) => {
      const [key, value] = readPair(pair);
      if (seen.has(key)) throw new UsageError(`--data has the key "${key}" twice.`);
      seen.add(key);
      return [key, value];
    }),
  );
}

function readPair(pair: string): readonly [string, KeyValue] {
  const equals = pair.indexOf('=');
  if (equals < 1) throw new UsageError(`--data "${pair}" is not key=value.`);
  const head = pair.slice(0, equals);
  const text = pair.slice(equals + 1);
  const colon = head.lastIndexOf(':');
  if (colon < 0) return [head, text];
  const [key, type] = [head.slice(0, colon), head.slice(colon + 1)];
  const parse = Object.hasOwn(parsers, type) ? parsers[type] : undefined;
  if (parse === undefined) {
    const remedy = 'Give keys that hold a colon with --data-json.';
    throw new UsageError(`--data "${pair}": no type "${type}". ${remedy}`);
  }
  const value = parse(text);
  if (isFault(value)) {
    throw new UsageError(`--data "${pair}", ${type}: ${value.what}; ${value.remedy}.`);
  }
  return [key, value];
}

function readJson(json: string): KeyValues {
  const read = readJsonObject(json);
  if (isFault(read)) throw new UsageError(`--data-json: ${read}.`);
  return checkedObject(read, '');
}

function checkedObject(object: JsonObject, path: string): KeyValues {
  return Object.fromEntries([...object].map(([key, value]) => [key, checked(value, path + key)]));
}

function checked(value: JsonValue, at: string): KeyValue {
  if (value instanceof Map) return checkedObject(value as JsonObject, `${at}.`);
  if (value === null || Array.isArray(value)) {
    throw new UsageError(`--data-json: ${at} is ${value === null ? 'null' : 'a list'}.`);
  }
  return value as string | number | boolean;
}
