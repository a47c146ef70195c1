/** Random messages that keep to the table. */
import * as fc from 'fast-check';
import type { KeyValues } from '../../lib/interaction/attached-data.js';
import type { Attribute } from '../../lib/protocol/attribute.js';
import type { MessageDefinition } from '../../lib/protocol/message.js';

/** Text of at most so many UTF-8 bytes. */
const text = (maxBytes: number): fc.Arbitrary<string> =>
  fc
    .array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }), { maxLength: 40 })
    .map((characters) => {
      while (Buffer.byteLength(characters.join('')) > maxBytes) characters.pop();
      return characters.join('');
    });

/** A string as its attribute says. */
const textOf = ({ minBytes, maxBytes, form }: Attribute<'string'>): fc.Arbitrary<string> =>
  text(maxBytes)
    .map((content) => (form === 'name' ? content.replaceAll(/\p{Cc}/gu, '') : content))
    .map((content) => (content === '' ? 'x'.repeat(minBytes) : content));

const timeMs = fc.integer({ min: -8_600_000_000_000_000, max: 8_600_000_000_000_000 });

/** Numbers as they come back: -0 stays a float, NaN is one value. */
const scalar = fc.oneof(
  text(60),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).filter((value) => !safe(value)),
  fc.boolean(),
  timeMs.map((time) => new Date(time)),
  fc.uint8Array({ maxLength: 300 }),
);

const safe = (value: bigint): boolean => Number.isSafeInteger(Number(value));

const key = fc.oneof(text(40), fc.constantFrom('__proto__', 'constructor', 'toString', '', '1'));

/** Attached data, nested up to four levels. */
export const keyValuesArbitrary: fc.Arbitrary<KeyValues> = fc.letrec<{
  map: KeyValues;
  value: KeyValues[string];
}>((tie) => ({
  map: fc
    .array(fc.tuple(key, tie('value')), { maxLength: 24 })
    .map((entries) => Object.fromEntries(entries)),
  value: fc.oneof({ maxDepth: 3, depthIdentifier: 'attached' }, scalar, tie('map')),
})).map;

const record = fc.oneof(
  keyValuesArbitrary,
  fc.array(keyValuesArbitrary, { maxLength: 4 }),
  fc.constant(null),
);

/** A value that the attribute takes. */
export function valueArbitrary(attribute: Attribute): fc.Arbitrary<unknown> {
  const { kind, min, max, maxBytes, entry } = attribute;
  switch (kind) {
    case 'string':
      return textOf(attribute as Attribute<'string'>);
    case 'integer':
    case 'timestamp':
      return fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max));
    case 'boolean':
      return fc.boolean();
    case 'bytes':
      return fc.uint8Array({ minLength: maxBytes, maxLength: maxBytes });
    case 'keyValues':
      return keyValuesArbitrary;
    case 'strings':
      return fc.array(textOf(entry!), { maxLength: Math.min(20, maxBytes) });
    case 'integers':
      return fc.array(fc.maxSafeInteger().map(Math.abs), { maxLength: Math.min(20, maxBytes) });
    default:
      return record;
  }
}

/** A body of the message: all required attributes, some of the others, in any order. */
export function bodyArbitrary(
  definition: MessageDefinition,
): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.entries(definition.attributes);
  return fc
    .record(
      Object.fromEntries(fields.map(([name, attribute]) => [name, valueArbitrary(attribute)])),
      {
        requiredKeys: fields
          .filter(([, attribute]) => attribute.required)
          .map(([name]) => name) as never[],
      },
    )
    .map((body) => ({ ...(body as Record<string, unknown>) }));
}
