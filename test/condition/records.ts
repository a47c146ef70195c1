/** Records that tests judge: some properties of interactions, and some custom ones. */
import { interactionProperties, Vocabulary, type Value } from '../../lib/condition/index.js';
import type { Property, ValueType } from '../../lib/condition/index.js';

/** Values by the names of properties. */
export type TestRecord = Readonly<Record<string, Value | undefined>>;

/** Keys of attached data, as custom properties have them. */
export const customProperties: readonly (readonly [name: string, type: ValueType])[] = [
  ['Lang', 'text'],
  ['Some key', 'text'],
  ['Amount', 'number'],
  ['DueAt', 'time'],
];

/** All properties that tests name. */
export const testProperties: readonly Property<TestRecord>[] = [
  ...interactionProperties,
  ...customProperties.map(([name, type]) => ({ name, type, columns: [] })),
].map((property) => ({ ...property, read: (record) => record[property.name] }));

export const vocabulary = new Vocabulary(testProperties);

/** The time of evaluation. */
export const nowMs = Date.UTC(2026, 0, 31, 12);
