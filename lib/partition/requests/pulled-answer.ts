/** What a pull answers. */
import { packProperties } from '../../interaction/properties.js';
import { limits } from '../../limits.js';
import type { RequestCore } from './core.js';
import { has } from '../ledger/holders.js';
import { readBody, readRecord } from '../ledger/interactions.js';
import type { Answer, Request } from '../request.js';
import { seesTenant } from '../ledger/tenancy.js';
import type { Turn } from '../turn.js';

/** Bytes of interactions that an answer holds: a frame less its header and the attribute's name. */
export const pulledBytes = limits.frameBytes - 256;

/**
 * The answer of a pull, with the properties as they are now. To a repeated pull, without those that
 * the client no longer has, since another may have them; and without what does not fit a frame, as
 * when interactions have grown.
 */
export function pulledAnswer(
  core: RequestCore,
  turn: Turn,
  { session }: Request,
  ids: readonly string[],
): Answer {
  const interactions: Uint8Array[] = [];
  let bytes = 0;
  for (const id of ids) {
    const record = readRecord(turn, id);
    if (record === undefined || !has(session, record.owner)) continue;
    if (!seesTenant(session, record.tenantId)) continue;
    const queue = core.queues.nameOf(record.queue);
    const properties = packProperties(id, record, queue, readBody(turn, id));
    bytes += properties.length;
    if (bytes > pulledBytes) break;
    interactions.push(properties);
  }
  return { kind: 'pulled', interactions };
}
