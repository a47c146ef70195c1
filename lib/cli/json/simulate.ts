/**
 * What `ixion simulate` and `ixion demo` print with `--json`; docs/simulate.md defines each figure.
 */
import { z } from 'zod';
import { count, number, text } from './fields.js';

export const day = z.looseObject({
  mode: z.enum(['follow', 'order']).describe('as asked for'),
  invite: z.boolean().describe('agents were invited; absent: they pulled').optional(),
  speed: number('as asked for; absent: on a virtual clock').optional(),
  submitted: count('contacts'),
  served: count('of them'),
  abandoned: count('from the queue and before it'),
  left: count('submitted and not ended'),
  types: z.record(z.string(), z.looseObject({})).describe('the same by type of service'),
  agents: z.array(z.looseObject({ agentName: text('of the record') })).describe('by agent'),
  virtual: z
    .object({
      seed: count('of the run'),
      events: z
        .array(
          z.object({
            partition: count('its number'),
            events: count('that it told'),
            sha256: text('of all of them in their order'),
          }),
        )
        .describe('by partition: equal in two runs of the same day'),
    })
    .optional()
    .describe('with --virtual'),
  problems: z.array(z.string()).describe('what does not add up; the exit code is 65 then'),
});
