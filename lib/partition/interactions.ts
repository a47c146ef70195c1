/** Reading and writing the rows of an interaction that lives here. */
import {
  decodeRow,
  encodeRow,
  unpackProperties,
  type Body,
  type InteractionRow,
} from '../interaction/body.js';
import { decodeState, encodeState, type StateRecord } from '../interaction/state-record.js';
import type { Turn } from './turn.js';

/** State of an interaction that lives here; undefined: it does not. */
export function readRecord(turn: Turn, id: string): StateRecord | undefined {
  const state = turn.get('state', id);
  if (state !== undefined) return decodeState(state);
  const row = turn.get('interaction', id);
  return row === undefined ? undefined : decodeState(decodeRow(row).state);
}

/** State and body of an interaction that lives here. */
export function readInteraction(turn: Turn, id: string): { record: StateRecord; body: Body } {
  const { state, body } = readRow(turn, id);
  return { record: decodeState(turn.get('state', id) ?? state), body };
}

/** Body of an interaction that lives here. Its bytes are a copy of the row, never changed. */
export function readBody(turn: Turn, id: string): Body {
  return readRow(turn, id).body;
}

function readRow(turn: Turn, id: string): InteractionRow {
  const row = turn.get('interaction', id);
  if (row === undefined) throw new Error(`interaction ${id} has a state but no body`);
  return decodeRow(row);
}

/** Writes the state alone: what most transitions do. */
export function writeState(turn: Turn, id: string, record: StateRecord): void {
  turn.put('state', id, encodeState(record));
}

/** Writes state and body; `fresh`: the interaction is new to this partition. */
export function writeRow(
  turn: Turn,
  id: string,
  record: StateRecord,
  body: Body,
  fresh = false,
): void {
  turn.put('interaction', id, encodeRow(encodeState(record), body));
  if (!fresh) turn.delete('state', id);
}

/** Removes all rows of an interaction, the holding and index rows excepted. */
export function removeRows(turn: Turn, id: string): void {
  turn.delete('interaction', id);
  turn.delete('state', id);
}

/** Who submitted an interaction that lives here. */
export function submitterOf(turn: Turn, id: string): string {
  return unpackProperties(readBody(turn, id)).SubmittedBy ?? '';
}
