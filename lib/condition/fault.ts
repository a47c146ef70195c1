/** Why a condition, an order or a capacity rule is refused: what is wrong, where, what to write. */
import { IxionError, type ErrorName } from '../errors.js';

/** The errors of this room, see `lib/errors.ts`. */
export type ConditionErrorName = Extract<
  ErrorName,
  | 'InvalidCondition'
  | 'UnknownConditionName'
  | 'ConditionTypeMismatch'
  | 'ConditionTooLarge'
  | 'InvalidCapacityRule'
>;

/** Of what a user wrote so much is repeated to him. */
const shownCharacters = 60;

/**
 * A refusal. It is a value, not an exception: `instanceof ConditionFault` tells it from what was
 * read. Within the room it is thrown, and `attempt` catches it at the border.
 */
export class ConditionFault {
  readonly error: ConditionErrorName;
  /** Where, in UTF-16 units from 0: in the text, or at its end. */
  readonly offset: number;
  /** The same as a line and a column in characters, both from 1. */
  readonly line: number;
  readonly column: number;
  /** What is wrong, as a sentence without its end. */
  readonly what: string;
  /** What to write instead. */
  readonly remedy: string;

  constructor(
    error: ConditionErrorName,
    text: string,
    offset: number,
    what: string,
    remedy: string,
  ) {
    this.error = error;
    this.offset = Math.min(offset, text.length);
    const before = text.slice(0, this.offset).split('\n');
    this.line = before.length;
    this.column = [...before.at(-1)!].length + 1;
    this.what = inOneLine(what);
    this.remedy = inOneLine(remedy);
  }

  /** `line 1, column 11: "=="  is not an operator; write =`. */
  get detail(): string {
    return `line ${this.line}, column ${this.column}: ${this.what}; ${this.remedy}`;
  }

  toString(): string {
    return this.detail;
  }

  /** The same as an error of the table, for those who throw. */
  toError(): IxionError {
    return new IxionError(this.error, this.detail, {
      remedy: this.remedy,
      position: `${this.line}:${this.column}`,
    });
  }
}

/** What a user wrote may have control characters, which do not belong into logs and terminals. */
const inOneLine = (message: string): string => message.replaceAll(/\p{Cc}+/gu, ' ');

/** What `work` returns, or the refusal that it threw. */
export function attempt<Result>(work: () => Result): Result | ConditionFault {
  try {
    return work();
  } catch (error) {
    if (error instanceof ConditionFault) return error;
    throw error;
  }
}

/** A text that is being read, and who refuses it. */
export class Source {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** @throws {ConditionFault} always */
  refuse(error: ConditionErrorName, offset: number, what: string, remedy: string): never {
    throw new ConditionFault(error, this.text, offset, what, remedy);
  }

  /** @throws {ConditionFault} always: the text is not in the language */
  invalid(offset: number, what: string, remedy: string): never {
    this.refuse('InvalidCondition', offset, what, remedy);
  }
}

/** What a user wrote, for a message: shortened. */
export function shown(text: string): string {
  const characters = [...text];
  if (characters.length <= shownCharacters) return text;
  return `${characters.slice(0, shownCharacters).join('')}...`;
}
