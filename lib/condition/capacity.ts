/**
 * Capacity rules: for each medium the condition under which one more of it may be offered, as
 * `email: email < 1 and chat = 0; chat: chat < 2`. The names are counts of what somebody has.
 */
import { limits } from '../limits.js';
import { suggestion } from '../text/index.js';
import { CapacityCheck } from './capacity-check.js';
import { Checker } from './check.js';
import { Condition, type FailedPart } from './condition.js';
import { attempt, shown, Source, type ConditionFault } from './fault.js';
import { Parser } from './parse.js';
import { Vocabulary, type Property } from './vocabulary.js';
import { writeName } from './words.js';

/** How many interactions of each medium somebody has, by the numbers of the media. */
export type Counts = ArrayLike<number>;

/** A medium that a rule may name. */
export interface Medium {
  readonly name: string;
  /** Somebody waits at the other end, as in a chat. */
  readonly isOnline: boolean;
}

/** A rule that was read. Media have numbers: their places in `media`. */
export class CapacityRule {
  readonly media: readonly string[];
  readonly #conditions: readonly (Condition<Counts> | undefined)[];
  /** The counts of a question, one of which is tried out. */
  readonly #tried: Float64Array;

  constructor(media: readonly string[], conditions: readonly (Condition<Counts> | undefined)[]) {
    this.media = media;
    this.#conditions = conditions;
    this.#tried = new Float64Array(media.length);
  }

  /** The media that the rule says nothing of: they are never offered. */
  get mediaWithoutCondition(): string[] {
    return this.media.filter((_, medium) => this.#conditions[medium] === undefined);
  }

  /** Whether one more of a medium may be offered to who has `counts`. */
  mayOffer(medium: number, counts: Counts): boolean {
    const condition = this.#conditions[medium];
    if (condition === undefined || counts[medium]! >= limits.capacityPerMedium) return false;
    return condition.judge(counts, 0) === true;
  }

  /**
   * The greatest number of a medium that offers lead to, while the other media stay as they are.
   * Who was given more (by a pull, a transfer) has more.
   */
  greatest(medium: number, counts: Counts): number {
    const condition = this.#conditions[medium];
    if (condition === undefined) return 0;
    const tried = this.#tried;
    tried.set(counts);
    // The condition holds up to some number, and not from there on.
    let [least, beyond] = [0, limits.capacityPerMedium as number];
    while (least < beyond) {
      const middle = (least + beyond) >>> 1;
      tried[medium] = middle;
      if (condition.judge(tried, 0) === true) least = middle + 1;
      else beyond = middle;
    }
    return least;
  }

  /** How many more of a medium may be offered, one after the other. */
  free(medium: number, counts: Counts): number {
    return Math.max(0, this.greatest(medium, counts) - counts[medium]!);
  }

  /** Why no more of a medium may be offered: the parts of its condition that fail. */
  failedParts(medium: number, counts: Counts): FailedPart[] {
    return this.#conditions[medium]?.failedParts(counts, 0) ?? [];
  }

  /** The rule in one form, read again it is the same. */
  toString(): string {
    return this.#conditions
      .flatMap((condition, medium) =>
        condition === undefined ? [] : `${writeName(this.media[medium]!)}: ${String(condition)}`,
      )
      .join('; ');
  }
}

/**
 * A rule over media that there are. Errors: InvalidCapacityRule, and those of conditions.
 * @param media their names; the same letters in other capitals are another name
 */
export function readCapacityRule(
  text: string,
  media: readonly string[],
): CapacityRule | ConditionFault {
  return attempt(() => new RuleReader(new Source(text), media).rule());
}

/**
 * What holds without any rule: one interaction at a time; of an online medium one may come on top
 * of those of offline media.
 */
export function defaultCapacityRule(media: readonly Medium[]): string {
  const all = media.map(({ name }) => writeName(name)).join(' + ');
  const online = media.filter(({ isOnline }) => isOnline).map(({ name }) => writeName(name));
  return media
    .map(({ name, isOnline }) => `${writeName(name)}: ${isOnline ? online.join(' + ') : all} < 1`)
    .join('; ');
}

class RuleReader {
  readonly #source: Source;
  readonly #media: readonly string[];
  readonly #parser: Parser;
  readonly #vocabulary: Vocabulary<Counts>;
  readonly #numbers: ReadonlyMap<Property<Counts>, number>;

  constructor(source: Source, media: readonly string[]) {
    const properties = media.map((name, medium): Property<Counts> => ({
      name,
      type: 'number',
      read: (counts) => counts[medium],
    }));
    this.#source = source;
    this.#media = media;
    this.#parser = new Parser(source);
    this.#vocabulary = new Vocabulary(properties);
    this.#numbers = new Map(properties.map((property, medium) => [property, medium]));
  }

  rule(): CapacityRule {
    const parser = this.#parser;
    const conditions = this.#media.map((): Condition<Counts> | undefined => undefined);
    if (parser.isAtEnd) {
      const remedy = 'write email: email < 2, or leave the rule out: then one at a time is offered';
      this.#source.refuse('InvalidCapacityRule', 0, 'the rule is empty', remedy);
    }
    do {
      const { at } = parser.token;
      const medium = this.#medium();
      if (conditions[medium] !== undefined) {
        const name = shown(this.#media[medium]!);
        const remedy = 'join both conditions with AND';
        this.#source.refuse('InvalidCapacityRule', at, `${name} has two conditions`, remedy);
      }
      conditions[medium] = this.#condition(medium, at);
      if (!parser.isAtEnd && !parser.isNext(';')) {
        const remedy = 'write AND or OR before it, or ; before the next medium';
        parser.refuse('the condition should end here', remedy);
      }
    } while (parser.takes(';') && !parser.isAtEnd);
    return new CapacityRule(this.#media, conditions);
  }

  /** The medium before a colon. */
  #medium(): number {
    const parser = this.#parser;
    const { token } = parser;
    const example = 'write the medium, a colon and its condition, as email: email < 2';
    if (token.kind !== 'name') parser.refuse('a medium is missing', example);
    parser.take();
    if (parser.isNext('-')) {
      parser.refuse('a name with a hyphen is in brackets', 'write it as [outbound-preview]: ...');
    }
    if (!parser.takes(':')) parser.refuse('a colon is missing', example);
    const found = this.#vocabulary.find(token.text);
    if (found !== undefined && 'read' in found) return this.#numbers.get(found)!;
    const near = suggestion(token.text, this.#media);
    const remedy =
      near === undefined
        ? `there ${this.#media.length === 1 ? 'is' : 'are'} ${shown(this.#media.join(', '))}`
        : `write ${writeName(near)}`;
    const what = `${shown(token.text)} is not a medium`;
    return this.#source.refuse('UnknownConditionName', token.at, what, remedy);
  }

  #condition(medium: number, at: number): Condition<Counts> {
    const name = this.#media[medium]!;
    const tree = this.#parser.expression();
    const term = new Checker(this.#source, this.#vocabulary).condition(tree);
    const numberOf = (written: string): number =>
      this.#numbers.get(this.#vocabulary.find(written) as Property<Counts>)!;
    new CapacityCheck(this.#source, numberOf, medium, name).look(tree);
    const condition = new Condition(tree, term);
    const counts = this.#media.map(() => 0);
    if (condition.judge(counts, 0) !== true) {
      const what = `${shown(name)} would not be offered to somebody who has nothing`;
      const remedy = 'correct the numbers; leave the medium out if it is never to be offered';
      this.#source.refuse('InvalidCapacityRule', at, what, remedy);
    }
    counts[medium] = limits.capacityPerMedium;
    if (condition.judge(counts, 0) === true) {
      const what = `the number of ${shown(name)} has no bound`;
      const remedy = `say how many there may be at most, as ${writeName(name)} < 5`;
      this.#source.refuse('InvalidCapacityRule', at, what, remedy);
    }
    return condition;
  }
}
