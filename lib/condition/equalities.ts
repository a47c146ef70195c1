/** Which values of which properties a condition can only hold for. */
import type { Term } from './term.js';
import type { Property, Value } from './vocabulary.js';

/** The condition holds only for records whose property has one of the values. */
export interface Equality<Entry> {
  readonly property: Property<Entry>;
  readonly values: readonly Value[];
}

/**
 * The equalities that a condition demands, in the order of the text: `Queue = 'a'`,
 * `MediaType IN ('email', 'chat')`, `IsOnline = 1`. Those of one property are not joined.
 */
export function equalitiesOf<Entry>(term: Term<Entry>): Equality<Entry>[] {
  switch (term.kind) {
    case 'and':
      return term.terms.flatMap(equalitiesOf);
    case 'property':
      return [{ property: term.property, values: [true] }];
    case 'not':
      return term.value.kind === 'property'
        ? [{ property: term.value.property, values: [false] }]
        : [];
    case 'compare': {
      if (term.operator !== '=') return [];
      const [one, other] = [term.left, term.right];
      return [...equality(one, [other]), ...equality(other, [one])];
    }
    case 'in':
      return equality(term.value, term.items);
    default:
      return [];
  }
}

function equality<Entry>(left: Term<Entry>, items: readonly Term<Entry>[]): Equality<Entry>[] {
  if (left.kind !== 'property') return [];
  const values = items.flatMap((item) => (item.kind === 'constant' ? [item.value] : []));
  return values.length === items.length ? [{ property: left.property, values }] : [];
}
