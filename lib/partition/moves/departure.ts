/** The first step of a hand-off, as everything that sends a stored interaction away takes it. */
import { encodeRow, unpackProperties, type Body } from '../../interaction/body.js';
import { encodeEvents, type InteractionEvent } from '../../interaction/event.js';
import type { StateRecord } from '../../interaction/state-record.js';
import { deleteResumeDeadline } from '../ledger/deadlines.js';
import { removeRows } from '../ledger/interactions.js';
import type { MovesCore } from './core.js';
import type { HandOff } from './hand-off.js';
import type { Offer } from '../peer.js';
import type { Turn } from '../turn.js';

/** What is needed of a partition to send something away. */
export interface DepartureCore extends MovesCore {
  readonly handOff: HandOff;
}

/** What is sent, as it is to be at the target. */
export interface Departure {
  readonly id: string;
  /** Out of its queue already (`Queues.leave`), and of nobody's holdings. */
  readonly record: StateRecord;
  readonly body: Body;
  readonly events: readonly InteractionEvent[];
}

/** Sends an interaction to another partition; pulls that wait for it here follow it. */
export function sendAway(
  core: DepartureCore,
  turn: Turn,
  target: number,
  { id, record, body, events }: Departure,
  offer: Pick<Offer, 'asker' | 'relocation'>,
): void {
  record.move++;
  deleteResumeDeadline(turn, id, record);
  removeRows(turn, id);
  const waiters = core.heldPulls
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
      events: encodeEvents({ firstSequence: 0, timeMs: turn.wallMs, events }),
      birth: false,
      submittedBy: unpackProperties(body).SubmittedBy ?? '',
      servedMs: core.retryKeys.servedMs(),
      ...offer,
    },
    waiters,
  );
}
