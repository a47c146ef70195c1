/** Reading the rows of an interaction that lives here; only the ledger writes them. */
import {
  bodyOfRow,
  stateNow,
  stateOfRow,
  unpackProperties,
  type Body,
} from '../../interaction/body.js';
import { decodeState, type StateRecord } from '../../interaction/state-record.js';
import type { Turn } from '../turn.js';
import { Table } from '../../store/contract.js';

/** State of an interaction that lives here; undefined: it does not. */
export function readRecord(turn: Turn, id: string): StateRecord | undefined {
  const state = turn.get(Table.state, id);
  if (state !== undefined) return decodeState(state);
  const row = turn.get(Table.interaction, id);
  return row === undefined ? undefined : stateOfRow(row);
}

/** State and body of an interaction that lives here. */
export function readInteraction(turn: Turn, id: string): { record: StateRecord; body: Body } {
  const row = readRow(turn, id);
  return { record: stateNow(row, turn.get(Table.state, id)), body: bodyOfRow(row) };
}

/** Body of an interaction that lives here. Its bytes are a copy of the row, never changed. */
export function readBody(turn: Turn, id: string): Body {
  return bodyOfRow(readRow(turn, id));
}

function readRow(turn: Turn, id: string): Uint8Array {
  const row = turn.get(Table.interaction, id);
  if (row === undefined) throw new Error(`interaction ${id} has a state but no body`);
  return row;
}

/** Who submitted an interaction that lives here. */
export function submitterOf(turn: Turn, id: string): string {
  return unpackProperties(readBody(turn, id)).SubmittedBy ?? '';
}
