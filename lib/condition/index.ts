/**
 * The language of conditions, orders and capacity rules: text to words, syntax tree, terms with
 * types, closures. Pure; `docs/reference/conditions.md` tells it to users.
 */
export {
  CapacityRule,
  defaultCapacityRule,
  readCapacityRule,
  type Counts,
  type Medium,
} from './capacity.js';
export { compareText } from './compare-text.js';
export type { Evaluate, Judge } from './compile.js';
export { Condition, readCondition, type FailedPart } from './condition.js';
export type { Equality } from './equalities.js';
export { ConditionFault, type ConditionErrorName } from './fault.js';
export { interactionProperties, type PropertyName } from './interaction-properties.js';
export { readParameters } from './parameters.js';
export type { ConditionPart } from './parts.js';
export { Order, readOrder, type OrderKey, type OrderTiming } from './order.js';
export type { Timing } from './time-terms.js';
export type { Expression } from './tree.js';
export {
  Vocabulary,
  type ParameterValues,
  type Property,
  type Value,
  type ValueType,
} from './vocabulary.js';
export { writeName } from './words.js';
