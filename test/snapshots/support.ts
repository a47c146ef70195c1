/** Clients that take snapshots of a real server, over TCP. */
import type { Test } from 'tap';
import { errorTable, type ErrorName } from '../../lib/errors.js';
import type { Server } from '../../lib/index.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { errorOf, type Received } from '../net/harness.js';
import { desktop, type Desktop } from '../agents/support.js';

export const code = (name: ErrorName): number => errorTable[name].code;
/** A queue in each of two partitions. */
export const queues = [
  { name: 'here', partition: 0 },
  { name: 'there', partition: 1 },
] as const;
export const businessProcesses = [{ name: 'p', queues }];

let reference = 7_000;
let submitted = 0;

/** A client that is asked by identifier. */
export const ask = (
  { client, proxyClient }: Desktop,
  message: number,
  body: Readonly<Record<string, unknown>>,
  key = String(body['InteractionId']),
): Promise<Received> =>
  client.ask(message, (reference += 1), { ...body }, { kind: RouteKind.id, key, proxyClient });

/** Submits one, and resolves with its identifier. */
export async function submit(mail: Desktop, more: object = {}): Promise<string> {
  const id = `s.${process.pid}.${(submitted += 1)}`;
  const body = { InteractionId: id, Queue: 'here', MediaType: 'email', InteractionType: 'Inbound' };
  const answer = await ask(mail, 101, { ...body, ...more });
  if (errorOf(answer) !== 0) throw new Error(JSON.stringify(answer.body));
  return id;
}

export const pull = (by: Desktop, id: string): Promise<Received> =>
  ask(by, 108, { ViewId: '_system_', PullParameters: { [id]: '' } }, id);

export interface Taken {
  readonly SnapshotId: number;
  readonly NumberOfInteractions: number;
  readonly Total: number;
  readonly Truncated: boolean;
}

/** Takes a snapshot. */
export async function take(desk: Desktop, body: object = {}): Promise<Taken> {
  const answer = await desk.ask(118, body);
  if (answer.message !== 119) throw new Error(JSON.stringify(answer.body));
  return answer.body as unknown as Taken;
}

/** The identifiers in a page of a snapshot. */
export const idsIn = ({ body }: Received): string[] =>
  (body['Interactions'] as { InteractionId: string }[]).map(({ InteractionId }) => InteractionId);

/** All that a snapshot still has, read page by page. */
export async function read(desk: Desktop, SnapshotId: number, count = 50): Promise<string[]> {
  const ids: string[] = [];
  let next: unknown = 1;
  while (typeof next === 'number') {
    const body = { SnapshotId, StartFrom: next, NumberOfInteractions: count };
    const page = await desk.ask(120, body);
    if (page.message !== 121) throw new Error(JSON.stringify(page.body));
    ids.push(...idsIn(page));
    next = page.body['Next'];
  }
  return ids;
}

/** A media server and two agents' desktops. */
export async function cast(t: Test, server: Server) {
  const mail = await desktop(t, server, { ClientType: 'MediaServer', ClientName: 'media' });
  const [ann, bea] = [
    await desktop(t, server, { ClientName: 'ann' }),
    await desktop(t, server, { ClientName: 'bea' }),
  ];
  return { mail, ann, bea };
}

/** Resolves when it is so; it is asked again and again. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5));
}
