/**
 * How many interactions of each segment of a view are with routers: a row each in table `party`, in
 * the write set that gives one to a router, or takes it from it. Counts in memory are made from the
 * rows when they are first asked for.
 */
import type { StateRecord } from '../../interaction/state-record.js';
import { segments } from '../../interaction/segments.js';
import { PartyKind } from '../../interaction/state-sections.js';
import { prefixEnd } from '../../store/keys.js';
import { Table } from '../../store/contract.js';
import { partyKey, partyPrefix } from '../rows/party-key.js';
import type { Turn } from '../turn.js';

const noValue = new Uint8Array(0);
const pageRows = 1_000;

export class SegmentCounts {
  readonly #counts = new Map<string, number>();
  /** Told that a segment of a view has one less. */
  onFreed: (view: string) => void = () => {};

  /** How many of a segment are with routers. */
  of(turn: Turn, view: string, name: string): number {
    const prefix = partyPrefix(PartyKind.segment, [view, name]);
    let count = this.#counts.get(prefix);
    if (count === undefined) this.#counts.set(prefix, (count = countRows(turn, prefix)));
    return count;
  }

  /** A router gets one through a view; the change of it begins after this. */
  take(turn: Turn, id: string, record: StateRecord, view: string, names: readonly string[]): void {
    segments.put(record, { view, names });
    for (const name of names) {
      turn.put(Table.party, partyKey(PartyKind.segment, [view, name], id), noValue);
      this.#count(view, name, 1);
    }
  }

  /** The router of an interaction has it no more, or another state has begun. */
  release(turn: Turn, id: string, record: StateRecord): void {
    const taken = segments.of(record);
    if (taken === undefined) return;
    const { view, names } = taken;
    segments.put(record, undefined);
    for (const name of names) {
      turn.delete(Table.party, partyKey(PartyKind.segment, [view, name], id));
      this.#count(view, name, -1);
    }
    this.onFreed(view);
  }

  #count(view: string, name: string, more: 1 | -1): void {
    const prefix = partyPrefix(PartyKind.segment, [view, name]);
    const count = this.#counts.get(prefix);
    if (count !== undefined) this.#counts.set(prefix, count + more);
  }
}

function countRows(turn: Turn, prefix: string): number {
  const to = prefixEnd(prefix);
  let count = 0;
  for (let from = prefix; ;) {
    const rows = turn.range(Table.party, { from, to, limit: pageRows });
    count += rows.length;
    if (rows.length < pageRows) return count;
    from = `${rows.at(-1)![0]}\0`;
  }
}
