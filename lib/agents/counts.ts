/** What the desk says of itself in the status of the server. */
import type { LoginRows } from './login-rows.js';
import type { DeskParts } from './parts.js';

/** What is counted. */
type Counted = DeskParts & { readonly rows: LoginRows; readonly requests: number };

/** What only the desk knows. */
export interface OwnCounts {
  readonly clients: number;
  readonly requestsInTurn: number;
  readonly toldInTurn: number;
}

export function countsOf(agents: Counted, own: OwnCounts): object {
  const { desk, rows, invitations, logins } = agents;
  const { changes, writeSets, waiting, greatest } = rows;
  return {
    loggedIn: desk.size,
    lost: desk.lost,
    requests: agents.requests,
    ...own,
    logins: logins.loggedIn,
    logouts: logins.loggedOut,
    exceeded: desk.exceeded,
    media: agents.directory.mediaKept,
    invitations: { ...invitations.counts, open: invitations.size },
    takenBackAtOnce: invitations.takenBackAtOnce,
    stuckInteractions: invitations.stuck,
    wrapUps: agents.wrapUps.size,
    reserved: agents.reservations.size,
    snapshots: agents.snapshots.counts,
    topics: agents.topics.size,
    orphanedWorkbins: agents.workbins.orphaned,
    changes,
    changesAtOnce: greatest,
    writeSets,
    waiting,
  };
}
