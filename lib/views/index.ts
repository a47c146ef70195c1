/** Views: which interactions leave a queue, and in which order. Pure. */
export { endOfValue, ValueKey, valueBytesMax } from './index-key.js';
export { placeOf, writePlace, type Ordered } from './place.js';
export {
  orderOfQueues,
  readView,
  usualCheckSeconds,
  View,
  viewFieldsOf,
  type ViewFields,
} from './view.js';
export { nameOfShape, planOf, type IndexShape, type ViewPlan } from './plan.js';
export { allSegments, segmentsOf, type Segmentation } from './segments.js';
export { readViewIndex, ViewIndex } from './view-index.js';
