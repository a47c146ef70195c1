/**
 * The rows of an interaction that lives here, written: its own, that of its owner, and the deadline
 * of its hold. Only the ledger imports this.
 */
import { bodyOfRow, encodeRow, type Body } from '../../interaction/body.js';
import { encodeState, type StateRecord } from '../../interaction/state-record.js';
import { PartyKind } from '../../interaction/state-sections.js';
import { Table } from '../../store/contract.js';
import { DeadlineKind, deadlineKey } from '../rows/keys.js';
import { partyKey, sessionPartyKey } from '../rows/party-key.js';
import type { Turn } from '../turn.js';

const noValue = new Uint8Array(0);

/**
 * Writes the state: in the row of an interaction that this turn has written anyway, as when it was
 * submitted for a pull that waits; else alone, which is what most transitions do.
 */
export function writeState(turn: Turn, id: string, record: StateRecord): void {
  const row = turn.written(Table.interaction, id);
  if (row === undefined) turn.put(Table.state, id, encodeState(record), !record.hasRow);
  else turn.put(Table.interaction, id, encodeRow(record, bodyOfRow(row)));
}

/** Writes state and body; `isNew`: no row of it was ever here. */
export function writeRow(
  turn: Turn,
  id: string,
  record: StateRecord,
  body: Body,
  isNew: boolean,
): void {
  turn.put(Table.interaction, id, encodeRow(record, body), isNew);
  if (!isNew) turn.delete(Table.state, id);
}

/** Removes state and body. */
export function removeRows(turn: Turn, id: string): void {
  turn.delete(Table.interaction, id);
  turn.delete(Table.state, id);
}

/** Notes who has it. */
export function putOwner(turn: Turn, id: string, { owner }: StateRecord): void {
  turn.put(Table.party, sessionPartyKey(owner, id), noValue, true);
}

/** Notes that this owner has it no more. */
export function deleteOwner(turn: Turn, id: string, { owner }: StateRecord): void {
  turn.delete(Table.party, sessionPartyKey(owner, id));
}

/** Notes that its customer is there, or not any more. */
export function noteOnlineRow(turn: Turn, id: string, isOnline: boolean): void {
  const key = partyKey(PartyKind.online, [], id);
  if (isOnline) turn.put(Table.party, key, noValue);
  else turn.delete(Table.party, key);
}

/** Puts the deadline of a hold with an end. */
export function putHoldDeadline(turn: Turn, id: string, { times }: StateRecord): void {
  const { HoldUntil } = times;
  if (HoldUntil === undefined) return;
  turn.putDeadline(deadlineKey(HoldUntil, DeadlineKind.resume, id));
}

/** Removes the deadline of a hold with an end. */
export function deleteHoldDeadline(turn: Turn, id: string, { times }: StateRecord): void {
  const { HoldUntil } = times;
  if (HoldUntil === undefined) return;
  turn.delete(Table.deadline, deadlineKey(HoldUntil, DeadlineKind.resume, id));
}
