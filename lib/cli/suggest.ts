/** "Did you mean": the nearest of the names that there are. */
import { suggestion } from '../text/index.js';

/** ` Did you mean "pull"?`, or nothing. */
export function didYouMean(given: string, names: Iterable<string>): string {
  const found = suggestion(given, names);
  return found === undefined ? '' : ` Did you mean "${found}"?`;
}
