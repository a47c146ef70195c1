/**
 * What is in workbins, as rows of table `party`: one of each interaction that is in one, by the
 * workbin and when it came there. Only the ledger imports this.
 */
import type { Workbin } from '../../interaction/state-sections.js';
import { Table } from '../../store/contract.js';
import { workbinKey } from '../rows/workbin-key.js';
import type { Change } from './change.js';

const noValue = new Uint8Array(0);

/** A workbin that an interaction was in, and since when, by the wall clock. */
export interface Filed extends Workbin {
  readonly atMs: number;
}

/** It is not in it any more, or is about to come back to another place in it. */
export function takeOutOf(inside: Workbin, { turn, id, record, transition }: Change): Filed {
  const filed = { ...inside, atMs: record.times.PlacedInQueueAt ?? 0 };
  if (!transition.keepsPlace) turn.delete(Table.party, workbinKey(inside, filed.atMs, id));
  return filed;
}

/** It is in it from now on. */
export function fileIn(inside: Workbin, { turn, id, record, transition }: Change): void {
  if (transition.keepsPlace) return;
  turn.put(Table.party, workbinKey(inside, record.times.PlacedInQueueAt ?? 0, id), noValue);
}
