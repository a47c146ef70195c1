/**
 * The one table of kinds: the check, the YAML reader and writer and
 * `docs/reference/objects.md` are made from it. Fields are in the order of files. A field
 * that is added later must not be required.
 */
import type { KindName } from './field.js';
import type { Kind } from './kind-fields.js';
import { kindsWho } from './kinds-who.js';
import { kindsWork } from './kinds-work.js';

export type { Kind } from './kind-fields.js';

export const kinds: Readonly<Record<KindName, Kind>> = { ...kindsWho, ...kindsWork };

/** The kind with this heading. */
export const kindOfPlural: ReadonlyMap<string, KindName> = new Map(
  (Object.keys(kinds) as KindName[]).map((kind) => [kinds[kind].plural, kind]),
);
