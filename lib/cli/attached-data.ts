/** Attached data on the command line: `key=value`, `key:type=value`, and whole JSON objects. */
import type { KeyValue, KeyValues } from '../client/index.js';
import { UsageError } from './command.js';

const parsers: Readonly<Record<string, (text: string) => KeyValue | undefined>> = {
  string: (text) => text,
  int: (text) => (/^[+-]?\d+$/.test(text) ? wholeNumber(text) : undefined),
  float: (text) => (text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined),
  bool: (text) => ({ true: true, false: false })[text],
  time: (text) => validDate(/^\d+$/.test(text) ? Number(text) : text),
  base64: (text) =>
    /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0
      ? new Uint8Array(Buffer.from(text, 'base64'))
      : undefined,
};

/**
 * The attached data of all `--data` and `--data-json` of a command line, undefined if there is none.
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
  return Object.fromEntries(
    pairs.map((pair) => {
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
      if (value === undefined) throw new UsageError(`--data "${pair}": not a ${type}.`);
      return [key, value];
    }),
  );
}

function readJson(json: string): KeyValues {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new UsageError(`--data-json: ${(error as Error).message}.`);
  }
  if (!isObject(value)) throw new UsageError('--data-json is not an object.');
  return checkedObject(value, '');
}

function checkedObject(object: Readonly<Record<string, unknown>>, path: string): KeyValues {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => {
      const at = `${path}${key}`;
      if (isObject(value)) return [key, checkedObject(value, `${at}.`)];
      if (value === null || Array.isArray(value)) {
        throw new UsageError(`--data-json: ${at} is ${value === null ? 'null' : 'a list'}.`);
      }
      return [key, value as string | number | boolean];
    }),
  );
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function wholeNumber(text: string): number | bigint {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text.replace('+', ''));
}

function validDate(value: number | string): Date | undefined {
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
