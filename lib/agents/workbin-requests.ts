/** The requests about workbins, given to who answers them (`lib/workbins`). */
import { WorkbinOwner } from '../interaction/state-sections.js';
import { Workbins, type WorkbinClient, type WorkbinsOptions } from '../workbins/workbins.js';
import type { Client } from './client.js';
import type { DeskRequests, Handler } from './handler.js';
import type { DeskParts } from './parts.js';

type Parts = Pick<DeskParts, 'desk' | 'frames' | 'scopes'>;

/** Whom a client speaks for, where that one works, and whom it supervises. */
function whoAsks({ desk, scopes }: Parts, client: Client): WorkbinClient {
  const { info, agentId } = client;
  const login = agentId === undefined ? undefined : desk.loggedIn(agentId)?.login;
  return {
    info,
    agent: login && { agentId: login.agentId, placeId: login.placeId },
    async supervises(kind, owner) {
      if (info.role !== 'supervisor' && info.role !== 'admin') return false;
      const scope = await scopes.of(client);
      if (scope?.agents === undefined) return true;
      if (kind === WorkbinOwner.agent) return scope.agents.has(owner);
      return kind === WorkbinOwner.agentGroup && scope.groups?.has(owner) === true;
    },
  };
}

/** Who answers them, for the clients of the desk. */
export function makeWorkbins(
  desk: Parts,
  { clock, feed, partitions }: Pick<WorkbinsOptions, 'clock' | 'feed' | 'partitions'>,
  clients: ReadonlyMap<number, Client>,
): Workbins {
  const client = (session: number): WorkbinClient | undefined => {
    const found = clients.get(session);
    return found && whoAsks(desk, found);
  };
  return new Workbins({ clock, feed, partitions, frames: desk.frames, client });
}

const content: Handler<'RequestGetWorkbinContent'> = (parts, client, body, asker) =>
  parts.workbins.content(whoAsks(parts, client), body, asker);

const notify: Handler<'RequestWorkbinNotifications'> = (parts, client, body, asker) =>
  parts.workbins.notify(whoAsks(parts, client), body, asker);

const cancel: Handler<'RequestCancelWorkbinNotifications'> = (parts, client, body, asker) =>
  parts.workbins.cancel(whoAsks(parts, client), body, asker);

const types: Handler<'RequestWorkbinTypesInfo'> = (parts, client, body, asker) =>
  parts.workbins.types(whoAsks(parts, client), body, asker);

const statistic: Handler<'RequestWorkbinStatistic'> = (parts, client, body, asker) =>
  parts.workbins.statistic(whoAsks(parts, client), body, asker);

const list: Handler<'RequestGetWorkbinsInfo'> = (parts, client, body, asker) =>
  parts.workbins.list(whoAsks(parts, client), body, asker);

export const workbinRequests = {
  RequestWorkbinTypesInfo: types,
  RequestWorkbinStatistic: statistic,
  RequestGetWorkbinsInfo: list,
  RequestGetWorkbinContent: content,
  RequestWorkbinNotifications: notify,
  RequestCancelWorkbinNotifications: cancel,
} as const satisfies Partial<DeskRequests>;
