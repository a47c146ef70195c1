/** A condition and an order over interactions, read once and kept for the parts of one search. */
import {
  ConditionFault,
  readCondition,
  readOrder,
  type Condition,
  type Order,
  type Vocabulary,
} from '../condition/index.js';
import type { Subject } from './subject.js';
import { vocabularyOf, type SearchColumn } from './vocabulary.js';

/** What is looked for, and in which order. */
export interface ReadSearch {
  readonly condition: Condition<Subject>;
  readonly order: Order<Subject>;
  /** The names of the queues that it can only be in; undefined: it may be in any. */
  readonly queues: readonly string[] | undefined;
}

/** The order of a queue: what is urgent first, then what was received first. */
export const usualOrder = 'Priority DESC, ReceivedAt';
/**
 * Read ones that are kept, the last used last, and their text. A search of much comes back for many
 * parts, and snapshots that are taken together come back with all of theirs: fewer, and each
 * would be read anew for each part.
 */
const keptMost = 512;
const keptTextMost = 524_288;

/** What conditions and orders may name, and those that were read last. */
export class SearchLanguage {
  readonly vocabulary: Vocabulary<Subject>;
  readonly #kept = new Map<string, ReadSearch>();
  #keptText = 0;

  /** @param columns of keys of attached data that are mapped */
  constructor(columns: readonly SearchColumn[] = []) {
    this.vocabulary = vocabularyOf(columns);
  }

  /**
   * Reads them, or finds them read.
   * @throws {IxionError} InvalidCondition, UnknownConditionName, ConditionTypeMismatch,
   *   ConditionTooLarge, with their position
   */
  read(condition: string, order: string = usualOrder): ReadSearch {
    const kept = this.#kept;
    const name = `${condition.length}:${condition}${order}`;
    const known = kept.get(name);
    if (known !== undefined) {
      kept.delete(name);
      kept.set(name, known);
      return known;
    }
    const made = this.#make(condition, order);
    this.#keptText += name.length;
    kept.set(name, made);
    for (const oldest of kept.keys()) {
      if (kept.size <= keptMost && this.#keptText <= keptTextMost) break;
      kept.delete(oldest);
      this.#keptText -= oldest.length;
    }
    return made;
  }

  #make(text: string, orderText: string): ReadSearch {
    const condition = readCondition(text, this.vocabulary);
    if (condition instanceof ConditionFault) throw condition.toError();
    const order = readOrder(orderText, this.vocabulary);
    if (order instanceof ConditionFault) throw inOrder(order);
    return { condition, order, queues: queuesOf(condition) };
  }
}

/** Both texts have lines and columns: it says which one is meant. */
function inOrder(fault: ConditionFault): Error {
  const error = fault.toError();
  error.message = `Order: ${error.message}`;
  return error;
}

/** What all of its demands of the queue allow. */
function queuesOf(condition: Condition<Subject>): readonly string[] | undefined {
  let queues: readonly string[] | undefined;
  for (const { property, values } of condition.equalities()) {
    if (property.name !== 'Queue') continue;
    const names = values as readonly string[];
    queues = queues === undefined ? names : queues.filter((name) => names.includes(name));
  }
  return queues;
}
