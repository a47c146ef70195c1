/** "Did you mean": the nearest of the names that there are. */

/** How many letters are to be put in, taken out, changed or swapped with their neighbour. */
function distance(from: string, to: string): number {
  let [before, last] = [[] as number[], Array.from({ length: to.length + 1 }, (_, at) => at)];
  for (let row = 1; row <= from.length; row++) {
    const next = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1] ? 0 : 1;
      let least = Math.min(last[column]! + 1, next[column - 1]! + 1, last[column - 1]! + same);
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (row > 1 && column > 1 && swapped) least = Math.min(least, before[column - 2]! + 1);
      next.push(least);
    }
    [before, last] = [last, next];
  }
  return last[to.length]!;
}

/** The name that was most likely meant; undefined: none is near. */
export function nearest(given: string, names: Iterable<string>): string | undefined {
  const wanted = given.toLowerCase();
  let found: string | undefined;
  let least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const name of names) {
    const isBeginning = wanted.length > 1 && name.startsWith(wanted);
    const away = isBeginning ? 0.5 : distance(wanted, name.toLowerCase());
    if (away >= least) continue;
    found = name;
    least = away;
  }
  return found;
}

/** ` Did you mean "pull"?`, or nothing. */
export function didYouMean(given: string, names: Iterable<string>): string {
  const found = nearest(given, names);
  return found === undefined ? '' : ` Did you mean "${found}"?`;
}
