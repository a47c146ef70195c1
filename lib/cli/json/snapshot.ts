/** What `ixion snapshot` prints with `--json`. */
import { z } from 'zod';
import { count, text, truth } from './fields.js';
import { interaction } from './interaction.js';

const taken = {
  count: count('interactions that it has'),
  total: count('interactions that the condition meant'),
  isTruncated: truth('it has the first of them only'),
  notLocked: count('of lock: left out, as they could not be locked'),
};

/** Of show and lock, and of the others with --preview. */
export const shown = z.strictObject({
  ...taken,
  interactions: z.array(interaction).describe('in order, those that are as they were'),
});

const acted = z.strictObject({
  ...taken,
  operation: count('the number of the act; absent: there was nothing to do').optional(),
  done: count('how many it was done to'),
  refused: count('how many not'),
  refusals: z
    .array(
      z.strictObject({
        interactionId: text('which interaction'),
        name: text('of the table of errors'),
        code: count('of the table of errors'),
        message: text('what is in the way'),
      }),
    )
    .describe('of those that it was not done to, the first 250'),
});

/** Of move and stop; with --preview what they would be about. */
export const actedOn = z.union([acted, shown]);
