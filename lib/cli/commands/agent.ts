/** `ixion agent`: who is logged in at a server. */
import { type AgentMedium, IxionError, type ListedAgent } from '../../client/index.js';
import { writeTime } from '../../text/index.js';
import { namesIn, printBulk } from '../bulk.js';
import type { HandlersOf } from '../command.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { withTimes } from '../present.js';
import { tableLines, toJson, toText } from '../print.js';
import { didYouMean } from '../suggest.js';
import type { agent as agentTable } from '../table/agent.js';
import { withClient } from '../with-client.js';

const head = ['Agent', 'Place', 'Tenant', 'State', 'LoggedIn', 'Clients', 'Media'];
const mediaHead = ['Medium', 'State', 'Current', 'Greatest', 'Free', 'Reason'];
const forcedHead = ['Agent', 'Media'];
const use = { clientType: 'ReportingEngine' } as const;

export const handlers: HandlersOf<typeof agentTable> = {
  async list({ flags }, context) {
    const { output } = context;
    await withClient(flags, use, context, async (client, signal) => {
      const agents = await client.listAgents(undefined, { signal });
      if (flags.json) return void (await output.line(toJson(agents.map(forJson))));
      for (const line of tableLines(head, agents.map(rowOf))) await output.line(line);
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
      const { agentId, placeId, loggedInAt } = agent;
      const since = writeTime(loggedInAt);
      await output.line(`${toText(agentId)} at ${toText(placeId)}, ${stateOf(agent)}, ${since}`);
      for (const line of tableLines(mediaHead, agent.media.map(mediumRow))) await output.line(line);
    });
    return exitCodes.ok;
  },

  async force({ arguments: { state, agents }, flags }, context) {
    const agentIds = await namesIn(agents ?? [], flags.agents, 'agents');
    const { medium, preview, json, reason, description } = flags;
    const forced = { clientType: 'AgentApplication' } as const;
    let exitCode: ExitCode = exitCodes.ok;
    await withClient(flags, forced, context, async (client, signal) => {
      const forcing = { agentIds, state, medium, preview };
      const options = { signal, reason: { systemName: reason, description } };
      const result = await client.forceAgents(forcing, options);
      exitCode = await printBulk(context, result, { json, preview }, forcedHead, (one) => [
        one.agentId,
        Object.entries(one.media ?? {})
          .map(([name, isReady]) => `${toText(name)} ${isReady ? 'ready' : 'not-ready'}`)
          .join(', '),
      ]);
    });
    return exitCode;
  },
};

const forJson = (agent: ListedAgent) => withTimes(agent, 'loggedInAt', 'lostAt');

/** What matters most. */
function stateOf({ lostAt, connections, doNotDisturb, reason }: ListedAgent): string {
  if (connections === 0) return lostAt === undefined ? 'lost' : `lost since ${writeTime(lostAt)}`;
  const state = doNotDisturb ? 'not to be disturbed' : 'here';
  return reason === undefined ? state : `${state} (${toText(reason)})`;
}

const rowOf = (agent: ListedAgent): (string | number)[] => [
  agent.agentId,
  agent.placeId,
  agent.tenantId,
  stateOf(agent),
  writeTime(agent.loggedInAt),
  agent.connections,
  agent.media.map(mediumText).join(', '),
];

function mediumText({ name, state, current, greatest, free, reason }: AgentMedium): string {
  const load = `${toText(name)} ${current}/${greatest}`;
  if (state === 'ready') return `${load} +${free}`;
  return reason === undefined ? `${load} ${state}` : `${load} ${state} (${toText(reason)})`;
}

const mediumRow = (medium: AgentMedium): (string | number)[] => [
  medium.name,
  medium.state,
  medium.current,
  medium.greatest,
  medium.free,
  medium.reason ?? '',
];

function notThere(name: string, others: readonly string[]): IxionError {
  const hint = didYouMean(name, others).trimStart();
  const remedy = [hint, 'See "ixion agent list".'].filter((text) => text !== '').join(' ');
  return new IxionError('AgentNotLoggedIn', `agent ${JSON.stringify(name)} is not logged in`, {
    remedy,
  });
}
