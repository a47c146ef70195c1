/** An agent that a logical client speaks for: what it says, and what it is told. */
import type { IxionError } from '../errors.js';
import type { Attributes, Body, RequestName } from '../protocol/index.js';
import * as kinds from './argument-kinds.js';
import { check } from './arguments.js';
import type { Request } from './call.js';
import { numberIn } from './administration.js';
import { requestOf } from './caller.js';
import { InvitationFeed, type AnswerParts } from './invitations.js';
import { interactionResult, nonsense, textOf } from './results.js';
import { StatusQueues } from './status-queues.js';
import type * as Sdk from './types.js';

export class AgentSession implements Sdk.Agent {
  readonly agentId: string;
  readonly #parts: AnswerParts;
  readonly #login: Body;
  readonly #readers = new StatusQueues<Sdk.AgentStatus>();
  readonly #taken = new StatusQueues<Sdk.TakenWork>(false);
  readonly #invitations: InvitationFeed;
  /** Called once it is over. */
  readonly #over: () => void;
  #isLoggedIn = false;

  constructor(parts: AnswerParts, login: Sdk.AgentLogin, over: () => void) {
    const { agentId, placeId, tenantId, media = {} } = login;
    this.agentId = agentId;
    this.#parts = parts;
    this.#invitations = new InvitationFeed(parts);
    this.#over = over;
    const list = Object.entries(media).map(([name, isReady]) => [name, isReady ? 1 : 0] as const);
    this.#login = {
      AgentId: agentId,
      PlaceId: placeId,
      TenantId: tenantId,
      MediaList: Object.fromEntries(list),
    };
  }

  get isLoggedIn(): boolean {
    return this.#isLoggedIn;
  }

  get current(): Sdk.AgentStatus | undefined {
    return this.#readers.last;
  }

  status(): AsyncIterableIterator<Sdk.AgentStatus> {
    return this.#readers.read();
  }

  invitations(): AsyncIterableIterator<Sdk.Invitation> {
    return this.#invitations.read();
  }

  taken(): AsyncIterableIterator<Sdk.TakenWork> {
    return this.#taken.read();
  }

  async login(options: Sdk.CallOptions | undefined): Promise<void> {
    await this.#call('RequestAgentLogin', this.#login, options);
    this.#isLoggedIn = true;
  }

  /** The login to repeat when the client has registered again; undefined: there is none. */
  again(proxyClient: number): Request | undefined {
    if (!this.#isLoggedIn) return undefined;
    return requestOf(proxyClient, 'RequestAgentLogin', this.#login, 'agent', this.agentId);
  }

  ready(medium?: string, options?: Sdk.CallOptions): Promise<void> {
    return this.#call('RequestCancelNotReadyForMedia', { MediaTypeName: medium }, options);
  }

  notReady(medium?: string, options?: Sdk.NotReadyOptions): Promise<void> {
    const { afterCurrent, ...call } = options ?? {};
    const body = { MediaTypeName: medium, AfterCurrent: afterCurrent };
    return this.#call('RequestNotReadyForMedia', body, call);
  }

  addMedium(medium: string, isReady?: boolean, options?: Sdk.CallOptions): Promise<void> {
    const body = { MediaTypeName: medium, IsReady: isReady };
    return this.#call('RequestAddMedia', body, options);
  }

  removeMedium(medium: string, options?: Sdk.CallOptions): Promise<void> {
    return this.#call('RequestRemoveMedia', { MediaTypeName: medium }, options);
  }

  doNotDisturb(isOn: boolean, options?: Sdk.CallOptions): Promise<void> {
    const name = isOn ? 'RequestDoNotDisturbOn' : 'RequestDoNotDisturbOff';
    return this.#call(name, {}, options);
  }

  changeReason(options: Sdk.CallOptions, medium?: string): Promise<void> {
    if (medium === undefined) return this.#call('RequestChangeAgentStateReason', {}, options);
    return this.#call('RequestChangeMediaStateReason', { MediaTypeName: medium }, options);
  }

  async logout(options?: Sdk.CallOptions): Promise<void> {
    await this.#call('RequestAgentLogout', {}, options);
    this.ended();
  }

  /** Whether it is an event about this agent, which it has taken then. */
  event(name: string, attributes: Attributes): boolean {
    if (name === 'EventCurrentAgentStatus') this.#readers.push(statusOf(attributes));
    else if (name === 'EventForcedAgentStateChange') this.#forced(attributes);
    else if (name === 'EventInvite') this.#invitations.invited(attributes);
    // The reporting event of this name is of a subscription.
    else if (name === 'EventRevoked' && attributes['SubscriptionId'] === undefined) {
      this.#revoked(attributes);
    } else return false;
    return true;
  }

  /** The link is gone: the server offers this client nothing that it has offered before. */
  lost(): void {
    this.#invitations.revokeAll('ConnectionLost');
  }

  #revoked(attributes: Attributes): void {
    const { TicketId: ticket, Interaction: interaction } = attributes;
    const interactionId = textOf(attributes, 'InteractionId') ?? '';
    const description = textOf(attributes, 'ReasonDescription');
    const why = { reason: reasonOf(attributes), description };
    if (typeof ticket === 'number') return this.#invitations.revoked(interactionId, ticket, why);
    const now = interaction === undefined ? undefined : interactionResult(attributes);
    this.#taken.push({ interactionId, agentId: this.agentId, interaction: now, ...why });
  }

  /** Nobody speaks for it any more; `reason`: whoever reads of it is told why. */
  ended(reason?: IxionError): void {
    this.#isLoggedIn = false;
    this.#readers.end(reason);
    this.#taken.end(reason);
    this.#invitations.end(reason, reason?.errorName ?? 'AgentLoggedOut');
    this.#over();
  }

  #forced(attributes: Attributes): void {
    const { current } = this;
    const state = textOf(attributes, 'AgentState') ?? '';
    if (current !== undefined) {
      const forced = {
        state,
        medium: textOf(attributes, 'MediaTypeName'),
        by: textOf(attributes, 'ActorId'),
        reason: reasonOf(attributes),
      };
      this.#readers.push({ ...current, forced });
    }
    if (state === 'logged-out') this.ended();
  }

  #call(name: RequestName, body: Body, options?: Sdk.CallOptions): Promise<void> {
    const wrong = check(name, options, body['MediaTypeName'], kinds.name, 'medium');
    if (wrong !== undefined) return wrong;
    const why = {
      Extension: options?.extension,
      ReasonSystemName: options?.reason?.systemName,
      ReasonDescription: options?.reason?.description,
    };
    return this.#parts.caller.call(
      name,
      { ...body, ...why },
      { route: 'agent', key: this.agentId, result: () => undefined, options },
    );
  }
}

const reasonOf = (values: Attributes): string | undefined => textOf(values, 'ReasonSystemName');

/** @throws {IxionError} Internal, as all below */
function statusOf(attributes: Attributes): Sdk.AgentStatus {
  return {
    placeId: textOf(attributes, 'PlaceId') ?? '',
    doNotDisturb: isTrue(attributes['DoNotDisturb']),
    reason: reasonOf(attributes),
    media: mediaOf(attributes),
  };
}

/** The media of an agent in a status or in a list. */
export function mediaOf({ Media: media }: Attributes): Sdk.AgentMedium[] {
  if (!Array.isArray(media)) throw nonsense('Media');
  return media.map((row: Attributes) => ({
    name: textOf(row, 'Name') ?? '',
    state: (textOf(row, 'State') ?? 'not-ready') as Sdk.AgentMedium['state'],
    ready: isTrue(row['Ready']),
    current: numberIn(row, 'Current'),
    greatest: numberIn(row, 'Greatest'),
    free: numberIn(row, 'Free'),
    reason: reasonOf(row),
  }));
}

const isTrue = (value: unknown): boolean => value === true || value === 1;

/** A page of EventAgentList. */
export function agentPage(answer: Attributes): {
  readonly agents: readonly Sdk.ListedAgent[];
  readonly next: string | undefined;
} {
  const { Agents: rows } = answer;
  if (!Array.isArray(rows)) throw nonsense('Agents');
  const agents = rows.map((row: Attributes) => ({
    agentId: textOf(row, 'AgentId') ?? '',
    placeId: textOf(row, 'PlaceId') ?? '',
    tenantId: numberIn(row, 'TenantId'),
    clientName: textOf(row, 'ClientName') ?? '',
    loggedInAt: numberIn(row, 'LoggedInAt'),
    doNotDisturb: isTrue(row['DoNotDisturb']),
    connections: numberIn(row, 'Connections'),
    lostAt: typeof row['LostAt'] === 'number' ? row['LostAt'] : undefined,
    exceeded: numberIn(row, 'Exceeded'),
    reason: reasonOf(row),
    media: mediaOf(row),
  }));
  return { agents, next: textOf(answer, 'Next') };
}
