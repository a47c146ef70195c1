/** Fields that several shapes have. */
import { z } from 'zod';

/** A time as ISO 8601, in UTC. */
export const isoTime = (about: string): z.ZodType =>
  z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    .meta({ description: about, shown: 'time' });

export const text = (about: string): z.ZodString => z.string().describe(about);
export const count = (about: string): z.ZodInt => z.int().min(0).describe(about);
export const number = (about: string): z.ZodNumber => z.number().describe(about);
export const truth = (about: string): z.ZodBoolean => z.boolean().describe(about);

/** Counts by names that nobody knows before. */
export const counts = (about: string): z.ZodType =>
  z.record(z.string(), z.int().min(0)).describe(about);

export const timeline = z
  .strictObject({
    id: text('16 hexadecimal digits'),
    count: count('1, and one more with each restore'),
  })
  .describe('the history of the store; a restore begins another');
