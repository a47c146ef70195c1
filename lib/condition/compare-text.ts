/** The order of texts. */

const firstSurrogate = 0xd800;
const firstBehindSurrogates = 0xe000;

/**
 * Less than, equal to or greater than 0: text by its characters, that is by its bytes in UTF-8, as
 * keys of the store are ordered. JavaScript orders by units, which puts U+FFFD behind U+1F600.
 */
export function compareText(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const one = left.charCodeAt(at);
    const other = right.charCodeAt(at);
    if (one !== other) return rankOf(one) - rankOf(other);
  }
  return left.length - right.length;
}

/** Units of characters above U+FFFF are put behind all other units. */
function rankOf(unit: number): number {
  if (unit < firstSurrogate) return unit;
  return unit < firstBehindSurrogates ? unit + 0x2000 : unit - 0x800;
}
