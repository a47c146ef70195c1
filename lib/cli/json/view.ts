/** What `ixion view` and `ixion interaction explain` print with `--json`. */
import { z } from 'zod';
import { count, isoTime, text, truth } from './fields.js';

const told = {
  view: text('its name'),
  queue: text('the queue that it selects from'),
  partition: count('where that lives'),
  isEnabled: truth('pulls may name it'),
  answeredBy: z
    .enum(['queue', 'index', 'rows'])
    .describe('the order of the queue, an index, or a look at rows'),
  why: text('why not by an index').optional(),
  index: z
    .strictObject({
      number: count('its number, never used again'),
      state: z.enum(['building', 'live', 'dropping']).describe('what becomes of it'),
      built: count('of one that is being built: interactions gone over').optional(),
      written: count('entries written since the start'),
    })
    .optional(),
  checks: count('how often it was asked what it selects'),
  looked: count('interactions that were looked at for that'),
  waitingPulls: count('pulls that wait for it'),
};
const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const views = z.array(z.strictObject(told));

export const explainedView = z.strictObject({
  ...told,
  condition: text('as it was read; empty: none'),
  order: text('as it was read'),
  columns: z.array(z.string()).describe('properties whose constants are first in its index'),
  indexCondition: text('what else holds for all of its index'),
  waiting: count('that wait in the queue'),
  proposed: count('that its index proposes; at most 10,000').optional(),
});

export const selectedRows = z.strictObject({
  view: text('its name; empty: it is tried'),
  queue: text('the queue that it selects from'),
  order: z.array(z.string()).describe('the terms of its order'),
  rows: z.array(
    z.strictObject({
      interactionId: text('the interaction'),
      values: z.array(value).describe('of the terms, times as ISO 8601; null: absent'),
    }),
  ),
  selected: count('that it selects, as far as was looked'),
  isCut: truth('not all that waits was looked at'),
});

export const explainedInteraction = z.strictObject({
  interactionId: text('the interaction'),
  partition: count('where it lives'),
  queue: text('where it waits, or was'),
  canBePulled: truth('a pull can get it from its queue'),
  why: text('why not').optional(),
  views: z.array(
    z.strictObject({
      view: text('its name'),
      isSelected: truth('the view selects it'),
      position: count('in its order, from 1; absent: far behind').optional(),
      failed: z.array(
        z.strictObject({
          part: text('of the condition'),
          result: truth('false; absent: a value is').optional(),
          values: z.array(z.strictObject({ name: text('a property'), value: value.optional() })),
        }),
      ),
      nextChange: isoTime('when that may change by time alone').optional(),
    }),
  ),
});
