/** Times as conditions and values of attached data have them: those of `readTime`, and one more. */
import { isFault } from './fault.js';
import { readTime } from './time.js';

/**
 * Milliseconds since 1970 UTC of `2026-01-31T12:00:00Z` and its like, or of `2026-01-31 12:00:00`,
 * which is in UTC; undefined: it is neither.
 */
export function readTimestamp(text: string): number | undefined {
  const isSimple = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text);
  const time = readTime(isSimple ? `${text.replace(' ', 'T')}Z` : text);
  return isFault(time) ? undefined : time;
}
