/** Which known word somebody meant who wrote another one. */

/** Of the longest word, that many characters may be wrong; a third of shorter ones. */
const wrongMax = 3;
/** Of a word that begins with what was written: nearer than one letter. */
const beginningDistance = 0.5;

/**
 * The known word that is nearest to `word`: by letters left out, added, changed or swapped with
 * their neighbour, whatever their case; one that begins with it is nearer than any other slip.
 * Undefined: none is near.
 */
export function suggestion(word: string, known: Iterable<string>): string | undefined {
  const most = Math.min(wrongMax, Math.max(1, Math.floor(word.length / 3)));
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = most + 1;
  for (const each of known) {
    const name = each.toLowerCase();
    const isBeginning = wanted.length > 1 && name !== wanted && name.startsWith(wanted);
    if (!isBeginning && Math.abs(name.length - wanted.length) >= bestDistance) continue;
    const distance = isBeginning ? beginningDistance : distanceOf(wanted, name);
    if (distance < bestDistance) [best, bestDistance] = [each, distance];
  }
  return best;
}

/** Optimal string alignment: rows of the table of distances, of which the last two are kept. */
function distanceOf(left: string, right: string): number {
  let before: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const next = [row];
    for (let column = 1; column <= right.length; column++) {
      const isSame = left[row - 1] === right[column - 1];
      let least = Math.min(last[column]! + 1, next[column - 1]! + 1);
      least = Math.min(least, last[column - 1]! + (isSame ? 0 : 1));
      const isSwap = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (row > 1 && column > 1 && isSwap) least = Math.min(least, before[column - 2]! + 1);
      next.push(least);
    }
    [before, last] = [last, next];
  }
  return last[right.length]!;
}
