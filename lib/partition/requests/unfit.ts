/** Values of attached data that do not fit the column of their key: which interactions have one. */
import { bodyOfRow, stateNow } from '../../interaction/body.js';
import { valueOfKey } from '../../interaction/attached-data.js';
import { MappedKeys } from '../../interaction/mapped-keys.js';
import { columnAt } from '../../interaction/state-sections.js';
import { Table } from '../../store/contract.js';
import { covers } from '../ledger/columns.js';
import type { RequestCore } from './core.js';
import { walkInteractions } from './row-walk.js';

/** An interaction with such a value. */
export interface Unfit {
  readonly interactionId: string;
  /** What it is: `text`, `number`, `time`, `truth`, `bytes` or `list`. */
  readonly type: string;
  /** Its beginning, or how long it is. */
  readonly value: string;
}

/** Those in a part of a partition. */
export interface UnfitPart {
  readonly found: readonly Unfit[];
  /** `after` of the next part; undefined: there is nothing more here. */
  readonly next: string | undefined;
}

/** Values of which key, and of which interactions. */
export interface UnfitWanted {
  readonly key: string;
  /** Those behind this identifier; undefined: from the first on. */
  readonly after: string | undefined;
  /** At most so many. */
  readonly count: number;
}

/** Characters of a value that are told. */
const charactersTold = 100;

/**
 * Those behind `after`, as far as one look goes, at most `count`. Undefined: the key has no column.
 */
export function unfitValues(
  core: RequestCore,
  { key, after, count }: UnfitWanted,
): UnfitPart | undefined {
  const mapped = core.columns.mapped.find((one) => one.key === key);
  if (mapped === undefined) return undefined;
  const alone = new MappedKeys([mapped]);
  const found: Unfit[] = [];
  const { next } = walkInteractions(core, after, (interactionId, row) => {
    if (found.length >= count) return false;
    const record = stateNow(row, core.store.get(Table.state, interactionId));
    const { userData } = bodyOfRow(row);
    const value = covers(mapped, interactionId)
      ? columnAt(record, mapped.number)
      : alone.columnsOf(record.tenantId, userData)?.get(mapped.number);
    if (value === null) found.push({ interactionId, ...described(valueOfKey(userData, key)) });
    return true;
  });
  return { found, next };
}

function described(value: unknown): Omit<Unfit, 'interactionId'> {
  if (typeof value === 'string') return { type: 'text', value: value.slice(0, charactersTold) };
  if (typeof value === 'boolean') return { type: 'truth', value: String(value) };
  if (value instanceof Date) return { type: 'time', value: value.toISOString() };
  if (value instanceof Uint8Array) return { type: 'bytes', value: `${value.length} bytes` };
  if (typeof value !== 'object') return { type: 'number', value: String(value) };
  return { type: 'list', value: `${Object.keys(value ?? {}).length} keys` };
}
