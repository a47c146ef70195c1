/**
 * What the arguments of the SDK are, and what is wrong with one that is not so. Kinds and ranges
 * are those of the message table. Lengths and the characters of names are left to the server,
 * which says them best.
 */
import { IxionError } from '../errors.js';
import { messageByName, type Attribute, type MessageName } from '../protocol/index.js';
import { suggestion } from '../text/index.js';

/** What one argument has to be. */
export interface Kind {
  /** As in "is a text, not ...". */
  readonly expected: string;
  isRight(value: unknown): boolean;
  /** What the value is made of, if that is to be looked at too. */
  readonly shape?: Shape;
  readonly required?: boolean;
}

/** An object with named arguments. */
export type Shape = ReadonlyMap<string, Kind>;

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const is = (type: string) => (value: unknown) => typeof value === type;

export const text: Kind = { expected: 'a text', isRight: is('string') };
export const truth: Kind = { expected: 'true or false', isRight: is('boolean') };
export const map: Kind = { expected: 'an object of keys and values', isRight: isRecord };
export const texts: Kind = {
  expected: 'an array of texts',
  isRight: (value) => Array.isArray(value) && value.every(is('string')),
};
export const duration: Kind = {
  expected: 'a number of milliseconds, 0 or more',
  isRight: (value) => typeof value === 'number' && value >= 0,
};
export const signal: Kind = {
  expected: 'an AbortSignal',
  isRight: (value) =>
    isRecord(value) && typeof value['aborted'] === 'boolean' && 'addEventListener' in value,
};
export const callback: Kind = { expected: 'a function', isRight: is('function') };
export const whole = (min: number, max: number): Kind => ({
  expected: `a whole number from ${min} to ${max}`,
  isRight: (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max,
});
export const time = (max: number): Kind => ({
  expected: 'a time in milliseconds since 1970 UTC, or a Date',
  isRight: (value) => whole(0, max).isRight(value instanceof Date ? value.getTime() : value),
});
export const binary = (bytes: number): Kind => ({
  expected: `a Uint8Array of ${bytes} bytes`,
  isRight: (value) => value instanceof Uint8Array && value.length === bytes,
});
export const oneOf = (...words: readonly string[]): Kind => ({
  expected: `one of ${words.join(', ')}`,
  isRight: (value) => words.includes(value as string),
});
/** Any of these, none or all. */
export const someOf = (...words: readonly string[]): Kind => ({
  expected: `an array of some of ${words.join(', ')}`,
  isRight: (value) => Array.isArray(value) && value.every((one) => words.includes(one as string)),
});
export const numbers = (min: number, max: number): Kind => ({
  expected: `an array of whole numbers from ${min} to ${max}`,
  isRight: (value) => Array.isArray(value) && value.every((one) => whole(min, max).isRight(one)),
});
export const record = (shape: Shape): Kind => ({ ...map, expected: 'an object', shape });
export const required = (kind: Kind): Kind => ({ ...kind, required: true });
/** The value itself, or what the kind says. */
export const or = (value: unknown, kind: Kind): Kind => ({
  ...kind,
  expected: `${String(value)} or ${kind.expected}`,
  isRight: (given) => given === value || kind.isRight(given),
});

export const shapeOf = (kinds: Readonly<Record<string, Kind>>): Shape =>
  new Map(Object.entries(kinds));

/** The arguments that become attributes of a message, by the attribute of each. */
export function attributesOf(
  message: MessageName,
  names: Readonly<Record<string, string>>,
): Record<string, Kind> {
  const { attributes } = messageByName(message);
  const kinds = Object.entries(names).map(([argument, attribute]) => {
    const kind = kindOf(attributes[attribute]!);
    return [argument, attributes[attribute]!.required ? required(kind) : kind] as const;
  });
  return Object.fromEntries(kinds);
}

function kindOf({ kind, min, max, maxBytes }: Attribute): Kind {
  if (kind === 'string') return text;
  if (kind === 'integer') return whole(min, max);
  if (kind === 'timestamp') return time(max);
  if (kind === 'boolean') return truth;
  if (kind === 'bytes') return binary(maxBytes);
  return map;
}

/**
 * What is wrong with an argument; undefined: nothing. One that is undefined is not given.
 * @param position its name, for the error
 */
export function faultIn(value: unknown, kind: Kind, position: string): IxionError | undefined {
  if (value === undefined) return kind.required === true ? missing(position, kind) : undefined;
  if (!kind.isRight(value)) return wrong(position, value, kind);
  return kind.shape === undefined || !isRecord(value)
    ? undefined
    : faultInShape(value, kind.shape, position);
}

function faultInShape(
  value: Readonly<Record<string, unknown>>,
  shape: Shape,
  position: string,
): IxionError | undefined {
  for (const name in value) {
    if (value[name] === undefined) continue;
    const kind = shape.get(name);
    if (kind === undefined) return unknown(name, shape, position);
    const fault = faultIn(value[name], kind, `${position}.${name}`);
    if (fault !== undefined) return fault;
  }
  for (const [name, kind] of shape) {
    if (kind.required !== true || value[name] !== undefined) continue;
    return missing(`${position}.${name}`, kind);
  }
  return undefined;
}

function wrong(position: string, value: unknown, { expected }: Kind): IxionError {
  const remedy = `give ${expected}`;
  const detail = `${position} is ${kindOfValue(value)}, not ${expected}`;
  return new IxionError('WrongAttributeType', detail, { position, remedy });
}

function missing(position: string, { expected }: Kind): IxionError {
  const remedy = `give ${expected}`;
  return new IxionError('MissingAttribute', `${position} is missing`, { position, remedy });
}

/** Most often it is the name of the protocol, `Queue` for `queue`. */
function unknown(name: string, shape: Shape, where: string): IxionError {
  const names = [...shape.keys()];
  const lower = name.charAt(0).toLowerCase() + name.slice(1);
  const near = names.includes(lower) ? lower : suggestion(name, names);
  const position = `${where}.${name}`;
  const remedy = near === undefined ? `give one of ${names.join(', ')}` : `did you mean ${near}?`;
  const detail = `${position} is not a name of an argument; ${remedy}`;
  return new IxionError('UnknownAttribute', detail, { position, remedy });
}

/** The kind of a value, and no more: it may be a secret. */
function kindOfValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'number') return Number.isInteger(value) ? `${value}` : 'a number';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'object') return `an object (${value.constructor?.name ?? 'of no class'})`;
  return typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`;
}
