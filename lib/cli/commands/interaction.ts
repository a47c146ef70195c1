/** `ixion interaction`: one verb per request about an interaction. */
import type {
  CallOptions,
  Client,
  ClientType,
  DataChanges,
  Interaction,
  SupervisedInteraction,
  Supervision,
  SupervisionResult,
} from '../../client/index.js';
import { writeTime } from '../../text/index.js';
import { readAttachedData } from '../attached-data.js';
import { namesIn, printBulk } from '../bulk.js';
import { type Context, type HandlersOf, UsageError } from '../command.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import type { Output } from '../output.js';
import { nearestNames } from '../nearest-name.js';
import { forPeople, forPrograms } from '../present.js';
import { explainInteraction } from '../interaction-explain.js';
import { recordLines, toJson } from '../print.js';
import { findInteractions, listInteractions } from '../interaction-list.js';
import type { interaction } from '../table/interaction.js';
import { stateWords } from '../table/interaction-options.js';
import type { FlagsOf } from '../table/types.js';
import { type ServerFlags, withClient } from '../with-client.js';

type Verbs = typeof interaction.verbs;
type PullFlags = FlagsOf<Verbs['pull']>;
type DataFlags = Pick<FlagsOf<Verbs['change']>, 'data' | 'dataJson' | 'delete'>;
type PropertyFlags = Pick<
  FlagsOf<Verbs['change']>,
  'externalId' | 'parent' | 'priority' | 'objective' | 'online'
>;
type ReasonFlags = Pick<FlagsOf<Verbs['stop']>, 'reason' | 'description'>;
type SuperviseFlags = FlagsOf<Verbs['pull-back']>;
type Flags = ServerFlags & { readonly json: boolean };

export const handlers: HandlersOf<typeof interaction> = {
  submit({ flags }, context) {
    const { output } = context;
    const userData = readAttachedData(flags.data, flags.dataJson);
    return use('MediaServer', flags, context, async (client, signal) => {
      const result = await client.submit(
        {
          queue: flags.queue,
          mediaType: flags.media,
          interactionType: flags.type,
          interactionSubtype: flags.subtype,
          interactionId: flags.id,
          receivedAt: flags.receivedAt,
          hold: flags.hold || flags.until !== undefined,
          holdUntil: flags.until,
          userData,
          ...properties(flags),
        },
        reasonOf(flags, signal),
      );
      await output.line(flags.json ? toJson(result) : result.interactionId);
    });
  },

  show: ({ arguments: { id }, flags }, context) =>
    use('MediaServer', flags, context, async (client, signal) => {
      await printInteraction(await client.getProperties(id, { signal }), flags, context.output);
    }),

  async explain({ arguments: { id }, flags }, { output }) {
    await explainInteraction(id, flags, output);
    return exitCodes.ok;
  },

  list: ({ flags }, context) =>
    use('ReportingEngine', flags, context, (client, signal) =>
      listInteractions(client, flags, signal, context.output),
    ),

  find: ({ arguments: { condition }, flags }, context) =>
    use('ReportingEngine', flags, context, (client, signal) =>
      findInteractions(client, condition, flags, signal, context.output),
    ),

  change({ arguments: { id }, flags }, context) {
    const changes = { ...dataChanges(flags), ...properties(flags) };
    return act(flags, context, { done: 'change', interactionId: id }, (client, options) =>
      client.changeProperties(id, changes, options),
    );
  },

  place({ arguments: { id, queue }, flags }, context) {
    const { until } = flags;
    const hold = flags.hold || until !== undefined ? true : undefined;
    const changes = { ...dataChanges(flags), hold, holdUntil: until };
    const done = {
      done: 'place',
      interactionId: id,
      queue,
      ...(until !== undefined && { holdUntil: writeTime(until) }),
    };
    return act(flags, context, done, (client, options) =>
      client.placeInQueue(id, queue, changes, options),
    );
  },

  hold({ arguments: { id }, flags }, context) {
    const { until } = flags;
    const done = {
      done: 'hold',
      interactionId: id,
      ...(until !== undefined && { holdUntil: writeTime(until) }),
    };
    return act(flags, context, done, (client, options) => client.hold(id, { until }, options));
  },

  resume: ({ arguments: { id }, flags }, context) =>
    act(flags, context, { done: 'resume', interactionId: id }, (client, options) =>
      client.resume(id, options),
    ),

  stop: ({ arguments: { id }, flags }, context) =>
    act(flags, context, { done: 'stop', interactionId: id }, (client, options) =>
      client.stop(id, options),
    ),

  assign: ({ arguments: { ids }, flags }, context) => {
    const { agent: agentId, place: placeId } = flags;
    if (agentId === undefined && placeId === undefined) {
      throw new UsageError('assign needs --agent or --place.');
    }
    return superviseMany(ids, { act: 'assign', agentId, placeId }, flags, context);
  },

  'pull-back': ({ arguments: { ids }, flags }, context) =>
    superviseMany(ids, { act: 'pull-back' }, flags, context),

  requeue: ({ arguments: { ids }, flags }, context) =>
    superviseMany(ids, { act: 'requeue', queue: flags.queue }, flags, context),

  transfer: ({ arguments: { ids }, flags }, context) => {
    const { agent: agentId, place: placeId, queue } = flags;
    if (queue !== undefined) return superviseMany(ids, { act: 'requeue', queue }, flags, context);
    if (agentId === undefined && placeId === undefined) {
      throw new UsageError('transfer needs --agent, --place or --queue.');
    }
    return superviseMany(ids, { act: 'assign', agentId, placeId }, flags, context);
  },

  'stop-many': ({ arguments: { ids }, flags }, context) =>
    superviseMany(ids, { act: 'stop' }, flags, context),

  async restore({ arguments: { ids = [] }, flags }, context) {
    const { operation, preview } = flags;
    const isNamed = ids.length > 0 || flags.ids !== undefined;
    if (isNamed === (operation !== undefined)) {
      throw new UsageError('restore needs identifiers or --operation, and not both.');
    }
    const interactionIds = isNamed ? await namesIn(ids, flags.ids, 'ids') : undefined;
    return actOnMany(flags, context, (client, options) =>
      client.restore({ interactionIds, operation, preview }, options),
    );
  },

  async pull({ arguments: { queue }, flags }, context) {
    const { output } = context;
    if ((queue === undefined) === (flags.id === undefined)) {
      throw new UsageError('pull needs a queue or --id, and not both.');
    }
    return use('AgentApplication', flags, context, async (client, signal) => {
      const pulled = await pullWith(client, queue, flags, reasonOf(flags, signal));
      for (const one of pulled) await printInteraction(one, flags, output);
    });
  },
};

const supervisedHead = ['Interaction', 'Queue', 'State', 'Holder', 'Exceeds'];

/** An act on many, as a supervisor. */
async function superviseMany(
  named: readonly string[] | undefined,
  what: Omit<Supervision, 'interactionIds' | 'preview'>,
  flags: SuperviseFlags,
  context: Context,
): Promise<ExitCode> {
  const interactionIds = await namesIn(named ?? [], flags.ids, 'ids');
  const supervision = { ...what, interactionIds, preview: flags.preview };
  return actOnMany(flags, context, (client, options) => client.supervise(supervision, options));
}

/** Prints what was done. */
async function actOnMany(
  flags: SuperviseFlags,
  context: Context,
  request: (
    client: Client,
    options: CallOptions,
  ) => Promise<SupervisionResult<SupervisedInteraction>>,
): Promise<ExitCode> {
  const { preview, json } = flags;
  let exitCode: ExitCode = exitCodes.ok;
  await use('AgentApplication', flags, context, async (client, signal) => {
    const result = await request(client, reasonOf(flags, signal));
    const how = { json, preview, nearest: nearestNames(client) };
    exitCode = await printBulk(context, result, how, supervisedHead, (one) => [
      one.interactionId,
      one.queue ?? '',
      stateWords[one.state ?? 0] ?? '',
      one.assignedTo ?? '',
      one.exceeds ? 'the capacity' : '',
    ]);
  });
  return exitCode;
}

async function use(
  clientType: ClientType,
  flags: ServerFlags,
  context: Context,
  action: (client: Client, signal: AbortSignal) => Promise<void>,
): Promise<ExitCode> {
  await withClient(flags, { clientType }, context, action);
  return exitCodes.ok;
}

/** A request that changes one interaction: silent when it is done, unless JSON is wanted. */
function act(
  flags: Flags & ReasonFlags,
  context: Context,
  done: object,
  request: (client: Client, options: CallOptions) => Promise<void>,
): Promise<ExitCode> {
  return use('MediaServer', flags, context, async (client, signal) => {
    await request(client, reasonOf(flags, signal));
    if (flags.json) await context.output.line(toJson(done));
  });
}

async function pullWith(
  client: Client,
  queue: string | undefined,
  { id, count, wait: waitMs, ignoreHold }: PullFlags,
  options: CallOptions,
): Promise<readonly Interaction[]> {
  if (queue !== undefined) return client.pull({ queue, count, waitMs }, options);
  return [await client.pullById(id ?? '', { ignoreHold, waitMs }, options)];
}

async function printInteraction(one: Interaction, { json }: Flags, output: Output): Promise<void> {
  const lines = json ? [toJson(forPrograms(one))] : recordLines(forPeople(one));
  for (const line of lines) await output.line(line);
}

const properties = ({
  externalId,
  parent,
  priority,
  objective,
  online,
}: PropertyFlags): object => ({
  externalId,
  parentId: parent,
  priority,
  serviceObjective: objective,
  isOnline: online,
});

const dataChanges = (flags: DataFlags): DataChanges => ({
  added: readAttachedData(flags.data, flags.dataJson),
  deleted: flags.delete,
});

const reasonOf = ({ reason, description }: ReasonFlags, signal: AbortSignal): CallOptions => ({
  signal,
  ...((reason !== undefined || description !== undefined) && {
    reason: { systemName: reason, description },
  }),
});
