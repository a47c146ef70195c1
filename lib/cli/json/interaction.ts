/** What the commands about interactions and queues print with `--json`. */
import { z } from 'zod';
import { type TimeName, timeNames } from '../../interaction/times.js';
import { count, counts, isoTime, number, text, truth } from './fields.js';

/** Attached data, and other maps of a client's own. */
export const free = (about: string): z.ZodType => z.record(z.string(), z.unknown()).describe(about);

const timeFields = Object.fromEntries(
  timeNames.map((name) => [name, isoTime('see the properties in PROTOCOL.md').optional()]),
) as Record<TimeName, z.ZodOptional<z.ZodType>>;

export const state = {
  InteractionState: count('0 queued, 1 cached, 2 with a router, 3 handled by an agent'),
  InteractionStateName: z.enum(['queued', 'cached', 'routed', 'handled']).describe('its word'),
};

const bit = (about: string): z.ZodType => z.union([z.literal(0), z.literal(1)]).describe(about);

/** An interaction: its properties by their names on the wire, those that are set. */
export const interaction = z.strictObject({
  InteractionId: text('its identifier'),
  InteractionVersion: count('counts its changes from 1'),
  ...state,
  Queue: text('where it waits, or waited last'),
  TenantId: count('tenant'),
  Priority: number('greater goes first'),
  IsOnline: bit('the customer is there'),
  IsHeld: bit('no pull takes it'),
  IsLocked: bit('locked by a snapshot'),
  AssignedTo: text('who has it; in the workbin of an agent, that agent').optional(),
  Workbin: text('type of the workbin that it is in or was taken from').optional(),
  WorkbinAgentId: text('whose it is, if an agent owns it').optional(),
  WorkbinAgentGroupId: text('the same of an agent group').optional(),
  WorkbinPlaceId: text('the same of a place').optional(),
  WorkbinPlaceGroupId: text('the same of a group of places').optional(),
  MediaType: text('medium').optional(),
  InteractionType: text('Inbound, Outbound or Internal').optional(),
  InteractionSubtype: text('kind within the type').optional(),
  ExternalId: text('identifier in the outer system').optional(),
  ParentId: text('parent interaction').optional(),
  ServiceObjective: number('seconds').optional(),
  SubmittedBy: text('who handed it in').optional(),
  InQueues: free('queues suggested for it, by name').optional(),
  OutQueues: free('queues proposed for a child').optional(),
  SubmitSeq: count('greater than that of whatever its partition took before'),
  PlaceInQueueSeq: count('the same of its placing in its queue').optional(),
  ...timeFields,
  UserData: free(
    'attached data: integers beyond 53 bits as text, binaries as {"base64": ...}, dates as times',
  ).optional(),
});

/** Of list. */
export const listed = z.strictObject({
  interactions: z.array(interaction.omit({ UserData: true })).describe('that were found'),
  seen: count('that were looked at, those of other tenants among them'),
  next: text('for --after; absent: everything was looked at').optional(),
});

export const submitted = z.strictObject({
  interactionId: text('its identifier'),
  duplicate: truth('this client had submitted it before; nothing was done'),
});

/** Of change, place, hold, resume and stop. */
export const done = z.strictObject({
  done: z.enum(['change', 'place', 'hold', 'resume', 'stop']).describe('what was done, on disk'),
  interactionId: text('to which interaction'),
  queue: text('of place: where it waits now').optional(),
  holdUntil: isoTime('of hold --until and place --until').optional(),
});

/** Why something was not done to one of many. */
export const refusedOne = z
  .strictObject({
    name: text('of the table of errors'),
    code: count('of the table of errors'),
    message: text('what is in the way'),
  })
  .describe('why it was not done; absent: it was');

/** How an act on many ended. */
export const bulkCounts = {
  operation: count('the number of the act; absent of a preview').optional(),
  done: count('how many it was done to, or would be'),
  refused: count('how many not'),
};

/** Of assign, pull-back, requeue, transfer, stop-many and restore. */
export const supervised = z.strictObject({
  ...bulkCounts,
  all: z
    .array(
      z.strictObject({
        interactionId: text('which interaction'),
        queue: text('where it was before').optional(),
        state: count('its state before').optional(),
        assignedTo: text('who had it before').optional(),
        exceeds: truth('of assign: it is above the capacity of the agent'),
        refused: refusedOne.optional(),
      }),
    )
    .describe('in order'),
});

const totals = {
  queue: text('its name'),
  partition: count('where it lives'),
  submitted: count('ever submitted into it'),
  entered: count('ever placed in it from elsewhere'),
  left: count('ever placed elsewhere from it'),
  waiting: count('with nobody, those on hold included'),
  processing: count('with a router or an agent'),
  stopped: counts('ever ended in it, by reason'),
  abandoned: count('whose customer left before an agent had it'),
};

const allTotals = z.array(z.strictObject(totals));

/** Of list; an object a line with --watch. */
export const queues = z.union([
  allTotals,
  z.strictObject({ at: isoTime('when they were so'), queues: allTotals }),
]);
export const resetReasons = z.strictObject({
  queue: text('its name'),
  isReset: z.literal(true).describe('its reasons count as "other" from now on'),
});
