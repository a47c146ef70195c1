/** Conditions and orders over interactions: how their rows are read and compared. */
export { orderKeyOf } from './order-key.js';
export { SearchLanguage, usualOrder, type ReadSearch } from './search.js';
export { bodyReads, Subject } from './subject.js';
export { searchVocabulary, vocabularyOf, type SearchColumn } from './vocabulary.js';
