/**
 * Patterns of LIKE: `%` is any text, `_` any one character. A pattern is cut at its `%` into
 * pieces; the first is looked for at the beginning, the last at the end, and the others from left
 * to right, each once: what was found of one is never given back. So a pattern of m characters
 * looks at a text of n at most 2 n + m times, with `_` in pieces of more than 32 characters n m /
 * 32 times.
 */
import { limits } from '../limits.js';
import { LiteralPiece, WildPiece, type PatternPiece } from './like-pieces.js';

/** Why a pattern is refused. */
export interface PatternFault {
  readonly error: 'InvalidCondition' | 'ConditionTooLarge';
  readonly what: string;
  readonly remedy: string;
  /** It is the escape character that is wrong. */
  readonly isEscape: boolean;
}

/** A pattern that texts are compared with. Capitals matter. */
export class LikePattern {
  readonly #first: PatternPiece;
  readonly #middle: readonly PatternPiece[];
  /** Behind the last `%`; undefined: there is no `%`. */
  readonly #last: PatternPiece | undefined;
  /** Nothing but `%` follows the first. */
  readonly #isPrefix: boolean;
  /** How often it looked at a character, of all texts together: what bounds its time. */
  steps = 0;

  constructor(pieces: readonly PatternPiece[]) {
    this.#first = pieces[0]!;
    this.#last = pieces.length === 1 ? undefined : pieces.at(-1);
    this.#middle = pieces.slice(1, -1);
    this.#isPrefix = pieces.length === 2 && this.#last!.isEmpty;
  }

  /** Whether the whole text is as the pattern says. Allocates nothing. */
  matches(text: string): boolean {
    const first = this.#first;
    const last = this.#last;
    let from = first.prefixEnd(text);
    this.steps += first.looked;
    if (from < 0 || this.#isPrefix) return from >= 0;
    if (last === undefined) return from === text.length;
    const to = last.suffixStart(text, from);
    this.steps += last.looked;
    if (to < 0) return false;
    for (let index = 0; index < this.#middle.length; index++) {
      const piece = this.#middle[index]!;
      from = piece.find(text, from, to);
      this.steps += piece.looked;
      if (from < 0) return false;
    }
    return true;
  }
}

/** A pattern, or why it is none. */
export function readLikePattern(pattern: string, escape?: string): LikePattern | PatternFault {
  if (escape !== undefined && [...escape].length !== 1) {
    const what = `ESCAPE takes one character, not ${[...escape].length}`;
    return { error: 'InvalidCondition', what, remedy: "write ESCAPE '\\'", isEscape: true };
  }
  const characters = [...pattern];
  if (characters.length > limits.conditionPatternCharacters) {
    const what = `the pattern has more than ${limits.conditionPatternCharacters} characters`;
    return { error: 'ConditionTooLarge', what, remedy: 'shorten it', isEscape: false };
  }
  const pieces: (string | undefined)[][] = [[]];
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index]!;
    if (character === escape) {
      const next = characters[++index];
      if (next !== '%' && next !== '_' && next !== escape) return badEscape(escape, next);
      pieces.at(-1)!.push(next);
    } else if (character === '%') pieces.push([]);
    else pieces.at(-1)!.push(character === '_' ? undefined : character);
  }
  const isKept = (piece: unknown[], at: number): boolean =>
    at === 0 || at === pieces.length - 1 || piece.length > 0;
  return new LikePattern(pieces.filter(isKept).map(pieceOf));
}

function badEscape(escape: string, next: string | undefined): PatternFault {
  const what =
    next === undefined
      ? `nothing follows the escape character ${escape}`
      : `the escape character ${escape} is followed by ${next}`;
  const remedy = `write ${escape}%, ${escape}_ or ${escape}${escape}`;
  return { error: 'InvalidCondition', what, remedy, isEscape: false };
}

/** Undefined stands for any character. */
function pieceOf(characters: readonly (string | undefined)[]): PatternPiece {
  return characters.includes(undefined)
    ? new WildPiece(characters)
    : new LiteralPiece(characters.join(''));
}
