/** What `ixion agent` prints with `--json`. */
import { z } from 'zod';
import { count, isoTime, text, truth } from './fields.js';
import { bulkCounts, refusedOne } from './interaction.js';

const medium = z.strictObject({
  name: text('of the medium'),
  state: z.enum(['not-ready', 'ready', 'not-ready-after-current']).describe('as the agent says'),
  ready: truth('it is offered, as long as there is room'),
  current: count('in hand, offered, in wrap-up and outside'),
  greatest: count('that it could have without anything else'),
  free: count('that may be offered now'),
  reason: text('why it is not ready').optional(),
});

export const agent = z.strictObject({
  agentId: text('who it is'),
  placeId: text('where it is logged in'),
  tenantId: count('its tenant'),
  clientName: text('who logged it in last'),
  loggedInAt: isoTime('since when'),
  doNotDisturb: truth('nothing is offered'),
  connections: count('clients that speak for it'),
  lostAt: isoTime('since when there are none').optional(),
  exceeded: count('that it was given above its capacity'),
  reason: text('its reason').optional(),
  media: z.array(medium),
});

export const agents = z.array(agent);

/** Of force. */
export const forced = z.strictObject({
  ...bulkCounts,
  all: z
    .array(
      z.strictObject({
        agentId: text('which agent'),
        media: z.record(z.string(), z.boolean()).describe('what it was ready for').optional(),
        refused: refusedOne.optional(),
      }),
    )
    .describe('in order'),
});
