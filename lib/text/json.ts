/**
 * JSON of RFC 8259 of which nothing is lost: a number that cannot be kept as it was written, a key
 * that is twice in an object (of which `JSON.parse` keeps the last), and half a character are
 * faults. Objects are Maps: keys keep their order, and `__proto__` is a key like any other.
 */
import { readDecimal } from './decimal.js';
import { TextFault } from './fault.js';
import { readInteger, shown } from './integer.js';
import { loneSurrogate } from './utf8.js';

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | JsonFloat
  | readonly JsonValue[]
  | JsonObject;
export type JsonObject = ReadonlyMap<string, JsonValue>;

/**
 * A number with a point or an exponent whose value is whole, as `1.0`: only read by `keepFloats`.
 */
export class JsonFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

export interface JsonOptions {
  /** Tell `1.0` from `1`; else both are the number 1. */
  readonly keepFloats?: boolean;
  /** Levels of arrays and objects. */
  readonly depthMax?: number;
}

const remedy = 'correct the JSON';
const blank = /[ \t\n\r]*/y;
const plainText = /[^"\\\p{Cc}]*/uy;
const number = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
/** What belongs to a number, or to a mistaken one. */
const numberLike = /[-+.\w]*/y;
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** The one value of a text. */
export function readJson(text: string, options: JsonOptions = {}): JsonValue | TextFault {
  return new JsonReader(text, options).whole();
}

/** The same of a text that has to be an object. */
export function readJsonObject(text: string, options: JsonOptions = {}): JsonObject | TextFault {
  const value = readJson(text, options);
  if (value instanceof TextFault || value instanceof Map) return value;
  return new TextFault('the JSON is not an object', 'write it as {"key": "value"}');
}

class JsonReader {
  readonly #text: string;
  readonly #keepFloats: boolean;
  readonly #depthMax: number;
  #at = 0;

  constructor(text: string, { keepFloats = false, depthMax = 64 }: JsonOptions) {
    this.#text = text;
    this.#keepFloats = keepFloats;
    this.#depthMax = depthMax;
  }

  whole(): JsonValue | TextFault {
    const value = this.#value(0);
    if (value instanceof TextFault) return value;
    this.#skipBlank();
    return this.#at === this.#text.length ? value : this.#fault('something follows the value');
  }

  #value(depth: number): JsonValue | TextFault {
    this.#skipBlank();
    const first = this.#text[this.#at];
    switch (first) {
      case undefined:
        return this.#fault('the JSON ends too early');
      case '{':
        return depth < this.#depthMax ? this.#object(depth + 1) : this.#tooDeep();
      case '[':
        return depth < this.#depthMax ? this.#array(depth + 1) : this.#tooDeep();
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #object(depth: number): JsonObject | TextFault {
    const object = new Map<string, JsonValue>();
    this.#at += 1;
    if (this.#takes('}')) return object;
    for (;;) {
      this.#skipBlank();
      const keyAt = this.#at;
      if (this.#text[keyAt] !== '"') return this.#fault('a key in quotation marks is missing');
      const key = this.#string();
      if (key instanceof TextFault) return key;
      if (object.has(key)) {
        return new TextFault(`the key ${shown(key)} is there twice`, 'leave one out', keyAt);
      }
      if (!this.#takes(':')) return this.#fault('a colon is missing');
      const value = this.#value(depth);
      if (value instanceof TextFault) return value;
      object.set(key, value);
      if (this.#takes('}')) return object;
      if (!this.#takes(',')) return this.#fault('a comma or } is missing');
    }
  }

  #array(depth: number): readonly JsonValue[] | TextFault {
    const array: JsonValue[] = [];
    this.#at += 1;
    if (this.#takes(']')) return array;
    for (;;) {
      const value = this.#value(depth);
      if (value instanceof TextFault) return value;
      array.push(value);
      if (this.#takes(']')) return array;
      if (!this.#takes(',')) return this.#fault('a comma or ] is missing');
    }
  }

  #string(): string | TextFault {
    const start = this.#at;
    this.#at += 1;
    let value = '';
    for (;;) {
      plainText.lastIndex = this.#at;
      const piece = plainText.exec(this.#text)![0];
      this.#at += piece.length;
      value = value === '' ? piece : value + piece;
      const next = this.#text[this.#at];
      if (next === undefined) return this.#fault('a quotation mark is not closed');
      if (next < ' ') return this.#fault('a control character is not escaped');
      this.#at += 1;
      if (next === '"') break;
      // Control characters above those of ASCII may be there as they are.
      const more = next === '\\' ? this.#escape() : next;
      if (more instanceof TextFault) return more;
      value += more;
    }
    if (loneSurrogate(value) < 0) return value;
    return new TextFault('a text has half a character', 'write both of its surrogates', start);
  }

  /** What is behind a backslash. */
  #escape(): string | TextFault {
    const letter = this.#text[this.#at] ?? '';
    const plain = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined;
    if (plain !== undefined) {
      this.#at += 1;
      return plain;
    }
    const digits = this.#text.slice(this.#at + 1, this.#at + 5);
    if (letter !== 'u' || !/^[0-9a-fA-F]{4}$/.test(digits)) {
      return this.#fault('a backslash begins nothing that there is');
    }
    this.#at += 5;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #number(): JsonValue | TextFault {
    const start = this.#at;
    numberLike.lastIndex = start;
    const written = numberLike.exec(this.#text)![0];
    if (written === '') return this.#fault('no value begins here');
    number.lastIndex = start;
    const found = number.exec(this.#text);
    if (found?.[0] !== written) return this.#fault(`${shown(written)} is not a value`);
    this.#at += written.length;
    // A whole zero with a sign is one of a float only.
    const isWhole = found[1] === undefined && found[2] === undefined && written !== '-0';
    const value = isWhole ? readInteger(written) : readDecimal(written);
    if (value instanceof TextFault) return new TextFault(value.what, value.remedy, start);
    if (isWhole || !this.#keepFloats || !Number.isSafeInteger(value)) return value;
    return new JsonFloat(value);
  }

  #word<Value extends JsonValue>(word: string, value: Value): Value | TextFault {
    if (!this.#text.startsWith(word, this.#at)) return this.#fault('no value begins here');
    this.#at += word.length;
    return value;
  }

  #takes(character: string): boolean {
    this.#skipBlank();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #skipBlank(): void {
    if (this.#text.charCodeAt(this.#at) > 0x20) return;
    blank.lastIndex = this.#at;
    this.#at += blank.exec(this.#text)![0].length;
  }

  #tooDeep(): TextFault {
    return this.#fault(`there are more than ${this.#depthMax} levels`);
  }

  #fault(what: string): TextFault {
    return new TextFault(what, remedy, this.#at);
  }
}
