/** Where an interaction is in the order of a view, as part of a key: the least comes first. */
import { orderOf } from '../interaction/state-record.js';
import { limits } from '../limits.js';
import type { Subject } from '../search/index.js';
import { ValueKey } from './index-key.js';
import type { View } from './view.js';

/** What says the order. */
export type Ordered = Pick<View, 'order' | 'isInOwnOrder'>;

const own = new ValueKey(limits.orderKeys);

/**
 * Its values in this order, then PlaceInQueueSeq, which no other one has, then its identifier.
 * @param nowMs for what grows with time; where all grow alike anything, but the same for all
 */
export function placeOf(ordered: Ordered, subject: Subject, nowMs: number): string {
  return writePlace(own.begin(), ordered, subject, nowMs).take();
}

/** Writes the same behind what a key has already. */
export function writePlace(
  key: ValueKey,
  { order, isInOwnOrder }: Ordered,
  subject: Subject,
  nowMs: number,
): ValueKey {
  const { id, record } = subject;
  if (isInOwnOrder) key.i32Descending(record.priority).u64(orderOf(record));
  else {
    const { keys } = order;
    for (let at = 0; at < keys.length; at++) {
      const { read, isDescending } = keys[at]!;
      key.value(read(subject, nowMs), isDescending);
    }
  }
  return key.u64(record.placeSeq).text(id);
}
