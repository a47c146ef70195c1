/** RequestGetInteractionProperties. */
import { packProperties } from '../../interaction/properties.js';
import { findHere } from './find.js';
import type { RequestCore } from './core.js';
import { readBody } from '../ledger/interactions.js';
import type { GetAttributes, Request } from '../request.js';
import type { Turn } from '../turn.js';

/** @throws {Refusal} UnknownInteraction, Busy */
export function getProperties(
  core: RequestCore,
  turn: Turn,
  request: Request,
  attributes: GetAttributes,
): void {
  const id = attributes.InteractionId;
  const record = findHere(core, turn, request, id);
  if (record === undefined) return;
  const queue = core.queues.nameOf(record.queue);
  const properties = packProperties(id, record, queue, readBody(turn, id));
  turn.reply(request, { kind: 'properties', properties });
}
