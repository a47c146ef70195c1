/** The first step of a hand-off, as everything that sends an interaction away takes it. */
import { encodeRow, unpackProperties, type Body } from '../../interaction/body.js';
import { encodeEvents } from '../../interaction/event-row-writer.js';
import type { PackedPairs } from '../../pack/pairs.js';
import type { Change } from '../ledger/ledger.js';
import type { MovesCore } from './core.js';
import type { HandOff } from './hand-off.js';
import type { Offer } from '../peer.js';

/** What is needed of a partition to send something away. */
export interface DepartureCore extends MovesCore {
  readonly handOff: HandOff;
}

/**
 * Ends a change by sending the interaction to another partition; its events go with it, and pulls
 * that wait for it here follow it.
 * @param change of a transition that leaves the partition; its record as it is to be at the target
 * @param body as it is to be at the target
 * @param details see `Ledger.close`
 */
export function sendAway(
  core: DepartureCore,
  change: Change,
  target: number,
  body: Body,
  offer: Pick<Offer, 'asker' | 'relocation'>,
  details?: PackedPairs,
  submittedBy = unpackProperties(body).SubmittedBy ?? '',
): void {
  const { turn, id, record, transition } = change;
  record.move++;
  core.ledger.close(change, undefined, details);
  const waiters = core.waitingPulls
    .takeAll(id)
    .map(({ request, deadlineMs }) => ({ ...request, waitUntilMs: deadlineMs }));
  core.handOff.depart(
    turn,
    target,
    {
      type: 'offer',
      id,
      move: record.move,
      source: core.partition,
      row: encodeRow(record, body),
      events: encodeEvents(change.taken),
      birth: transition.isBirth,
      submittedBy,
      servedMs: core.retryKeys.servedMs(),
      ...offer,
    },
    waiters,
  );
}
