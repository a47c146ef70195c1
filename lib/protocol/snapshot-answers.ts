/** What answers requests about snapshots. */
import { boolean, integer, record, required } from './attribute.js';
import { limits } from '../limits.js';

const id = required(integer('Of the snapshot.', 1, 4_294_967_295));
const count = (about: string) => integer(about, 0, Number.MAX_SAFE_INTEGER);

const acted = {
  SnapshotId: id,
  Operation: required(
    integer('The number of the act, which the audit log has too.', 1, Number.MAX_SAFE_INTEGER),
  ),
  Done: required(count('How many it was done to.')),
  Refused: required(count('How many not.')),
  Interactions: required(
    record(
      'Array of maps, of those that it was not done to, the first 250: InteractionId, ErrorCode, ErrorDescription.',
    ),
  ),
};

/** A part of the rows of `answers.ts`. */
export const snapshotAnswerRows = [
  {
    number: 119,
    name: 'EventSnapshotTaken',
    about: 'A snapshot is there.',
    attributes: {
      SnapshotId: id,
      NumberOfInteractions: required(count('Interactions that it has.')),
      Total: required(count('Interactions that the condition means.')),
      Truncated: required(boolean('There are more than it could have.')),
      NotLocked: count('With Lock: how many were left out, as they could not be locked.'),
    },
  },
  {
    number: 1151,
    name: 'EventInteractionsMoved',
    about: 'What became of the interactions of a snapshot that were to be placed in a queue.',
    attributes: acted,
  },
  {
    number: 1153,
    name: 'EventInteractionsStopped',
    about: 'What became of the interactions of a snapshot that were to end.',
    attributes: acted,
  },
  {
    number: 121,
    name: 'EventSnapshotInteractions',
    about: 'A page of a snapshot.',
    attributes: {
      SnapshotId: id,
      StartFrom: required(count('Where the page begins.')),
      NumberOfInteractions: required(count('Interactions that the snapshot has.')),
      Interactions: required(
        record('Array of maps of properties, as in EventInteractionProperties.'),
      ),
      LeftOut: required(
        count('How many the page is about and does not have: they are gone, or not as they were.'),
      ),
      Next: integer(
        'StartFrom of the next page; absent: this is the last.',
        1,
        limits.interactionsPerSnapshot,
      ),
    },
  },
] as const;
