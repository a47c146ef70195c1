/** `ixion agent`: who is logged in at a server, and what a supervisor makes of that. */
import {
  type AgentForcing,
  IxionError,
  type ListedAgent,
  type ListedMedium,
  type WrapUp,
} from '../../client/index.js';
import { writeTime } from '../../text/index.js';
import { namesIn, printBulk } from '../bulk.js';
import type { Context, HandlersOf } from '../command.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { nearestNames } from '../nearest-name.js';
import { withTimes } from '../present.js';
import { tableLines, toJson, toText } from '../print.js';
import { didYouMean } from '../suggest.js';
import type { agent as agentTable } from '../table/agent.js';
import type { FlagsOf } from '../table/types.js';
import { watch } from '../watch.js';
import { withClient } from '../with-client.js';

const head =
  'Agent Place Tenant State LoggedIn Clients InHand Offers WrapUps Outside Reserved Media'.split(
    ' ',
  );
const mediaHead = 'Medium State InHand Offered WrapUp Outside Current Greatest Free Reason'.split(
  ' ',
);
const wrapUpHead = ['WrapUp', 'Medium', 'Queue', 'Mode', 'Since', 'Until', 'Code'];
const forcedHead = ['Agent', 'Media'];
const use = { clientType: 'ReportingEngine' } as const;

export const handlers: HandlersOf<typeof agentTable> = {
  async list({ flags }, context) {
    const { output } = context;
    const { json } = flags;
    const how = { ...use, reconnect: flags.watch, endless: flags.watch } as const;
    await withClient(flags, how, context, async (client, interrupted) => {
      const look = (signal: AbortSignal): Promise<ListedAgent[]> =>
        client.listAgents(undefined, { signal });
      const forPeople = (agents: readonly ListedAgent[]): string[] =>
        tableLines(head, agents.map(rowOf));
      if (flags.watch) {
        const linesOf = (agents: readonly ListedAgent[], at: string): string[] =>
          json ? [toJson({ at, agents: agents.map(forJson) })] : forPeople(agents);
        const watching = { client, flags, interrupted, output };
        return watch(watching, { look, keyOf: toJson, linesOf });
      }
      const agents = await look(interrupted);
      const lines = json ? [toJson(agents.map(forJson))] : forPeople(agents);
      for (const line of lines) await output.line(line);
    });
    return exitCodes.ok;
  },

  async status({ flags, arguments: { agent: name } }, context) {
    const { output } = context;
    await withClient(flags, use, context, async (client, signal) => {
      const [agent] = await client.listAgents(name, { signal });
      if (agent === undefined) {
        const others = await client.listAgents(undefined, { signal });
        throw notThere(
          name,
          others.map(({ agentId }) => agentId),
        );
      }
      if (flags.json) return void (await output.line(toJson(forJson(agent))));
      for (const line of statusLines(agent)) await output.line(line);
    });
    return exitCodes.ok;
  },

  ready: (input, context) => force('ready', input, context),

  'not-ready': (input, context) => {
    const state = input.flags.afterCurrent ? 'not-ready-after-current' : 'not-ready';
    return force(state, input, context);
  },

  logout: (input, context) => force('logged-out', input, context),
};

/** What is said of agents whose state is forced. */
interface ForcingInput {
  readonly arguments: { readonly agents: readonly string[] | undefined };
  readonly flags: FlagsOf<typeof agentTable.verbs.logout> & {
    readonly medium?: string | undefined;
  };
}

async function force(
  state: AgentForcing['state'],
  { arguments: { agents }, flags }: ForcingInput,
  context: Context,
): Promise<ExitCode> {
  const agentIds = await namesIn(agents ?? [], flags.agents, 'agents');
  const { medium, preview, json, reason, description } = flags;
  const forced = { clientType: 'AgentApplication' } as const;
  let exitCode: ExitCode = exitCodes.ok;
  await withClient(flags, forced, context, async (client, signal) => {
    const forcing = { agentIds, state, medium, preview };
    const options = { signal, reason: { systemName: reason, description } };
    const result = await client.forceAgents(forcing, options);
    const how = { json, preview, nearest: nearestNames(client) };
    exitCode = await printBulk(context, result, how, forcedHead, (one) => [
      one.agentId,
      Object.entries(one.media ?? {})
        .map(([name, isReady]) => `${toText(name)} ${isReady ? 'ready' : 'not-ready'}`)
        .join(', '),
    ]);
  });
  return exitCode;
}

const forJson = (agent: ListedAgent) => ({
  ...withTimes(agent, 'loggedInAt', 'lostAt'),
  wrapUps: agent.wrapUps.map((one) => withTimes(one, 'since', 'until')),
});

function statusLines(agent: ListedAgent): string[] {
  const { agentId, placeId, loggedInAt, reservedBy, media, outside, wrapUps, exceeded } = agent;
  const since = writeTime(loggedInAt);
  const other = Object.keys(outside).filter((name) => !media.some((one) => one.name === name));
  return [
    `${toText(agentId)} at ${toText(placeId)}, ${stateOf(agent)}, ${since}`,
    ...(reservedBy === undefined ? [] : [`reserved by ${toText(reservedBy)}`]),
    ...(exceeded === 0 ? [] : [`given ${exceeded} above its capacity`]),
    ...tableLines(mediaHead, [
      ...media.map((medium) => mediumRow(medium, outside)),
      ...other.map((name) => [name, '', 0, 0, 0, outside[name]!, outside[name]!, 0, 0, '']),
    ]),
    ...(wrapUps.length === 0 ? [] : tableLines(wrapUpHead, wrapUps.map(wrapUpRow))),
  ];
}

/** What matters most. */
function stateOf({ lostAt, connections, doNotDisturb, reason }: ListedAgent): string {
  if (connections === 0) return lostAt === undefined ? 'lost' : `lost since ${writeTime(lostAt)}`;
  const state = doNotDisturb ? 'not to be disturbed' : 'here';
  return reason === undefined ? state : `${state} (${toText(reason)})`;
}

const sumOf = (media: readonly ListedMedium[], part: 'inHand' | 'offered'): number =>
  media.reduce((sum, medium) => sum + medium[part], 0);

const rowOf = (agent: ListedAgent): (string | number)[] => [
  agent.agentId,
  agent.placeId,
  agent.tenantId,
  stateOf(agent),
  writeTime(agent.loggedInAt),
  agent.connections,
  sumOf(agent.media, 'inHand'),
  sumOf(agent.media, 'offered'),
  agent.wrapUps.length,
  Object.entries(agent.outside)
    .map(([name, count]) => `${toText(name)} ${count}`)
    .join(', '),
  agent.reservedBy ?? '',
  agent.media.map(mediumText).join(', '),
];

function mediumText({ name, state, current, greatest, free, reason }: ListedMedium): string {
  const load = `${toText(name)} ${current}/${greatest}`;
  if (state === 'ready') return `${load} +${free}`;
  return reason === undefined ? `${load} ${state}` : `${load} ${state} (${toText(reason)})`;
}

const mediumRow = (medium: ListedMedium, outside: ListedAgent['outside']): (string | number)[] => [
  medium.name,
  medium.state,
  medium.inHand,
  medium.offered,
  medium.inWrapUp,
  outside[medium.name] ?? 0,
  medium.current,
  medium.greatest,
  medium.free,
  medium.reason ?? '',
];

const wrapUpRow = (one: WrapUp): string[] => [
  one.interactionId,
  one.medium,
  one.queue,
  one.mode,
  writeTime(one.since),
  one.until === undefined ? '' : writeTime(one.until),
  one.code ?? (one.needsCode ? 'needed' : ''),
];

function notThere(name: string, others: readonly string[]): IxionError {
  const hint = didYouMean(name, others).trimStart();
  const remedy = [hint, 'See "ixion agent list".'].filter((text) => text !== '').join(' ');
  return new IxionError('AgentNotLoggedIn', `agent ${JSON.stringify(name)} is not logged in`, {
    remedy,
  });
}
