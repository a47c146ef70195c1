/** A media server, a router, an agent and a reporting client, and what they ask. */
import type { Test } from 'tap';
import type { Server } from '../../lib/index.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { errorOf, eventually, type Received } from '../net/harness.js';
import { desktop, person, reporting, type Desktop, type Told } from './support.js';

let reference = 50_000;
let submitted = 0;

/** Asks for something of an interaction, or of a queue. */
export const ask = (
  { client, proxyClient }: Desktop,
  message: number,
  body: Record<string, unknown>,
  key = String(body['InteractionId'] ?? ''),
  kind: RouteKind = RouteKind.id,
): Promise<Received> => client.ask(message, (reference += 1), body, { kind, key, proxyClient });

/** The answer, or why it is an error. */
export function good(answer: Received): Received {
  if (errorOf(answer) === 0) return answer;
  throw new Error(JSON.stringify(answer.body));
}

/** Hands in an interaction, of medium voice unless it says otherwise. */
export async function submit(by: Desktop, more: Record<string, unknown> = {}): Promise<string> {
  const id = `case.${process.pid}.${(submitted += 1)}`;
  const usual = { Queue: 'in', MediaType: 'voice', InteractionType: 'Inbound' };
  const body = { InteractionId: id, ...usual, ...more };
  good(await ask(by, 101, body));
  return body.InteractionId;
}

export const pull = (by: Desktop, id: string): Promise<Received> =>
  ask(by, 108, { ViewId: '_system_', PullParameters: { [id]: '' } }, id);

/** Resolves once a question is answered as wanted. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** State of an interaction, and who has it. */
export async function stateOf(by: Desktop, id: string): Promise<readonly unknown[]> {
  const { body } = good(await ask(by, 188, { InteractionId: id }));
  const { InteractionState, AssignedTo } = body['Interaction'] as Record<string, unknown>;
  return [InteractionState, AssignedTo];
}

export class Cast {
  readonly mail: Desktop;
  readonly router: Desktop;
  readonly ann: Desktop;
  readonly agent: string;
  readonly place: string;
  readonly stat: Desktop;

  private constructor(clients: readonly Desktop[], who: ReturnType<typeof person>) {
    [this.mail, this.router, this.ann, this.stat] = clients as [Desktop, Desktop, Desktop, Desktop];
    this.agent = who.id;
    this.place = who.place;
  }

  /** The agent is logged in with these media. */
  static async open(t: Test, server: Server, MediaList: object): Promise<Cast> {
    const mail = await desktop(t, server, { ClientType: 'MediaServer', ClientName: 'mail' });
    const router = await desktop(t, server, { ClientType: 'RoutingEngine', ClientName: 'urs' });
    const ann = await desktop(t, server);
    const who = person();
    good(await ann.login(who.id, { MediaList }));
    await ann.until(1);
    return new Cast([mail, router, ann, await reporting(t, server)], who);
  }

  /** Hands in an online interaction and offers it to the agent. */
  async invite(more: object = {}): Promise<{ id: string; ticket: number }> {
    const id = await submit(this.mail, { IsOnline: true, ...more });
    const answer = good(await this.router.ask(107, { InteractionId: id, AgentId: this.agent }));
    await eventually(() => this.ann.client.received.some(isInvitation(id)));
    this.ann.told();
    this.router.told();
    return { id, ticket: (answer.body['Extension'] as { TicketId: number }).TicketId };
  }

  /** The same, and the agent accepts it. */
  async accepted(more: object = {}): Promise<string> {
    const { id, ticket } = await this.invite(more);
    good(await ask(this.ann, 128, { InteractionId: id, TicketId: ticket }));
    this.router.told();
    return id;
  }

  /** What the agent has of each medium now. */
  async current(): Promise<Record<string, number>> {
    const { body } = good(await this.mail.ask(1021, { AgentId: this.agent }));
    const [row] = body['Agents'] as { Media: { Name: string; Current: number }[] }[];
    return Object.fromEntries((row?.Media ?? []).map(({ Name, Current }) => [Name, Current]));
  }
}

const isInvitation =
  (id: string) =>
  ({ message, body }: Received): boolean =>
    message === 127 && body['InteractionId'] === id;

/** The next events about an interaction. */
export async function about(stat: Desktop, id: string, count: number): Promise<Told[]> {
  const found: Told[] = [];
  while (found.length < count) {
    found.push(...(await stat.until(1)).filter(([, body]) => body['InteractionId'] === id));
  }
  return found;
}
