/** What `ixion store`, `export` and `import` print with `--json`. */
import { z } from 'zod';
import { count, isoTime, text, timeline, truth } from './fields.js';

const data = text('absolute path of the store');
const storeId = text('32 hexadecimal digits');

export const made = z.strictObject({
  data,
  storeId,
  partitions: count('of the store'),
  created: truth('false: it was there before'),
});

export const verified = z.strictObject({
  data,
  storeId,
  timeline,
  partitions: z.array(
    z.strictObject({
      partition: count('its number'),
      interactions: count('that live in it'),
      tables: z.array(
        z.strictObject({
          table: text('its name'),
          entries: count('rows'),
          bytes: count('of keys and values'),
        }),
      ),
      faults: z.array(z.string()).describe('what is wrong, a sentence each'),
    }),
  ),
  between: z.array(z.string()).describe('what partitions disagree on'),
  faults: count('all together; 0: the store is sound'),
});

export const backup = z.strictObject({
  state: z.enum(['running', 'done', 'failed']).describe('done'),
  directory: text('absolute path of the backup'),
  startedAt: isoTime('when it began'),
  bytes: count('copied'),
  totalBytes: count('to be copied'),
  heldMs: z.number().describe('milliseconds for which requests waited'),
  failure: text('why there is none').optional(),
});

export const restored = z.strictObject({
  data,
  storeId,
  timeline,
  partitions: count('of the store'),
  bytes: count('copied'),
  takenAt: isoTime('the moment that it is of'),
});

export const stats = z.strictObject({
  partitions: z.array(
    z.strictObject({
      partition: count('its number'),
      pageBytes: count('of a page'),
      pages: count('in use up to now, free ones included'),
      freePages: count('used again before the file grows'),
      freeBytes: count('of these'),
      fileBytes: count('length of the file'),
      tables: z.array(
        z.strictObject({
          table: text('its name'),
          rows: count('in it'),
          pages: count('of it'),
          bytes: count('of these'),
          depth: count('levels of its tree'),
        }),
      ),
    }),
  ),
});

export const compacted = z.strictObject({
  partitions: z.array(
    z.strictObject({
      partition: count('its number'),
      bytesBefore: count('of the file before'),
      bytesAfter: count('of the file now'),
    }),
  ),
});

export const exported = z.strictObject({
  file: text('as it was named'),
  interactions: count('in it'),
});

export const imported = z.strictObject({
  file: text('as it was named'),
  imported: count('interactions that are new'),
  duplicates: count('that were there already'),
  faults: count('records that are wrong'),
});
