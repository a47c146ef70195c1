/** What `ixion agent` prints with `--json`. */
import { z } from 'zod';
import { count, counts, isoTime, text, truth } from './fields.js';
import { bulkCounts, refusedOne } from './interaction.js';

const medium = z.strictObject({
  name: text('of the medium'),
  state: z.enum(['not-ready', 'ready', 'not-ready-after-current']).describe('as the agent says'),
  ready: truth('it is offered, as long as there is room'),
  current: count('in hand, offered, in wrap-up and outside'),
  greatest: count('that it could have without anything else'),
  free: count('that may be offered now'),
  reason: text('why it is not ready').optional(),
  inHand: count('that it works on'),
  offered: count('that it is invited to take'),
  inWrapUp: count('that are over for it, with something left to do'),
});

const wrapUp = z.strictObject({
  interactionId: text('of the interaction, which may be gone'),
  medium: text('its medium'),
  queue: text('where it was'),
  mode: z.enum(['until-done', 'at-most', 'exactly']).describe('how it ends'),
  needsCode: truth('it is not done without a disposition code'),
  since: isoTime('when it began'),
  until: isoTime('when it ends by itself').optional(),
  code: text('the disposition code that was given').optional(),
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
  wrapUps: z.array(wrapUp).describe('what it has still to do'),
  reservedBy: text('the router that has reserved it or its place').optional(),
  outside: counts('what it has outside of the server, by medium'),
  media: z.array(medium),
});

const allAgents = z.array(agent);

/** Of list; an object a line with --watch. */
export const agents = z.union([
  allAgents,
  z.strictObject({ at: isoTime('when they were so'), agents: allAgents }),
]);

/** Of ready, not-ready and logout. */
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
