/** The kinds of attribute that a message body may hold, and how a message declares them. */
import { limits } from '../limits.js';

/**
 * How an attribute is written in the MessagePack map of a body, and in the decoded object:
 *
 * | kind | MessagePack | decoded |
 * |---|---|---|
 * | `string` | str, UTF-8, `minBytes` to `maxBytes` | string |
 * | `integer` | int or uint between `min` and `max` | number |
 * | `boolean` | true or false; 0 and 1 are taken too | boolean |
 * | `timestamp` | uint, milliseconds since 1970 UTC | number |
 * | `bytes` | bin, exactly `maxBytes` | Uint8Array (a view) |
 * | `keyValues` | map of attached data, see the protocol page | Uint8Array: as packed, checked |
 * | `strings` | array of str | string[] |
 * | `integers` | array of int | number[] |
 * | `record` | any map, array or scalar; only in messages that the server sends | unknown |
 */
export type AttributeKind =
  | 'string'
  | 'integer'
  | 'boolean'
  | 'timestamp'
  | 'bytes'
  | 'keyValues'
  | 'strings'
  | 'integers'
  | 'record';

/**
 * What a string is. `text`: anything. `name`: of a queue, a client, a medium and so on, without
 * control characters (`lib/text/name.ts`); there are few, so that one need not be made anew for
 * each message. `identifier`: of an interaction.
 */
export type TextForm = 'text' | 'name' | 'identifier';

/** One attribute of a message. */
export interface Attribute<Kind extends AttributeKind = AttributeKind> {
  readonly kind: Kind;
  readonly required: boolean;
  /**
   * Greatest UTF-8 length of a string, exact length of `bytes`, greatest length of `keyValues`;
   * for `strings` and `integers` the greatest count.
   */
  readonly maxBytes: number;
  /** Least UTF-8 length of a string. */
  readonly minBytes: number;
  /** Range of an integer, both ends included. */
  readonly min: number;
  readonly max: number;
  /** Of a string. */
  readonly form: TextForm;
  /** Of `strings`: what each of them is. */
  readonly entry?: Attribute<'string'>;
  /** One sentence for the protocol page. */
  readonly about: string;
}

const make = <Kind extends AttributeKind>(
  kind: Kind,
  about: string,
  maxBytes: number,
  min = 0,
  max = Number.MAX_SAFE_INTEGER,
): Attribute<Kind> => ({
  kind,
  about,
  maxBytes,
  minBytes: 0,
  min,
  max,
  form: 'text',
  required: false,
});

/** The last millisecond that a Date can hold. */
export const timeMsMax = 8_640_000_000_000_000;

export const string = (about: string, maxBytes: number = limits.stringPropertyBytes) =>
  make('string', about, maxBytes);
export const name = (about: string): Attribute<'string'> => ({
  ...make('string', about, limits.nameBytes),
  minBytes: 1,
  form: 'name',
});
export const identifier = (about: string): Attribute<'string'> => ({
  ...make('string', about, limits.interactionIdBytes),
  minBytes: 1,
  form: 'identifier',
});
/** The same name or identifier, which may be empty too: that is, none. */
export const orEmpty = (attribute: Attribute<'string'>): Attribute<'string'> => ({
  ...attribute,
  minBytes: 0,
});
export const integer = (about: string, min: number, max: number) =>
  make('integer', about, 0, min, max);
export const boolean = (about: string) => make('boolean', about, 0);
export const timestamp = (about: string) => make('timestamp', about, 0, 0, timeMsMax);
export const bytes = (about: string, exactBytes: number) => make('bytes', about, exactBytes);
/** Attached data. */
export const userData = (about: string) => make('keyValues', about, limits.attachedDataBytes);
/** Any other map of keys and values. */
export const keyValues = (about: string) => make('keyValues', about, limits.extensionBytes);
/** At most so many strings, each as `entry` says. */
export const strings = (about: string, countMax: number, entry: Attribute<'string'>) => ({
  ...make('strings', about, countMax),
  entry,
});
export const integers = (about: string, countMax: number) => make('integers', about, countMax);
export const record = (about: string) => make('record', about, limits.frameBytes);

/** The same attribute, but a message without it is an error. */
export const required = <Kind extends AttributeKind>(attribute: Attribute<Kind>) => ({
  ...attribute,
  required: true as const,
});
