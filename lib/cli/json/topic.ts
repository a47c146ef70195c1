/** What `ixion topic` prints with `--json`. */
import { z } from 'zod';
import { count, isoTime, text } from './fields.js';
import { free } from './interaction.js';

/** Of listen, on a line each. */
export const message = z.strictObject({
  at: isoTime('when it came here'),
  topic: text('its topic'),
  by: text('the name of the client that published it'),
  message: free('what it tells'),
});

export const published = z.strictObject({
  topic: text('the topic'),
  receivers: count('clients that were told'),
});
