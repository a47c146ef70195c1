/**
 * The sections of a state row that few interactions have: who takes part, what is offered, where it
 * is kept and where it was taken from, values of columns, counts. They are packed until somebody
 * asks for one, so that all others pay nothing. Each has one layout; another one is another tag.
 */
import { assert, AssertionError } from '../assert.js';
import { limits } from '../limits.js';
import { FieldReader, FieldWriter } from '../pack/fields.js';
import { readRepeatedText } from '../pack/text.js';
import {
  noBytes,
  sectionIn,
  withSection,
  sectionContentAt,
  sectionEndAt,
  sectionTagAt,
} from '../pack/sections.js';
import { u32At } from './row-bytes.js';
import { StateSection, type StateRecord } from './state-record.js';

/** What reads one section of a record, and writes it. */
export interface SectionOf<Value> {
  /** Undefined: the record has none. */
  of(record: Pick<StateRecord, 'sections'>): Value | undefined;
  /** Puts it into the record, or takes it out (undefined); the caller writes the row. */
  put(record: Pick<StateRecord, 'sections'>, value: Value | undefined): void;
}

/** A section of a tag, as it is written and read. */
export function section<Value>(
  tag: StateSection,
  write: (fields: FieldWriter, value: Value) => void,
  read: (fields: FieldReader) => Value,
): SectionOf<Value> {
  // The last one, read or written: a request asks several times for the same. Its sections are
  // never changed in place, and a value neither.
  let known: Uint8Array = noBytes;
  let value: Value | undefined;
  return {
    of({ sections }) {
      if (sections.length === 0) return undefined;
      if (sections === known) return value;
      const content = sectionIn(sections, tag);
      value = content && read(new FieldReader(content));
      known = sections;
      return value;
    },
    put(record, put) {
      if (put === undefined && record.sections.length === 0) return;
      record.sections = withSection(record.sections, tag, put && contentOf(put));
      known = record.sections;
      value = put;
    },
  };

  function contentOf(of: Value): Uint8Array {
    const fields = new FieldWriter();
    write(fields, of);
    return fields.take();
  }
}

/** Reads as many of them as a number before them says. */
function listOf<Value>(fields: FieldReader, read: () => Value): Value[] {
  const values: Value[] = [];
  for (let left = fields.u16(); left > 0; left--) values.push(read());
  return values;
}

/**
 * Who takes part, as rows of table `party` name them; `online` is the customer, whom nobody names,
 * `workbin` the one that has it, `segment` that of a view in which it counts. Numbers of the data
 * format; only append.
 */
export const PartyKind = {
  session: 1,
  agentAtPlace: 2,
  router: 3,
  lock: 4,
  online: 5,
  workbin: 6,
  segment: 7,
} as const;
export type PartyKind = (typeof PartyKind)[keyof typeof PartyKind];

/** One who takes part in an interaction. */
export interface Party {
  readonly kind: PartyKind;
  /** Names of the owner, as in the key of its row: an agent and a place; a router. */
  readonly owner: readonly string[];
  /** What it does here; see `PartyRole`. */
  readonly role: PartyRole;
  readonly sinceMs: number;
}

/** What a party does. Only append. */
export const PartyRole = {
  invited: 1,
  handling: 2,
  routing: 3,
  listening: 4,
  coaching: 5,
} as const;
export type PartyRole = (typeof PartyRole)[keyof typeof PartyRole];

export const parties = section<readonly Party[]>(
  StateSection.parties,
  (fields, all) => {
    fields.u16(all.length);
    for (const { kind, owner, role, sinceMs } of all) {
      fields.u8(kind).u8(role).f64(sinceMs).u16(owner.length);
      for (const name of owner) fields.text(name);
    }
  },
  (fields) =>
    listOf(fields, () => {
      const kind = fields.u8() as PartyKind;
      const role = fields.u8() as PartyRole;
      const sinceMs = fields.f64();
      return { kind, owner: listOf(fields, () => fields.text()), role, sinceMs };
    }),
);

/** An interaction is offered to an agent. */
export interface AgentOffer {
  /** Its ticket: offers of an interaction are counted from 1; see `counts`. */
  readonly number: number;
  /** By the clock of its partition (`Turn.nowMs`). */
  readonly untilMs: number;
  readonly agent: string;
  readonly place: string;
}

export const offer = section<AgentOffer>(
  StateSection.offer,
  (fields, { number, untilMs, agent, place }) =>
    fields.u32(number).f64(untilMs).text(agent).text(place),
  (fields) => ({
    number: fields.u32(),
    untilMs: fields.f64(),
    agent: fields.text(),
    place: fields.text(),
  }),
);

/** Whose a workbin is. Only append. */
export const WorkbinOwner = { agent: 1, agentGroup: 2, place: 3, placeGroup: 4 } as const;
export type WorkbinOwner = (typeof WorkbinOwner)[keyof typeof WorkbinOwner];

/** A workbin. */
export interface Workbin {
  /** Number of its type: in `filed` that of the queue under it, else of the registry of types. */
  readonly type: number;
  readonly ownerKind: WorkbinOwner;
  readonly owner: string;
}

const writeWorkbin = (fields: FieldWriter, { type, ownerKind, owner }: Workbin): FieldWriter =>
  fields.u32(type).u8(ownerKind).text(owner);
const readWorkbin = (fields: FieldReader): Workbin => ({
  type: fields.u32(),
  ownerKind: fields.u8() as WorkbinOwner,
  owner: fields.text(),
});

/** As the format had it before there were workbins: nothing writes it. */
export const workbin = section<Workbin>(StateSection.workbin, writeWorkbin, readWorkbin);

/** The workbin that an interaction is in, or was taken from: then it comes back to it. */
export const filed = section<Workbin>(StateSection.filed, writeWorkbin, readWorkbin);

/** A snapshot has it, so that nobody else changes it. */
export interface Lock {
  readonly snapshot: number;
  /** Name of the client that made the snapshot. */
  readonly client: string;
  /** By the wall clock. */
  readonly untilMs: number;
}

export const lock = section<Lock>(
  StateSection.lock,
  (fields, { snapshot, client, untilMs }) => fields.f64(snapshot).text(client).f64(untilMs),
  (fields) => ({ snapshot: fields.f64(), client: fields.text(), untilMs: fields.f64() }),
);

/**
 * Where it was before somebody took it: what comes back goes there. In numbers that every partition
 * knows, since it may come back to another one; a key of table `order` begins with an index, which
 * is of its partition.
 */
export interface TakenFrom {
  /** Number of the queue. */
  readonly queue: number;
  /** Undefined: it waited in the queue itself. */
  readonly workbin: Workbin | undefined;
  /** PlaceInQueueSeq that it had there; 0: it was never placed in a queue. */
  readonly placeSeq: number;
  /** Its own place in the order (`StateRecord.orderAt`), if it had one. */
  readonly orderAt: number | undefined;
}

/** What a `takenFrom` has beside the queue and its place there. */
const takenBits = { workbin: 1, orderAt: 2 } as const;

export const takenFrom = section<TakenFrom>(
  StateSection.takenFrom,
  (fields, { queue, placeSeq, orderAt, workbin: inside }) => {
    const bits =
      (inside === undefined ? 0 : takenBits.workbin) |
      (orderAt === undefined ? 0 : takenBits.orderAt);
    fields.u32(queue).f64(placeSeq).u8(bits);
    if (orderAt !== undefined) fields.f64(orderAt);
    if (inside !== undefined) writeWorkbin(fields, inside);
  },
  (fields) => {
    const queue = fields.u32();
    const placeSeq = fields.f64();
    const bits = fields.u8();
    const orderAt = bits & takenBits.orderAt ? fields.f64() : undefined;
    const inside = bits & takenBits.workbin ? readWorkbin(fields) : undefined;
    return { queue, placeSeq, orderAt, workbin: inside };
  },
);

/** What a column may hold; `null`: it has a value that is none. */
export type ColumnValue = number | string | { readonly timeMs: number } | null;

/** Types of values, as numbers of the data format. Only append. */
const columnTypes = { null: 0, number: 1, text: 2, time: 3 } as const;

/**
 * Values by the numbers of their columns, from the registry of columns; ascending. At most
 * `limits.columns` of them, a text of `limits.columnTextBytes`: the row is written at each change.
 */
export type Columns = ReadonlyMap<number, ColumnValue>;

export const columns = section<Columns>(
  StateSection.columns,
  (fields, values) => {
    assert(values.size <= limits.columns, 'an interaction has too many columns');
    fields.u16(values.size);
    for (const [number, value] of [...values].sort(([left], [right]) => left - right)) {
      fields.u32(number);
      if (value === null) fields.u8(columnTypes.null);
      else if (typeof value === 'number') fields.u8(columnTypes.number).f64(value);
      else if (typeof value === 'string') writeColumnText(fields, value);
      else fields.u8(columnTypes.time).f64(value.timeMs);
    }
  },
  (fields) => new Map(listOf(fields, () => [fields.u32(), readColumnValue(fields)] as const)),
);

function writeColumnText(fields: FieldWriter, text: string): void {
  const isShort = Buffer.byteLength(text, 'utf8') <= limits.columnTextBytes;
  assert(isShort, 'the text of a column is too long');
  fields.u8(columnTypes.text).text(text);
}

function readColumnValue(fields: FieldReader): ColumnValue {
  switch (fields.u8()) {
    case columnTypes.number:
      return fields.f64();
    case columnTypes.text:
      return fields.text();
    case columnTypes.time:
      return { timeMs: fields.f64() };
    case columnTypes.null:
      return null;
    default:
      throw new AssertionError('a value of a column of unknown type');
  }
}

/**
 * The value of one column, read without the others; undefined: the record has none for it. In the
 * form in which conditions have values: a time is a number. Null: it has one that is none.
 */
export function columnAt(
  { sections }: Pick<StateRecord, 'sections'>,
  wanted: number,
): number | string | null | undefined {
  for (let at = 0; at < sections.length; at = sectionEndAt(sections, at)) {
    if (sectionTagAt(sections, at) !== StateSection.columns) continue;
    return columnIn(sections, sectionContentAt(sections, at), wanted);
  }
  return undefined;
}

function columnIn(
  bytes: Uint8Array,
  start: number,
  wanted: number,
): number | string | null | undefined {
  let at = start + 2;
  for (let left = (bytes[start]! << 8) | bytes[start + 1]!; left > 0; left--) {
    const number = u32At(bytes, at);
    // They are ascending.
    if (number > wanted) return undefined;
    const type = bytes[at + 4]!;
    at += 5;
    const isText = type === columnTypes.text;
    const length = isText
      ? ((bytes[at]! << 8) | bytes[at + 1]!) + 2
      : type === columnTypes.null
        ? 0
        : doubleBytes;
    if (number === wanted) {
      if (isText) return readRepeatedText(bytes, at + 2, at + length);
      return length === 0 ? null : doubleAt(bytes, at);
    }
    at += length;
  }
  return undefined;
}

const doubleBytes = 8;
const double = new DataView(new ArrayBuffer(doubleBytes));

function doubleAt(bytes: Uint8Array, at: number): number {
  double.setUint32(0, u32At(bytes, at));
  double.setUint32(4, u32At(bytes, at + 4));
  return double.getFloat64(0);
}

/** Who routes it. */
export interface Routing {
  readonly router: string;
  readonly strategy: string;
}

export const routing = section<Routing>(
  StateSection.routing,
  (fields, { router, strategy }) => fields.text(router).text(strategy),
  (fields) => ({ router: fields.text(), strategy: fields.text() }),
);

/** How often what was done with it, since it was submitted. */
export interface Counts {
  /** Also the number of the last offer: the next one has the number after it. */
  readonly offers: number;
  readonly refusals: number;
  readonly returns: number;
}

export const counts = section<Counts>(
  StateSection.counts,
  (fields, { offers, refusals, returns }) => fields.u32(offers).u32(refusals).u32(returns),
  (fields) => ({ offers: fields.u32(), refusals: fields.u32(), returns: fields.u32() }),
);

/** An agent has refused it: it is not offered to that one again before this time is over. */
export interface Rest {
  readonly agent: string;
  /** By the clock of its partition (`Turn.nowMs`). */
  readonly untilMs: number;
}

export const rests = section<readonly Rest[]>(
  StateSection.rests,
  (fields, all) => {
    fields.u16(all.length);
    for (const { agent, untilMs } of all) fields.text(agent).f64(untilMs);
  },
  (fields) => listOf(fields, () => ({ agent: fields.text(), untilMs: fields.f64() })),
);

/** None yet: what the counts of a record without the section are. */
export const noCounts: Counts = { offers: 0, refusals: 0, returns: 0 };

/** Counts a new offer. @returns its number */
export function countOffer(record: Pick<StateRecord, 'sections'>): number {
  const before = counts.of(record) ?? noCounts;
  const offers = before.offers + 1;
  counts.put(record, { ...before, offers });
  return offers;
}
