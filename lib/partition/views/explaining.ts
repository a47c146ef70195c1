/**
 * What people ask about views: how each is answered and what that costs, what it selects now, and
 * why an interaction is in a view or not. Nothing is changed, and what is looked at is bounded.
 */
import { ConditionFault, type FailedPart, type Value } from '../../condition/index.js';
import { isAvailable } from '../../interaction/record-changes.js';
import { InteractionState, type StateRecord } from '../../interaction/state-record.js';
import { lock, offer } from '../../interaction/state-sections.js';
import { limits } from '../../limits.js';
import { Subject, type SearchLanguage } from '../../search/index.js';
import { Table } from '../../store/contract.js';
import { writeTime } from '../../text/index.js';
import { readView, type ViewFields } from '../../views/index.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Queues } from '../ledger/queues.js';
import { readRecord } from '../ledger/interactions.js';
import { Refusal, type SessionInfo } from '../request.js';
import { IndexState } from '../rows/index-row.js';
import { queuesWithViews, viewsOfQueue } from '../rows/view-rows.js';
import type { Turn } from '../turn.js';
import type { PartitionViews } from './partition-views.js';
import { entriesOf } from './queue-indexes.js';
import { firstOfView } from './selection.js';
import { placed as placedOf, type PlacedView } from './view-table.js';

/** What is asked; answered by the partition in which the queue or interaction is. */
export type ViewQuestion =
  /** Of one queue, or of all. */
  | { readonly kind: 'list'; readonly queue: string | undefined }
  /** The first of a view, in its order. */
  | { readonly kind: 'show'; readonly view: string; readonly count: number }
  | { readonly kind: 'explain'; readonly view: string }
  /** A view that is not there, or is to be another one. */
  | { readonly kind: 'try'; readonly fields: ViewFields; readonly count: number }
  | { readonly kind: 'interaction'; readonly id: string };

/** Index of a view, as it is told. */
export interface ToldIndex {
  readonly number: number;
  readonly state: 'building' | 'live' | 'dropping';
  /** Of one that is being built: interactions that were gone over, of those that wait. */
  readonly built?: number;
  /** Entries that were written since the start. */
  readonly written: number;
}

/** A view, how it is answered, and what that has cost since the start. */
export interface ToldView {
  readonly view: string;
  readonly queue: string;
  readonly partition: number;
  readonly isEnabled: boolean;
  /** `queue`: by the order of the queue; `index`; `rows`: by looking at rows. */
  readonly answeredBy: 'queue' | 'index' | 'rows';
  /** Why not by an index that it needs. */
  readonly why?: string;
  readonly index?: ToldIndex;
  /** Times that it was asked what it selects. */
  readonly checks: number;
  /** Interactions that were looked at for that. */
  readonly looked: number;
  /** Pulls that wait for it. */
  readonly waitingPulls: number;
}

export interface ExplainedView extends ToldView {
  readonly condition: string;
  readonly order: string;
  /** Properties whose constants are first in the keys of its index. */
  readonly columns: readonly string[];
  /** What else holds for all entries of its index. */
  readonly indexCondition: string;
  /** Interactions that can be pulled from the queue. */
  readonly waiting: number;
  /** Entries that its index proposes for it; at most `limits.viewEntriesCounted`. */
  readonly proposed?: number;
}

/** An interaction that a view selects. */
export interface SelectedRow {
  readonly interactionId: string;
  /** Values of the terms of the order; null: absent. */
  readonly values: readonly (Value | null)[];
}

export interface SelectedRows {
  readonly view: string;
  readonly queue: string;
  /** The terms of the order. */
  readonly order: readonly string[];
  readonly rows: readonly SelectedRow[];
  /** How many it selects, as far as was looked. */
  readonly selected: number;
  /** Not all that waits was looked at. */
  readonly isCut: boolean;
}

/** Why an interaction is in a view, or not. */
export interface ExplainedMembership {
  readonly view: string;
  readonly isSelected: boolean;
  /** From 1; absent: it is not selected, or too far behind to be counted. */
  readonly position?: number;
  /** Parts of the condition that do not hold. */
  readonly failed: readonly FailedPart[];
  /** When the condition may change by time alone, in milliseconds since 1970 UTC. */
  readonly nextChangeMs?: number;
}

export interface ExplainedInteraction {
  readonly interactionId: string;
  readonly partition: number;
  readonly queue: string;
  /** Whether a pull can get it from its queue. */
  readonly canBePulled: boolean;
  /** Why not. */
  readonly why?: string;
  readonly views: readonly ExplainedMembership[];
}

export type ViewAnswer =
  | { readonly kind: 'list'; readonly views: readonly ToldView[]; readonly isCut: boolean }
  | ({ readonly kind: 'explain' } & ExplainedView)
  | ({ readonly kind: 'rows' } & SelectedRows)
  | ({ readonly kind: 'interaction' } & ExplainedInteraction);

/** What is needed of a partition. */
export interface ExplainCore {
  readonly partition: number;
  readonly queues: Queues;
  readonly views: PartitionViews;
  readonly ledger: Pick<Ledger, 'segments'>;
  readonly language: SearchLanguage;
  readonly waitingPulls: { countOf(view: PlacedView): number };
}

const everybody: SessionInfo = {
  number: 0,
  sessionKey: '',
  clientName: '',
  clientType: 'AgentApplication',
  tenantId: 1,
};

/**
 * Answers one; undefined: the queue or interaction is not here.
 * @throws {Refusal} UnknownView, UnknownQueue; InvalidCondition and its like
 */
export function explain(
  core: ExplainCore,
  turn: Turn,
  question: ViewQuestion,
): ViewAnswer | undefined {
  switch (question.kind) {
    case 'list':
      return listViews(core, turn, question.queue);
    case 'show': {
      const found = core.views.table.named(turn, question.view);
      return isHere(core, found.view.queue) ? rowsOf(core, turn, found, question.count) : undefined;
    }
    case 'explain': {
      const found = core.views.table.named(turn, question.view);
      return isHere(core, found.view.queue) ? explainView(core, turn, found) : undefined;
    }
    case 'try':
      return tryView(core, turn, question.fields, question.count);
    case 'interaction':
      return explainInteraction(core, turn, question.id);
  }
}

const isHere = ({ queues, partition }: ExplainCore, queue: string): boolean =>
  queues.find(queue)?.partition === partition;

function listViews(core: ExplainCore, turn: Turn, queue: string | undefined): ViewAnswer {
  const views: ToldView[] = [];
  const most = limits.viewsPerList;
  const names = queue === undefined ? queuesWithViews(turn, undefined, most) : [queue];
  for (const name of names.filter((one) => isHere(core, one))) {
    for (const view of viewsOfQueue(turn, name, most - views.length)) {
      views.push(toldOf(core, turn, view, name));
    }
    if (views.length >= most) break;
  }
  return { kind: 'list', views, isCut: views.length >= most };
}

function toldOf(core: ExplainCore, turn: Turn, name: string, queue: string): ToldView {
  const { partition } = core;
  const none = { checks: 0, looked: 0, waitingPulls: 0 };
  const found = core.views.table.found(turn, name);
  if (found instanceof ConditionFault) {
    const why = `its texts cannot be read: ${found.detail}`;
    return { view: name, queue, partition, isEnabled: true, answeredBy: 'rows', why, ...none };
  }
  const { view, plan, checks, looked } = found;
  const index = indexOf(core, turn, found);
  const isLive = index?.state === 'live';
  return {
    view: name,
    queue,
    partition,
    isEnabled: view.isEnabled,
    answeredBy: plan.kind === 'queue' ? 'queue' : isLive ? 'index' : 'rows',
    ...whyNot(found, index),
    ...(index !== undefined && { index }),
    checks,
    looked,
    waitingPulls: core.waitingPulls.countOf(found),
  };
}

function whyNot({ plan, view }: PlacedView, index: ToldIndex | undefined): { why?: string } {
  if (plan.kind === 'rows') return { why: plan.why };
  if (plan.kind === 'queue' || index?.state === 'live') return {};
  if (index?.state === 'building') return { why: 'its index is being built' };
  if (!view.isEnabled) return { why: 'it is not enabled' };
  return { why: `its queue has ${limits.indexesPerQueue} indexes for other views, or will soon` };
}

const stateNames = {
  [IndexState.building]: 'building',
  [IndexState.live]: 'live',
  [IndexState.dropping]: 'dropping',
} as const;

function indexOf(core: ExplainCore, turn: Turn, found: PlacedView): ToldIndex | undefined {
  const { plan, queue } = found;
  if (plan.kind !== 'index') return undefined;
  const all = core.views.indexes.of(turn, queue);
  const one = all.find(
    ({ definition: { shape, state } }) => shape === plan.name && state !== IndexState.dropping,
  );
  if (one === undefined) return undefined;
  const { definition, rows, written } = one;
  const state = stateNames[definition.state];
  return {
    number: definition.number,
    state,
    ...(state === 'building' && { built: rows }),
    written,
  };
}

function explainView(core: ExplainCore, turn: Turn, found: PlacedView): ViewAnswer {
  const { view, plan, queue } = found;
  const { index } = core.views.indexes.live(queue, plan.kind === 'index' ? plan.name : '') ?? {};
  let proposed = 0;
  if (index !== undefined && plan.kind === 'index') {
    for (const values of plan.values) {
      for (const _ of entriesOf(index, turn, values)) {
        if (++proposed >= limits.viewEntriesCounted) break;
      }
    }
  }
  return {
    kind: 'explain',
    ...toldOf(core, turn, view.name, view.queue),
    condition: view.selectsAll ? '' : String(view.condition),
    order: String(view.order),
    columns: plan.kind === 'index' ? plan.shape.columns : [],
    indexCondition: plan.kind === 'index' ? plan.shape.condition : '',
    waiting: core.queues.countsOf(queue).waiting,
    ...(index !== undefined && { proposed }),
  };
}

function rowsOf(core: ExplainCore, turn: Turn, found: PlacedView, count: number): ViewAnswer {
  const { view } = found;
  const own = { ...found, lookedTo: '' };
  const ids = firstOfView(core, turn, everybody, own, limits.viewRowsLookedAt);
  const subject = new Subject((number) => core.queues.nameOf(number));
  const rows = ids.slice(0, count).map((interactionId) => {
    look(subject, turn, interactionId);
    const values = view.order.keys.map(({ read, type }) => {
      const value = read(subject, turn.wallMs) ?? null;
      return type === 'time' && typeof value === 'number' ? writeTime(value) : value;
    });
    return { interactionId, values };
  });
  const waiting = core.queues.countsOf(found.queue).waiting;
  return {
    kind: 'rows',
    view: view.name,
    queue: view.queue,
    order: view.order.terms(),
    rows,
    selected: ids.length,
    isCut: waiting > limits.viewRowsLookedAt,
  };
}

function tryView(
  core: ExplainCore,
  turn: Turn,
  fields: ViewFields,
  count: number,
): ViewAnswer | undefined {
  const { number } = core.queues.ordinary(fields.queue);
  if (!isHere(core, fields.queue)) return undefined;
  const view = readView('', fields, core.language.vocabulary);
  if (view instanceof ConditionFault) throw new Refusal(view.error, view.detail);
  return rowsOf(core, turn, placedOf(view, number), count);
}

function look(subject: Subject, turn: Turn, id: string): void {
  subject.take(id, turn.get(Table.interaction, id)!, turn.get(Table.state, id));
}

function explainInteraction(core: ExplainCore, turn: Turn, id: string): ViewAnswer | undefined {
  const record = readRecord(turn, id);
  if (record === undefined) return undefined;
  const queue = core.queues.nameOf(record.queue);
  const why = whyNotPulled(record, core.partition, core.queues.find(queue)?.partition);
  const subject = new Subject((number) => core.queues.nameOf(number));
  look(subject, turn, id);
  const names = viewsOfQueue(turn, queue, limits.viewsExplained);
  return {
    kind: 'interaction',
    interactionId: id,
    partition: core.partition,
    queue,
    canBePulled: why === undefined,
    ...(why !== undefined && { why }),
    views: names.flatMap((name) => membership(core, turn, name, subject, why === undefined) ?? []),
  };
}

function membership(
  core: ExplainCore,
  turn: Turn,
  name: string,
  subject: Subject,
  canBePulled: boolean,
): ExplainedMembership | undefined {
  const found = core.views.table.found(turn, name);
  if (found instanceof ConditionFault) return undefined;
  const { view } = found;
  const failed = view.condition.failedParts(subject, turn.wallMs);
  const isSelected = canBePulled && view.isEnabled && failed.length === 0;
  const changeMs = view.condition.nextChangeMs(subject, turn.wallMs);
  return {
    view: name,
    isSelected,
    ...(isSelected && positionOf(core, turn, found, subject.id)),
    failed,
    ...(Number.isFinite(changeMs) && { nextChangeMs: changeMs }),
  };
}

function positionOf(
  core: ExplainCore,
  turn: Turn,
  found: PlacedView,
  id: string,
): { position?: number } {
  const own = { ...found, lookedTo: '' };
  const at = firstOfView(core, turn, everybody, own, limits.viewRowsLookedAt).indexOf(id);
  return at < 0 ? {} : { position: at + 1 };
}

/** Why no pull gets it from its queue; undefined: one does. */
function whyNotPulled(
  record: StateRecord,
  partition: number,
  home: number | undefined,
): string | undefined {
  const { state, isHeld, times, assignedTo } = record;
  if (state === InteractionState.queued && isHeld) {
    const { HoldUntil } = times;
    const until = HoldUntil === undefined ? '' : ` until ${writeTime(HoldUntil)}`;
    return `it is on hold${until}`;
  }
  if (record.isLocked) return `snapshot ${lock.of(record)?.snapshot ?? '?'} has locked it`;
  const offered = offer.of(record);
  if (offered !== undefined) return `it is offered to agent ${offered.agent}`;
  if (!isAvailable(record)) {
    return assignedTo === '' ? 'somebody has taken it' : `${assignedTo} has it`;
  }
  if (home !== partition) return 'its queue has moved, and it follows';
  return undefined;
}
