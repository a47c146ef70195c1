/** The lock of an interaction: its section of the record, its row, and what is told of its end. */
import { EventNumber, interactionEvent, lockDetails } from '../../interaction/event.js';
import type { InteractionEvent } from '../../interaction/event.js';
import type { StateRecord } from '../../interaction/state-record.js';
import { lock, PartyKind, type Lock } from '../../interaction/state-sections.js';
import { Table } from '../../store/contract.js';
import { partyKey } from '../rows/party-key.js';
import type { Turn } from '../turn.js';
import type { Change } from './change.js';

const noValue = new Uint8Array(0);

/** Puts a lock into a record, and its row; the change is open. */
export function putLock(turn: Turn, id: string, record: StateRecord, holder: Lock): void {
  record.isLocked = true;
  lock.put(record, holder);
  turn.put(Table.party, keyOf(holder.snapshot, id), noValue);
}

/** Takes it out again, and its row away; the change is open. */
export function removeLock(turn: Turn, id: string, record: StateRecord): number {
  const { snapshot } = lock.of(record)!;
  record.isLocked = false;
  lock.put(record, undefined);
  turn.delete(Table.party, keyOf(snapshot, id));
  return snapshot;
}

/** It ends with another change of the interaction. */
export function endLock(change: Change): void {
  const { turn, id, record } = change;
  change.unlocked = removeLock(turn, id, record);
}

/** Tells that. */
export function tellUnlocked(change: Change, events: InteractionEvent[], queue: string): void {
  const { id, record, cause, unlocked, identity } = change;
  const details = lockDetails(unlocked);
  const { Unlocked } = EventNumber;
  events.push(interactionEvent(Unlocked, id, record, queue, cause, undefined, details, identity));
  change.unlocked = 0;
}

const keyOf = (snapshot: number, id: string): string =>
  partyKey(PartyKind.lock, [String(snapshot)], id);
