/**
 * What is in a partition, in words that stay the same whatever its format: the golden text beside a
 * golden store, which later formats are compared with.
 */
import { unpackKeyValues } from '../../lib/interaction/attached-data.js';
import { bodyOfRow, stateNow, stateOfRow, unpackProperties } from '../../lib/interaction/body.js';
import { decodeState } from '../../lib/interaction/state-record.js';
import {
  columns,
  counts,
  lock,
  offer,
  parties,
  rests,
  routing,
  takenFrom,
  workbin,
  type SectionOf,
} from '../../lib/interaction/state-sections.js';
import { decodeEvents } from '../../lib/interaction/event-row.js';
import { EventNumber } from '../../lib/interaction/event.js';
import { decodeGone, decodeTaken, decodeTransit } from '../../lib/partition/rows/hand-offs.js';
import { decodeAside, readActKey } from '../../lib/partition/rows/aside.js';
import { decodeErasure } from '../../lib/partition/rows/erased.js';
import { readMoveKey } from '../../lib/partition/rows/keys.js';
import { decodePosition, readerOfPositionKey } from '../../lib/partition/rows/positions.js';
import { retryRowHead } from '../../lib/partition/rows/retry-row.js';
import { unpackLocation } from '../../lib/partition/moves/locations.js';
import { Table, tables, tableNames, type Entry, type Reader } from '../../lib/store/contract.js';

/** Of state rows. */
const sections: Readonly<Record<string, SectionOf<unknown>>> = {
  parties,
  offer,
  workbin,
  lock,
  takenFrom,
  columns,
  routing,
  counts,
  rests,
};

const nameOfEvent = (event: number): string =>
  Object.entries(EventNumber).find(([, number]) => number === event)?.[0] ?? String(event);

/** Every line begins with the table that it is of; sorted by table and key. */
export function describe(store: Reader): string[] {
  return tables.flatMap((table) => {
    const rows = store.range(table, {});
    const words = describers[table];
    const count = `${tableNames[table]}: ${rows.length} rows`;
    return [count, ...(words === undefined ? [] : rows.flatMap((row) => words(row, store)))];
  });
}

/** The tables whose rows are told one by one; what others hold follows from these. */
const describers: Partial<Record<Table, (row: Entry, store: Reader) => string | string[]>> = {
  [Table.interaction]: ([id, row], store) => {
    const state = stateNow(row, store.get(Table.state, id));
    const body = bodyOfRow(row);
    const { SubmittedBy, MediaType, ExternalId } = unpackProperties(body);
    const data = body.userData.length === 0 ? {} : unpackKeyValues(body.userData);
    const { version, priority, tenantId, isHeld, assignedTo, queue, results } = state;
    return (
      `interaction ${id}: state ${state.state}, version ${version}, queue ${queue}, ` +
      `priority ${priority}, tenant ${tenantId}, held ${isHeld}, of "${assignedTo}", ` +
      `by ${SubmittedBy}, ${MediaType}, external ${ExternalId}, results ${results.length}, ` +
      `data ${inWords(data)}`
    );
  },
  [Table.state]: ([id, row]) => {
    const record = decodeState(row);
    if (record.sections.length === 0) return [];
    const found = Object.entries(sections).flatMap(([name, section]) => {
      const value = section.of(record);
      return value === undefined ? [] : [`${name} ${inWords(value)}`];
    });
    return `state ${id}: ${found.join(', ')}`;
  },
  [Table.outbox]: ([, row]) => {
    const { firstSequence, events } = decodeEvents(row);
    return events.map((event, index) => {
      const { interactionId, version, queue, tenantId, cause, party, details } = event;
      const by = `${cause.actorType} "${cause.actorId}" ${cause.reasonSystemName ?? ''}`;
      const to =
        party === undefined ? '' : `, party ${party.type} "${party.id}" ${party.operation}`;
      const more = details === undefined ? '' : `, ${details.count} details`;
      const what = `${nameOfEvent(event.event)} ${interactionId} version ${version}`;
      return `outbox ${firstSequence + index}: ${what} in "${queue}" of ${tenantId} by ${by}${to}${more}`;
    });
  },
  [Table.retry]: ([, row]) => `retry: up to result ${retryRowHead(row).count}`,
  [Table.location]: ([id, row]) => {
    const { at, move, submittedBy } = unpackLocation(row);
    return `location ${id}: ${at ?? 'ended'}, move ${move}, by ${submittedBy}`;
  },
  [Table.transit]: ([key, row]) => {
    const { offer, target } = decodeTransit(row);
    return `transit ${readMoveKey(key).id}: to ${target}, ${decodeEvents(offer.events).events.length} events`;
  },
  [Table.gone]: ([key, row]) =>
    `gone ${readMoveKey(key).id}: ${decodeGone(row).results.length} results`,
  [Table.taken]: ([key, row]) => `taken ${readMoveKey(key).id}: from ${decodeTaken(row)}`,
  [Table.position]: ([key, row]) => {
    const { timeline, sequence, timeMs } = decodePosition(row);
    return `position ${readerOfPositionKey(key)}: ${timeline} ${sequence} at ${timeMs}`;
  },
  [Table.aside]: ([key, row]) => {
    const byAct = readActKey(key);
    if (byAct !== undefined) return `aside ${byAct.id}: of act ${byAct.operation}`;
    const { operation, untilMs, endedMs, who, row: kept } = decodeAside(row);
    const { version } = stateOfRow(kept);
    return `aside ${key}: version ${version}, by "${who}" in act ${operation} at ${endedMs}, until ${untilMs}`;
  },
  [Table.erased]: ([id, row]) => {
    const { timeMs, lastSequence } = decodeErasure(row);
    return `erased ${id}: at ${timeMs}, event ${lastSequence}`;
  },
};

const inWords = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) => {
    if (one instanceof Map) return [...(one as ReadonlyMap<unknown, unknown>)];
    if (typeof one === 'bigint') return `${one}n`;
    return one instanceof Uint8Array ? Buffer.from(one).toString('hex') : one;
  });
