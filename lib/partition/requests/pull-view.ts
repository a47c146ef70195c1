/** RequestPull from a view: what its condition selects, in its order. */
import { Subject } from '../../search/index.js';
import { Table } from '../../store/contract.js';
import { segmentsOf } from '../../views/index.js';
import { passOn } from '../moves/pass-on.js';
import { firstOfView } from '../views/selection.js';
import { selectedBy, type PlacedView } from '../views/view-table.js';
import type { PullAttributes, Request } from '../request.js';
import type { Turn } from '../turn.js';
import type { RequestCore } from './core.js';
import { elsewhereOf } from './find.js';
import { isAnsweredMeanwhile, refuseForgotten } from './repetition.js';
import { answer, countOf, letWait, takeFromQueue, type Taken } from './taking.js';
import type { WaitingPull } from './waiting-pulls.js';

/** @throws {Refusal} UnknownView, UnknownQueue, Busy; InvalidCondition and its like */
export function pullFromView(
  core: RequestCore,
  turn: Turn,
  request: Request,
  { ViewId, Count = 1, PullParameters }: PullAttributes,
): void {
  const placed = core.views.table.named(turn, ViewId);
  const queue = core.queues.named(placed.view.queue);
  const elsewhere = elsewhereOf(core, request, queue);
  if (elsewhere !== undefined) return passOn(core, request, elsewhere);
  refuseForgotten(request);
  const selected = selectedBy(placed, PullParameters);
  const ids = firstOfView(core, turn, request.session, placed, Count, selected);
  if (ids.length === 0) letWait(core, turn, request, placed);
  else answer(core, turn, request, takeThrough(core, turn, request, placed, ids));
}

/** Takes what a view has selected; what a router gets counts in its segments. */
function takeThrough(
  core: RequestCore,
  turn: Turn,
  request: Request,
  { view, queue }: PlacedView,
  ids: readonly string[],
): Taken {
  const isCounted = view.hasSegments && request.session.clientType === 'RoutingEngine';
  if (!isCounted) return takeFromQueue(core, turn, request, queue, ids.length, ids);
  const subject = new Subject((number) => core.queues.nameOf(number));
  return takeFromQueue(core, turn, request, queue, ids.length, ids, (id, record) => {
    subject.lookAt(id, record, (one) => turn.get(Table.interaction, one)!);
    const names = segmentsOf(view, subject).map(({ name }) => name);
    core.ledger.segments.take(turn, id, record, view.name, names);
  });
}

const parametersOf = ({ operation }: Request): Uint8Array | undefined =>
  operation.kind === 'pull' ? operation.attributes.PullParameters : undefined;

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Gives what a view has to the pulls that wait for it, as long as it has something for one. */
export function serveView(
  core: RequestCore,
  turn: Turn,
  placed: PlacedView,
  isFull: () => boolean,
): void {
  for (;;) {
    if (isFull()) return core.waitingPulls.readyAgain(placed);
    let ids: readonly string[] = [];
    const seeNothing = new Set<string>();
    const seesSome = ({ request }: WaitingPull): boolean => {
      const parameters = parametersOf(request);
      const tenants = request.session.tenants?.join() ?? '';
      const given = parameters === undefined ? '' : hexOf(parameters);
      const who = `${request.session.clientType} ${tenants} ${given}`;
      if (seeNothing.has(who)) return false;
      const selected = selectedBy(placed, parameters);
      ids = firstOfView(core, turn, request.session, placed, countOf(request), selected);
      if (ids.length === 0) seeNothing.add(who);
      return ids.length > 0;
    };
    const waiting = core.waitingPulls.takeFirst(placed, seesSome);
    if (waiting === undefined) {
      if (placed.lookedTo !== '') core.views.checks.continues(placed, turn.nowMs);
      return;
    }
    const { request } = waiting;
    core.serving = request;
    if (!isAnsweredMeanwhile(core, turn, request)) {
      answer(core, turn, request, takeThrough(core, turn, request, placed, ids));
    }
    core.serving = undefined;
  }
}
