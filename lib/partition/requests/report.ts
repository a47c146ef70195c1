/**
 * RequestCustomReporting: a client tells reporting clients something about an interaction, which
 * may be over. It changes nothing of it.
 */
import { transitions } from '../../interaction/lifecycle.js';
import { packedKey, PairWriter, type PackedPairs } from '../../pack/pairs.js';
import { causeOf } from '../ledger/cause.js';
import { tellOfGone } from '../ledger/server-events.js';
import { Refusal, type ReportAttributes, type Request } from '../request.js';
import type { Turn } from '../turn.js';
import type { RequestCore } from './core.js';
import { findOrGone, remember } from './find.js';
import { resultOf } from './repetition.js';

const busyRetryMs = 20;
const keys = {
  EventId: packedKey('EventId'),
  AgentId: packedKey('AgentId'),
  PlaceId: packedKey('PlaceId'),
  MediaTypeName: packedKey('MediaTypeName'),
  TenantId: packedKey('TenantId'),
  EventContent: packedKey('EventContent'),
} as const;

/** @throws {Refusal} UnknownInteraction (of a tenant that it does not see), Busy, UnknownOutcome */
export function report(
  core: RequestCore,
  turn: Turn,
  request: Request,
  attributes: ReportAttributes,
): void {
  const { InteractionId: id } = attributes;
  const record = findOrGone(core, turn, request, id);
  if (record === undefined) return;
  if (record === 'gone') reportGone(core, turn, request, attributes);
  else {
    const change = core.ledger.open(turn, id, record, transitions.report, causeOf(request));
    remember(core, turn, request, id, record);
    core.ledger.close(change, undefined, detailsOf(attributes, record.tenantId));
  }
  turn.reply(request, { kind: 'ack' });
}

/** It is nowhere, any more or at all: its home tells, of the tenant of who says it. */
function reportGone(
  core: RequestCore,
  turn: Turn,
  request: Request,
  attributes: ReportAttributes,
): void {
  const { InteractionId: id } = attributes;
  if (!core.isHomeOf(id)) {
    throw new Refusal('Busy', 'its home has not been told yet that it is over', busyRetryMs);
  }
  const result = resultOf(request, []);
  if (result !== undefined) core.retryKeys.keep(turn, result);
  const { tenantId } = request.session;
  tellOfGone(turn, {
    id,
    tenantId,
    cause: causeOf(request),
    details: detailsOf(attributes, tenantId),
  });
}

function detailsOf(attributes: ReportAttributes, tenantId: number): PackedPairs {
  const pairs = new PairWriter();
  pairs.number(keys.EventId, attributes.EventId);
  pairs.string(keys.AgentId, attributes.AgentId);
  pairs.string(keys.PlaceId, attributes.PlaceId);
  pairs.string(keys.MediaTypeName, attributes.MediaTypeName);
  pairs.number(keys.TenantId, tenantId);
  pairs.packed(keys.EventContent, attributes.EventContent);
  return pairs.take();
}
