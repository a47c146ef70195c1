/**
 * Goes over the interactions of a partition for several searches at once, a piece at a time: what
 * each of them means, and where it stands in its order. Who asks joins what the partitions say.
 */
import { limits } from '../../limits.js';
import { InteractionState, type StateRecord } from '../../interaction/state-record.js';
import { workbinIn } from '../../interaction/workbin.js';
import { orderKeyOf, Subject, type ReadSearch } from '../../search/index.js';
import { Table } from '../../store/contract.js';
import type { RequestCore } from './core.js';
import { walkInteractions } from './row-walk.js';

/** One search of a scan. */
export interface Scan {
  readonly condition: string;
  /** Absent: the order of queues. */
  readonly order: string | undefined;
  /** The time that it looks at all of them by, milliseconds since 1970 UTC. */
  readonly atMs: number;
  /** Only those that wait, on hold or not. */
  readonly isWaiting: boolean;
  /** Absent: of all tenants. */
  readonly tenants: readonly number[] | undefined;
  /** What is elsewhere is not there for who asks; absent: all queues. */
  readonly inQueues: readonly string[] | undefined;
  /** What is in workbins is there as well. */
  readonly withWorkbins: boolean;
  /** What other agents have in hand is not there; absent: whoever has it. */
  readonly ofAgents: readonly string[] | undefined;
  /** Those behind this place are counted and not told: there are enough before it. */
  readonly before: string | undefined;
}

/** What a piece has for one search; lists of one length. */
export interface ScanFound {
  /** How many it means. */
  readonly count: number;
  readonly ids: string[];
  /** Where they stand: compared as texts. */
  readonly places: string[];
  /** Their assignment, by which it is seen later whether anybody has had them. */
  readonly assignments: number[];
}

/** A piece of a scan. */
export interface ScanPart {
  /** In the order of the searches. */
  readonly found: readonly ScanFound[];
  /** `after` of the next piece; undefined: there is nothing more here. */
  readonly next: string | undefined;
}

/** A piece ends after so long, if it has not ended by its rows before. */
const pieceMs = 1;
/** Rows from one look at the clock to the next. */
const rowsPerLook = 16;

const isIn = (list: readonly string[] | undefined, name: string): boolean =>
  list?.includes(name) !== false;

/** A search, as it is worked with here. */
class Searching {
  readonly found: { count: number } & Omit<ScanFound, 'count'>;
  readonly #scan: Scan;
  readonly #read: ReadSearch;
  /** Numbers of the queues that it can only be in. */
  readonly #queues: ReadonlySet<number> | undefined;
  readonly #agents: ReadonlySet<string> | undefined;

  /** @throws {IxionError} what `SearchLanguage.read` throws */
  constructor({ queues, language }: RequestCore, scan: Scan) {
    this.found = { count: 0, ids: [], places: [], assignments: [] };
    this.#scan = scan;
    this.#read = language.read(scan.condition, scan.order);
    const { queues: wanted } = this.#read;
    const { inQueues, ofAgents } = scan;
    const names = wanted === undefined ? inQueues : wanted.filter((name) => isIn(inQueues, name));
    const numbers = names?.flatMap((name) => queues.find(name)?.number ?? []);
    this.#queues = numbers && new Set(numbers);
    this.#agents = ofAgents && new Set(ofAgents);
  }

  /** Whether there can be something here. */
  isPossible({ queues }: RequestCore): boolean {
    if (this.#queues === undefined) return true;
    return [...this.#queues].some((number) => {
      const { waiting, processing } = queues.countsOf(number);
      return waiting + processing > 0;
    });
  }

  /** Looks at the row under the eyes. */
  look(subject: Subject): void {
    const { record } = subject;
    if (!this.#mayMean(record)) return;
    const { atMs, before } = this.#scan;
    const { condition, order } = this.#read;
    if (!condition.holds(subject, atMs)) return;
    const { found } = this;
    found.count++;
    const place = orderKeyOf(order, subject, atMs);
    if (before !== undefined && place > before) return;
    found.ids.push(subject.id);
    found.places.push(place);
    found.assignments.push(record.assignment);
  }

  #mayMean(record: StateRecord): boolean {
    const { queue, state, tenantId, assignedTo } = record;
    if (this.#queues?.has(queue) === false) return false;
    if (this.#scan.isWaiting && state !== InteractionState.queued) return false;
    if (!this.#scan.withWorkbins && workbinIn(record) !== undefined) return false;
    const isInHand = state === InteractionState.handled;
    if (isInHand && this.#agents?.has(assignedTo) === false) return false;
    return this.#scan.tenants?.includes(tenantId) !== false;
  }
}

/**
 * The piece behind `after`, for all of these searches.
 * @throws {IxionError} InvalidCondition and its like
 */
export function scanInteractions(
  core: RequestCore,
  scans: readonly Scan[],
  after: string | undefined,
): ScanPart {
  const all = scans.map((scan) => new Searching(core, scan));
  const possible = all.filter((one) => one.isPossible(core));
  const found = all.map((one) => one.found);
  if (possible.length === 0) return { found, next: undefined };
  const subject = new Subject((number) => core.queues.nameOf(number));
  const untilMs = core.time.nowMs() + pieceMs;
  let seen = 0;
  const visit = (id: string, row: Uint8Array): boolean => {
    // What a row costs depends on the searches: many demand a queue, and look at few of the rows.
    if (seen > 0 && seen % rowsPerLook === 0 && core.time.nowMs() >= untilMs) return false;
    seen++;
    subject.take(id, row, core.store.get(Table.state, id));
    for (let index = 0; index < possible.length; index++) possible[index]!.look(subject);
    return true;
  };
  const { next } = walkInteractions(core, after, visit, limits.scannedRows);
  return { found, next };
}
