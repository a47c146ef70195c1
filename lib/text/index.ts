/**
 * The strict readers of what comes from outside: one each for times, numbers, base64, UTF-8, truth,
 * names and lengths of time. What they cannot read as it is, is a fault, never something near
 * it. The lenient readers of JavaScript are banned elsewhere (`test/project/banned-calls.ts`).
 */
export { readBase64, writeBase64 } from './base64.js';
export { readBoolean } from './boolean.js';
export { readDecimal } from './decimal.js';
export { readDuration } from './duration.js';
export { isFault, TextFault } from './fault.js';
export { readBigInteger, readInteger, readWhole } from './integer.js';
export { JsonFloat, readJson, readJsonObject } from './json.js';
export type { JsonObject, JsonOptions, JsonValue } from './json.js';
export {
  controlCharacter,
  nameExpectation,
  nameFault,
  privateQueueOf,
  readName,
  reservedFault,
  workbinTypeBytes,
  workbinTypeOf,
} from './name.js';
export { suggestion } from './suggestion.js';
export { readDate, readTime, timeTextFromMs, timeTextToMs, writeTime } from './time.js';
export { readTimestamp } from './timestamp.js';
export {
  isUtf8,
  loneSurrogate,
  placeOf,
  readUtf8,
  utf8Length,
  wellFormedEnd,
  withoutByteOrderMark,
} from './utf8.js';
