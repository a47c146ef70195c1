/**
 * Keeping what a supervisor ended, at the home of its identifier, for as long as it may be
 * restored. What ends elsewhere is brought there by the word of its end.
 */
import { encodeRow } from '../../interaction/body.js';
import { putBack } from '../../interaction/record-changes.js';
import { noResults, type StateRecord } from '../../interaction/state-record.js';
import { lock, offer, parties } from '../../interaction/state-sections.js';
import type { Keeping } from '../../interaction/supervision.js';
import { Table } from '../../store/contract.js';
import { readBody } from './interactions.js';
import { actKey, decodeAside, encodeAside, type Aside } from '../rows/aside.js';
import { DeadlineKind, steadyDeadlineKey } from '../rows/keys.js';
import type { Turn } from '../turn.js';

const noValue = new Uint8Array(0);

/** An interaction as it is kept: as if it waited in its queue. To be called before its end. */
export function keepingOf(
  turn: Turn,
  id: string,
  record: StateRecord,
  { keptMs, operation, who }: Pick<Keeping, 'keptMs' | 'operation' | 'who'>,
): Keeping {
  // Its end counts, too: what comes after it has a greater version.
  const [version, assignment] = [record.version + 1, record.assignment + 1];
  const times = { ...record.times };
  const waiting = { ...record, version, assignment, times, results: noResults };
  const { PlacedInQueueAt } = waiting.times;
  putBack(waiting, PlacedInQueueAt ?? turn.wallMs);
  waiting.isLocked = false;
  lock.put(waiting, undefined);
  offer.put(waiting, undefined);
  parties.put(waiting, undefined);
  const row = Uint8Array.from(encodeRow(waiting, readBody(turn, id)));
  return { keptMs, operation, endedMs: turn.wallMs, who, row };
}

/** Keeps it, at its home; in the place of what was kept before under this identifier. */
export function putAside(turn: Turn, id: string, { keptMs, ...kept }: Keeping): void {
  removeAside(turn, id);
  const aside: Aside = { ...kept, untilMs: turn.nowMs + keptMs };
  turn.put(Table.aside, id, encodeAside(aside));
  if (aside.operation > 0) turn.put(Table.aside, actKey(aside.operation, id), noValue);
  turn.putDeadline(deadlineOf(id, aside));
}

/** What is kept of an identifier. */
export function readAside(turn: Turn, id: string): Aside | undefined {
  const row = turn.get(Table.aside, id);
  return row === undefined ? undefined : decodeAside(row);
}

/** It is kept no more. */
export function removeAside(turn: Turn, id: string): void {
  const aside = readAside(turn, id);
  if (aside === undefined) return;
  turn.delete(Table.aside, id);
  if (aside.operation > 0) turn.delete(Table.aside, actKey(aside.operation, id));
  turn.delete(Table.deadline, deadlineOf(id, aside));
}

const deadlineOf = (id: string, { untilMs }: Aside): string =>
  steadyDeadlineKey(untilMs, DeadlineKind.aside, id);
