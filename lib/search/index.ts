/** Conditions and orders over interactions: how their rows are read and compared. */
export { orderKeyOf } from './order-key.js';
export { readSearch, usualOrder, type ReadSearch } from './search.js';
export { Subject } from './subject.js';
export { searchVocabulary } from './vocabulary.js';
