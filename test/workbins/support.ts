/** A server with workbins of every kind of owner, and what is done with them over TCP. */
import type { Test } from 'tap';
import type { Server, StartOptions } from '../../lib/index.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { as, byId, done, next, type Scene, type Worker } from '../agents/scene.js';
import { apply, desktop, person, startAgents, type Desktop } from '../agents/support.js';
import type { Received } from '../net/harness.js';

/** Two queues, one in each partition: workbins have a part in both. */
const queues = [
  { name: 'in', partition: 0 },
  { name: 'there', partition: 1 },
];

const types = `
workbinTypes:
  - {name: drafts, owner: agent, queue: in, displayName: Drafts}
  - {name: later, owner: agent, queue: in}
  - {name: team, owner: agentGroup, queue: in}
  - {name: desk, owner: place, queue: in}
  - {name: room, owner: placeGroup, queue: in}
  - {name: closed, owner: agent, queue: in, enabled: false}
`;

export async function startWorkbins(t: Test, options: StartOptions = {}, isNew = true) {
  const businessProcesses = [{ name: 'p', queues }];
  const server = await startAgents(t, { businessProcesses, ...options }, isNew);
  if (isNew) await apply(server, types);
  return server;
}

/** Makes a group of these, and of the members of other groups. */
export const group = (
  server: Server,
  kind: 'agent' | 'place',
  name: string,
  members: readonly string[],
  groups: readonly string[] = [],
): Promise<void> =>
  apply(server, `${kind}Groups:\n  - ${JSON.stringify({ name, [`${kind}s`]: members, groups })}\n`);

/** Places an interaction; without an owner in the workbin of who places it. */
export const place = (
  who: Desktop,
  InteractionId: string,
  WorkbinTypeId: string,
  more: object = {},
): Promise<Received> => byId(who, 106, { InteractionId, WorkbinTypeId, ...more });

/** Takes one known interaction. */
export const take = (who: Desktop, id: string): Promise<Received> =>
  who.client.ask(
    108,
    takeReference(),
    { ViewId: '_system_', PullParameters: { [id]: '' } },
    { kind: RouteKind.id, key: id, proxyClient: who.proxyClient },
  );

let references = 700_000_000;
const takeReference = (): number => (references += 1);

/** What is in a workbin, by a page. */
export const content = (
  who: Desktop,
  WorkbinTypeId: string,
  more: object = {},
): Promise<Received> => who.ask(113, { WorkbinTypeId, ...more });

/** The identifiers of an answer with interactions. */
export const idsOf = ({ body }: Received): unknown[] =>
  (body['Interactions'] as { InteractionId: string }[]).map(({ InteractionId }) => InteractionId);

/** An agent of a server that wants tokens. */
export async function securedAgent(t: Test, server: Server): Promise<Worker> {
  const desk = await desktop(t, server, as('agent'));
  const { id, place: at } = person();
  done(await desk.login(id, { MediaList: { voice: 1 } }));
  await next(desk, 'EventCurrentAgentStatus');
  return { desk, id, place: at };
}

/** Something that an agent has pulled from a queue; its events are read. */
export async function pulled(scene: Scene, { desk }: Worker, Queue = 'in'): Promise<string> {
  const id = await scene.submit({ Queue });
  done(await take(desk, id));
  await scene.about(id, 3);
  desk.told();
  return id;
}
