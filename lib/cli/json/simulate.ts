/**
 * What `ixion simulate` and `ixion demo` print with `--json`; docs/simulate.md defines each figure.
 */
import { z } from 'zod';
import { count, number, text } from './fields.js';

export const day = z.looseObject({
  mode: z.enum(['follow', 'order']).describe('as asked for'),
  speed: number('as asked for'),
  submitted: count('contacts'),
  served: count('of them'),
  abandoned: count('from the queue and before it'),
  left: count('submitted and not ended'),
  types: z.record(z.string(), z.looseObject({})).describe('the same by type of service'),
  agents: z.array(z.looseObject({ agentName: text('of the record') })).describe('by agent'),
  problems: z.array(z.string()).describe('what does not add up; the exit code is 65 then'),
});
