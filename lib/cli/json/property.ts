/** What `ixion property` and `ixion calendar` print with `--json`. */
import { z } from 'zod';
import { count, isoTime, number, text, truth } from './fields.js';

/** What is told of a column, and of a custom property, which has one in each partition. */
export const columnFields = {
  number: count('of its columns, which is never used again'),
  key: text('of attached data'),
  column: text('its other name in conditions').optional(),
  type: z.enum(['text', 'number', 'time']),
  tenantId: count('whose interactions have it; absent: all').optional(),
  state: z.enum(['filling', 'live', 'dropping']).describe('what is done with it'),
  unfit: count('interactions with a value that does not fit the type'),
} as const;

export const properties = z.array(
  z.strictObject({ ...columnFields, done: number('from 0 to 1: how far that has come') }),
);

export const unfit = z.array(
  z.strictObject({
    interactionId: text('its identifier'),
    type: z.enum(['text', 'number', 'time', 'truth', 'bytes', 'list']).describe('of the value'),
    value: text('its beginning, or how long it is'),
  }),
);

export const calendar = z.strictObject({
  name: text('of the calendar'),
  timeZone: text('where it is'),
  at: isoTime('the time that is asked for'),
  wall: text('what the clock on the wall shows then'),
  isOpen: truth('it is open then'),
  number: count('of the period that is on').optional(),
  until: isoTime('when that changes; absent: never').optional(),
});
