/** From text to words and signs, each with its place. */
import { limits } from '../limits.js';
import { isFault, loneSurrogate, readDecimal, utf8Length } from '../text/index.js';
import { shown, type Source } from './fault.js';
import { bareName, foreignSigns, keywords, signs } from './words.js';

/** A word or sign. `at` and `end` are UTF-16 units from 0. */
export interface Token {
  readonly kind: 'name' | 'keyword' | 'text' | 'number' | 'sign' | 'end';
  /** A keyword in capitals; a name or text without its quotes; a sign; the digits of a number. */
  readonly text: string;
  readonly value: number;
  readonly at: number;
  readonly end: number;
  /** The name was in double quotes, or (`bracket`) in brackets. */
  readonly quotes: 'double' | 'bracket' | undefined;
}

const blank = /[ \t\r\n]*/y;
const digits = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const partOfNumber = /[\p{L}\p{N}_.]/uy;

/**
 * The words and signs of a text; the last one is its end, which is where the last word ended.
 * @throws {ConditionFault} InvalidCondition, ConditionTooLarge
 */
export function readTokens(source: Source): Token[] {
  const { text } = source;
  // A text has at least as many bytes as units.
  if (text.length > limits.conditionBytes || utf8Length(text) > limits.conditionBytes) {
    const what = `the text has more than ${limits.conditionBytes} bytes`;
    source.refuse('ConditionTooLarge', 0, what, 'shorten it, or make several views of it');
  }
  const lone = loneSurrogate(text);
  if (lone >= 0) source.invalid(lone, 'the text has half a character', 'write all of it');
  const tokens: Token[] = [];
  for (let at = skipBlank(text, 0); at < text.length; at = skipBlank(text, tokens.at(-1)!.end)) {
    tokens.push(readToken(source, at));
  }
  const at = tokens.at(-1)?.end ?? 0;
  tokens.push({ kind: 'end', text: '', value: 0, at, end: at, quotes: undefined });
  return tokens;
}

function skipBlank(text: string, at: number): number {
  blank.lastIndex = at;
  blank.exec(text);
  return blank.lastIndex;
}

function readToken(source: Source, at: number): Token {
  const { text } = source;
  const first = text[at]!;
  if (first === "'") return quotedToken(source, at, 'text');
  if (first === '"' || first === '[') return quotedName(source, at);
  if (first >= '0' && first <= '9') return numberToken(source, at);
  bareName.lastIndex = at;
  const word = bareName.exec(text)?.[0];
  if (word !== undefined) return wordToken(source, at, word);
  refuseForeign(source, at);
  const sign = signs.find((each) => text.startsWith(each, at));
  if (sign !== undefined) return tokenOf('sign', sign === '!=' ? '<>' : sign, at, at + sign.length);
  const character = String.fromCodePoint(text.codePointAt(at)!);
  const code = text.codePointAt(at)!.toString(16).toUpperCase().padStart(4, '0');
  const isVisible = /[\p{S}\p{P}]/u.test(character);
  const what = `the character ${isVisible ? character : `U+${code}`} does not belong here`;
  return source.invalid(at, what, 'leave it out, or put it in single quotes if it is text');
}

const tokenOf = (
  kind: Token['kind'],
  text: string,
  at: number,
  end: number,
  more?: { value?: number; quotes?: Token['quotes'] },
): Token => ({ kind, text, at, end, value: more?.value ?? 0, quotes: more?.quotes });

function wordToken(source: Source, at: number, word: string): Token {
  const end = at + word.length;
  if ((word === 'N' || word === 'n') && source.text[end] === "'") {
    source.invalid(at, `${word} before text is not supported`, `write '...' without ${word}`);
  }
  const upper = word.toUpperCase();
  if (keywords.has(upper)) return tokenOf('keyword', upper, at, end);
  if (source.text[at - 1] === "'") {
    const remedy = "a quote within text is written twice: 'It''s'";
    source.invalid(at, `${shown(word)} follows the end of a text`, remedy);
  }
  return tokenOf('name', word, at, end);
}

function numberToken(source: Source, at: number): Token {
  const { text } = source;
  digits.lastIndex = at;
  const found = digits.exec(text)![0];
  const end = at + found.length;
  partOfNumber.lastIndex = end;
  if (partOfNumber.test(text)) {
    const next = String.fromCodePoint(text.codePointAt(end)!);
    const what = `the number ${shown(found)} is followed by ${next}`;
    source.invalid(end, what, 'write digits and one point only, as 4711 or 0.25');
  }
  const value = readDecimal(found);
  if (isFault(value)) return source.invalid(at, value.what, value.remedy);
  return tokenOf('number', found, at, end, { value });
}

/** Brackets with nothing in them stand for parentheses, as in `_time_in_queue[]`. */
function quotedName(source: Source, at: number): Token {
  const { text } = source;
  const isBracket = text[at] === '[';
  if (isBracket) {
    const close = skipBlank(text, at + 1);
    if (text[close] === ']') return tokenOf('sign', '[]', at, close + 1);
  }
  const token = quotedToken(source, at, 'name');
  if (token.text !== '') return token;
  return source.invalid(at, 'the name in double quotes is empty', "text is in single quotes: ''");
}

function quotedToken(source: Source, at: number, kind: 'text' | 'name'): Token {
  const { text } = source;
  const quote = text[at]!;
  const close = quote === '[' ? ']' : quote;
  let value = '';
  for (let from = at + 1; ;) {
    const found = text.indexOf(close, from);
    if (found < 0) return refuseOpenEnd(source, at, quote, close);
    value += text.slice(from, found);
    if (text[found + 1] !== close) {
      const quotes = kind === 'text' ? undefined : quote === '[' ? 'bracket' : 'double';
      return tokenOf(kind, value, at, found + 1, { quotes });
    }
    value += close;
    from = found + 2;
  }
}

function refuseOpenEnd(source: Source, at: number, quote: string, close: string): never {
  if (quote === "'") {
    const remedy = "add a single quote ' behind it; a quote within text is written twice: 'It''s'";
    source.invalid(at, `the text ${shown(source.text.slice(at))} has no end`, remedy);
  }
  const what = `the name ${shown(source.text.slice(at))} has no end`;
  const more = quote === '"' ? '; text is in single quotes' : '';
  source.invalid(at, what, `add ${close} behind it${more}`);
}

function refuseForeign(source: Source, at: number): void {
  const found = foreignSigns.find(([sign]) => source.text.startsWith(sign, at));
  if (found === undefined) return;
  const [sign, remedy] = found;
  // `<` may stand before `=`, and a name or text before another comparison.
  if (sign === '!' && source.text[at + 1] === '=') return;
  source.invalid(at, `${sign} is not a sign of conditions`, remedy);
}
