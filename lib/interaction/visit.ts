/**
 * A visit of a queue: from being placed there to being placed elsewhere, or the end. What goes
 * back to its place goes on with its visit. Kept of it is only what decides whether a customer who
 * leaves has abandoned it; most interactions have nothing of that, and pay nothing.
 */
import type { FieldReader, FieldWriter } from '../pack/fields.js';
import { InteractionState, StateSection, type StateRecord } from './state-record.js';
import { section } from './state-sections.js';

/** What is known of a visit. */
interface Visit {
  /** PlaceInQueueSeq of the visit: with another one, nothing of this counts. */
  readonly placeSeq: number;
  /** An agent has had it in hand. */
  readonly isAnswered: boolean;
  /** Its customer has left before that, which was counted. */
  readonly isAbandoned: boolean;
}

const bits = { answered: 1, abandoned: 2 } as const;

export const visits = section<Visit>(
  StateSection.visit,
  (fields: FieldWriter, { placeSeq, isAnswered, isAbandoned }) =>
    fields.f64(placeSeq).u8((isAnswered ? bits.answered : 0) | (isAbandoned ? bits.abandoned : 0)),
  (fields: FieldReader) => {
    const placeSeq = fields.f64();
    const is = fields.u8();
    const isAnswered = (is & bits.answered) !== 0;
    return { placeSeq, isAnswered, isAbandoned: (is & bits.abandoned) !== 0 };
  },
);

function visitOf(record: StateRecord): Visit {
  const kept = visits.of(record);
  const { placeSeq } = record;
  if (kept?.placeSeq === placeSeq) return kept;
  return { placeSeq, isAnswered: false, isAbandoned: false };
}

/** It goes back to its place, from the hands of an agent. */
export function noteAnswered(record: StateRecord): void {
  visits.put(record, { ...visitOf(record), isAnswered: true });
}

/** Its customer has left before anybody had it in hand in this visit, as was not known before. */
export function noteAbandoned(record: StateRecord): void {
  visits.put(record, { ...visitOf(record), isAbandoned: true });
}

/**
 * Whether a customer who leaves now has abandoned it: nobody has it in hand, or had it in this
 * visit, and it was not counted yet.
 */
export function isAbandonment(record: StateRecord, state: InteractionState): boolean {
  if (state === InteractionState.handled) return false;
  if (record.sections.length === 0) return true;
  const { isAnswered, isAbandoned } = visitOf(record);
  return !isAnswered && !isAbandoned;
}
