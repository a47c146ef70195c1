/** Which keys of attached data have a column, by the custom properties among the objects. */
import type { MappedKey, MappedType } from '../interaction/mapped-keys.js';
import { fieldsOf, type Model } from './model.js';
import type { ColumnPlan } from './rows.js';

const types = { string: 'text', number: 'number', timestamp: 'time' } as const satisfies Readonly<
  Record<string, MappedType>
>;

interface PropertyFields {
  readonly type: keyof typeof types;
  readonly tenant?: string;
  readonly translateTo?: string;
  readonly toDelete?: boolean;
}

/**
 * The columns of a model. One keeps its number as long as its values stay the same; else it is
 * another column, since a number is never used again.
 */
export function planColumns(model: Model, before: ColumnPlan): ColumnPlan {
  let { highest } = before;
  const idOf = (tenant: string): number =>
    fieldsOf(model.get('tenant')?.get(tenant) ?? '{}')['id'] as number;
  const known = new Map(before.columns.map((one) => [one.key, one]));
  const columns: MappedKey[] = [];
  for (const [key, json] of model.get('customProperty') ?? []) {
    const fields = fieldsOf(json) as unknown as PropertyFields;
    if (fields.toDelete === true) continue;
    const type = types[fields.type];
    const tenantId = fields.tenant === undefined ? undefined : idOf(fields.tenant);
    const present = known.get(key);
    const isSame = present?.type === type && present.tenantId === tenantId;
    columns.push({
      number: isSame ? present.number : (highest += 1),
      key,
      ...(fields.translateTo !== undefined && { column: fields.translateTo }),
      type,
      ...(tenantId !== undefined && { tenantId }),
    });
  }
  columns.sort((left, right) => left.number - right.number);
  return { highest, columns };
}
