/** RequestPlaceInWorkbin. It never leaves its partition: a workbin has a part in each. */
import { transitions } from '../../interaction/lifecycle.js';
import { moveToQueue, putBack, setHold } from '../../interaction/record-changes.js';
import { filed } from '../../interaction/state-sections.js';
import { isSameWorkbin } from '../../interaction/workbin.js';
import { privateQueueOf } from '../../text/index.js';
import { causeOf } from '../ledger/cause.js';
import { readBody } from '../ledger/interactions.js';
import type { PlaceInWorkbinAttributes, Request } from '../request.js';
import type { Turn } from '../turn.js';
import { changeDetails, changedUserData } from './change.js';
import type { RequestCore } from './core.js';
import { checkRight, findHere, remember } from './find.js';
import { checkHold } from './hold.js';
import { namedWorkbin } from './workbins.js';

/**
 * @throws {Refusal} UnknownInteraction, UnknownWorkbin, UnknownWorkbinOwner, NotWorkbinOwner, Busy,
 *   WrongClientType, HeldByAnother, MissingAttribute, Unavailable
 */
export function placeInWorkbin(
  core: RequestCore,
  turn: Turn,
  request: Request,
  attributes: PlaceInWorkbinAttributes,
): void {
  const { InteractionId: id, WorkbinTypeId: type } = attributes;
  const record = findHere(core, turn, request, id);
  if (record === undefined) return;
  const { Hold: hold, HoldUntil: holdUntil } = attributes;
  checkRight(request, record);
  checkHold(hold, holdUntil);
  const { session } = request;
  const inside = namedWorkbin(type, core.queues.find(privateQueueOf(type)), attributes, session);
  const { ownerKind, owner } = inside;
  const question = { about: 'place', type, ownerKind, owner, tenantId: record.tenantId } as const;
  if (!core.workbins.mayGoOn(request, id, question)) return;
  const cause = causeOf(request);
  if (record.sections.length > 0) core.invitations.withdraw(turn, id, record, cause, 'Placed');
  const body = readBody(turn, id);
  const userData = changedUserData(body, attributes);
  const change = core.ledger.open(turn, id, record, transitions.placeInWorkbin, cause);
  putBack(record, turn.wallMs);
  // As of a queue: what comes back keeps the time at which it came first.
  const isBack = isSameWorkbin(filed.of(record), inside);
  if (!isBack) moveToQueue(record, inside.type, turn.wallMs, false, false);
  filed.put(record, inside);
  setHold(record, { hold, holdUntil }, turn.wallMs);
  remember(core, turn, request, id, record);
  const newBody = userData === undefined ? undefined : { properties: body.properties, userData };
  core.ledger.close(change, newBody, changeDetails(attributes));
  turn.reply(request, { kind: 'ack' });
}
