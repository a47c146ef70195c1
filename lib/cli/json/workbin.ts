/** What `ixion workbin` prints with `--json`. */
import { z } from 'zod';
import { count, isoTime, text, truth } from './fields.js';
import { interaction } from './interaction.js';

export const workbins = z.array(
  z.strictObject({
    type: text('its type'),
    agentId: text('the agent that owns it').optional(),
    groupId: text('the agent group that owns it').optional(),
    placeId: text('the place that owns it').optional(),
    placeGroupId: text('the group of places that owns it').optional(),
    interactions: count('that are in it'),
    oldestAt: isoTime('when the first of them came there').optional(),
    isOrphan: truth('its owner is no longer among the objects'),
  }),
);

export const workbinContent = z.array(interaction);
