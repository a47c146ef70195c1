/** What `ixion config` prints with `--json`. */
import { z } from 'zod';
import { count, isoTime, text, truth } from './fields.js';

/** What is wrong at one place; also in `error.faults` of every command. */
export const fault = z.strictObject({
  path: text('steps down to what is wrong, with dots'),
  line: count('in the file, from 1').optional(),
  column: count('in the line, from 1').optional(),
  what: text('is wrong'),
  remedy: text('what to do'),
});

export const checked = z.strictObject({
  valid: truth('the file is right'),
  file: text('as it was named'),
  faults: z.array(fault).describe('what is wrong'),
  queues: count('in it, if it is right').optional(),
});

export const objectsFile = z.union([
  z.strictObject({ file: text('that was written') }),
  z.strictObject({ yaml: text('the objects, where no file was named') }),
]);

const change = z.enum(['added', 'changed', 'removed']).describe('what became of it');

export const changes = z.strictObject({
  version: count('the one that counts now'),
  isApplied: truth('false: of diff, of a dry run, or there was no difference'),
  added: count('objects'),
  changed: count('objects'),
  removed: count('objects'),
  changes: z
    .array(
      z.strictObject({
        kind: text('as queue'),
        name: text('of the object'),
        change,
        fields: z
          .array(
            z.strictObject({
              field: text('its name'),
              before: z.unknown().describe('its value; absent: none').optional(),
              after: z.unknown().describe('its value; absent: none').optional(),
            }),
          )
          .describe('of a changed object: what differs'),
      }),
    )
    .describe('at most 1,000'),
  effects: z.strictObject({
    now: count('changes that the server works by already'),
    restart: z.array(z.string()).describe('options that wait for a restart'),
    kept: z.array(z.string()).describe('what is kept and has no effect yet'),
  }),
  moving: z
    .array(
      z.strictObject({
        queue: text('that goes to another partition'),
        from: count('partition'),
        to: count('partition'),
        interactions: count('that follow in the background'),
      }),
    )
    .describe('queues that move'),
});

export const history = z.union([
  z.strictObject({
    versions: z.array(
      z.strictObject({
        version: count('its number'),
        at: isoTime('when it was made'),
        who: text('made it'),
        comment: text('why'),
        added: count('objects'),
        changed: count('objects'),
        removed: count('objects'),
      }),
    ),
  }),
  z.strictObject({
    version: count('that was named'),
    changes: z
      .array(z.tuple([z.string(), z.string(), change]))
      .describe('kind, name, and what became of it'),
  }),
]);
