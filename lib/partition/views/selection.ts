/**
 * What a view selects now. The row decides: whatever proposes an interaction, its condition is
 * evaluated at the take, with the time of the take.
 */
import { limits } from '../../limits.js';
import { Subject } from '../../search/index.js';
import { Table } from '../../store/contract.js';
import { placeOf, type View } from '../../views/index.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Queues } from '../ledger/queues.js';
import { seesTenant } from '../ledger/tenancy.js';
import type { SessionInfo } from '../request.js';
import { idOfOrderKey } from '../rows/keys.js';
import type { Turn } from '../turn.js';
import type { PartitionViews } from './partition-views.js';
import { SegmentLimits } from './segment-limits.js';
import { entriesOf } from './queue-indexes.js';
import type { PlacedView, Selected } from './view-table.js';

/** What is needed of a partition. */
export interface SelectionCore {
  readonly queues: Queues;
  readonly views: PartitionViews;
  readonly ledger: Pick<Ledger, 'segments'>;
}

/** What was looked at. */
interface Found {
  readonly ids: string[];
  readonly looked: number;
}

const pageKeys = 64;

/**
 * The first of a view that this client sees, in order, left where they are: at most `count`.
 * A bounded number of interactions is looked at.
 */
export function firstOfView(
  core: SelectionCore,
  turn: Turn,
  session: SessionInfo,
  placed: PlacedView,
  count: number,
  { view, plan }: Selected = placed,
): string[] {
  const { queue } = placed;
  const isLimited = view.hasSegments && session.clientType === 'RoutingEngine';
  const segments = isLimited ? new SegmentLimits(core.ledger.segments, view) : undefined;
  const live = plan.kind === 'index' ? core.views.indexes.live(queue, plan.name) : undefined;
  const look = new Look(core, turn, session, { placed, view, count, segments });
  const isIndexed = live !== undefined && plan.kind === 'index';
  const { ids, looked } = isIndexed
    ? look.entries(plan.values.map((values) => entriesOf(live.index, turn, values)))
    : look.rows();
  placed.checks++;
  placed.looked += looked;
  return ids;
}

type Entries = Generator<{ readonly id: string; readonly place: string }>;

/** What is looked for. */
interface Wanted {
  readonly placed: PlacedView;
  readonly view: View;
  readonly count: number;
  readonly segments: SegmentLimits | undefined;
}

class Look {
  readonly #core: SelectionCore;
  readonly #turn: Turn;
  readonly #session: SessionInfo;
  readonly #placed: PlacedView;
  readonly #view: View;
  readonly #segments: SegmentLimits | undefined;
  readonly #count: number;
  readonly #subject: Subject;

  constructor(
    core: SelectionCore,
    turn: Turn,
    session: SessionInfo,
    { placed, view, count, segments }: Wanted,
  ) {
    this.#core = core;
    this.#turn = turn;
    this.#session = session;
    this.#placed = placed;
    this.#view = view;
    this.#segments = segments;
    this.#count = count;
    this.#subject = new Subject((number) => core.queues.nameOf(number));
  }

  /** What an index proposes, of one or more lists in its order. */
  entries(lists: readonly Entries[]): Found {
    const ids: string[] = [];
    let looked = 0;
    for (const { id } of lists.length === 1 ? lists[0]! : merged(lists)) {
      if (this.#selects(id) && this.#isAdmitted()) ids.push(id);
      if (++looked === limits.viewRowsLookedAt || ids.length === this.#count) break;
    }
    return { ids, looked };
  }

  /**
   * What waits in the queue, in its order; of another order only what is looked at has it. When
   * nothing was found the next look goes on behind it.
   */
  rows(): Found {
    const placed = this.#placed;
    const { queue } = placed;
    const view = this.#view;
    const found: { readonly id: string; readonly place: string }[] = [];
    const isDone = (): boolean => view.isInOwnOrder && found.length === this.#count;
    let looked = 0;
    let after = placed.lookedTo;
    for (let keys: string[] = [after]; keys.length > 0 && !isDone();) {
      const limit = Math.min(pageKeys, limits.viewRowsLookedAt - looked);
      if (limit === 0) break;
      keys = this.#core.queues.keysAfter(this.#turn, queue, after, limit);
      for (const key of keys) {
        const id = idOfOrderKey(key);
        looked++;
        after = key;
        if (!this.#selects(id) || (view.isInOwnOrder && !this.#isAdmitted())) continue;
        found.push({ id, place: placeOf(view, this.#subject, this.#turn.wallMs) });
        if (isDone()) break;
      }
    }
    const isAtEnd = looked < limits.viewRowsLookedAt;
    placed.lookedTo = found.length > 0 || isAtEnd ? '' : after;
    const ids = found.map(({ id }) => id);
    return { ids: view.isInOwnOrder ? ids : this.#firstOf(found), looked };
  }

  /** The first of what was found, which is in another order. */
  #firstOf(found: { readonly id: string; readonly place: string }[]): string[] {
    found.sort((one, other) => (one.place < other.place ? -1 : 1));
    const ids: string[] = [];
    for (const { id } of found) {
      if (ids.length === this.#count) break;
      if (this.#segments !== undefined) this.#look(id);
      if (this.#isAdmitted()) ids.push(id);
    }
    return ids;
  }

  /** Whether its segments have room for the one under the eyes; then it is counted. */
  #isAdmitted(): boolean {
    return this.#segments === undefined || this.#segments.admits(this.#turn, this.#subject);
  }

  #look(id: string): Subject {
    const turn = this.#turn;
    this.#subject.take(id, turn.get(Table.interaction, id)!, turn.get(Table.state, id));
    return this.#subject;
  }

  /** Whether it is one for this client; looks at it. */
  #selects(id: string): boolean {
    const turn = this.#turn;
    const subject = this.#look(id);
    const isSeen = seesTenant(this.#session, subject.record.tenantId);
    return isSeen && this.#view.condition.holds(subject, turn.wallMs);
  }
}

/** The least first. */
function* merged(lists: readonly Entries[]): Entries {
  const heads = lists.map((list) => list.next());
  for (;;) {
    let first = -1;
    for (let at = 0; at < heads.length; at++) {
      const head = heads[at]!;
      if (head.done === true) continue;
      const best = first < 0 ? undefined : heads[first]!;
      if (best === undefined || head.value.place < best.value.place) first = at;
    }
    if (first < 0) return;
    yield heads[first]!.value;
    heads[first] = lists[first]!.next();
  }
}
