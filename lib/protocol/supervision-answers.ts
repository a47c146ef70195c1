/** What answers a supervisor who acts on many. */
import { boolean, identifier, integer, record, required } from './attribute.js';

const counts = {
  Operation: integer(
    'The number of the act, which the audit log has too; absent of a preview.',
    1,
    Number.MAX_SAFE_INTEGER,
  ),
  Done: required(integer('How many it was done to, or would be.', 0, Number.MAX_SAFE_INTEGER)),
  Refused: required(integer('How many not.', 0, Number.MAX_SAFE_INTEGER)),
};
const refused = 'ErrorCode and ErrorDescription (why it was not done; absent: it was)';

/** A part of the rows of `answers.ts`. */
export const supervisionRows = [
  {
    number: 1132,
    name: 'EventInteractionsSupervised',
    about: 'What was done to each interaction, or would be.',
    attributes: {
      ...counts,
      Interactions: required(
        record(
          `Array of maps, in the order of the request: InteractionId, Queue, InteractionState and AssignedTo as they were before, Exceeds (true: it is above the capacity of the agent that it is assigned to), ${refused}.`,
        ),
      ),
      More: boolean('Of RequestRestoreInteractions: there are further ones of that act.'),
      Next: identifier('With More: After of the request for them.'),
    },
  },
  {
    number: 1134,
    name: 'EventAgentStatesForced',
    about: 'What was done to each agent, or would be.',
    attributes: {
      ...counts,
      Agents: required(
        record(
          `Array of maps, in the order of the request: AgentId, MediaList (map of medium to 1, ready, or 0, as it was before; absent too where the answer would be too long), ${refused}.`,
        ),
      ),
    },
  },
] as const;
