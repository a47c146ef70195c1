/** An agent that a logical client speaks for: what it says, and what it is told. */
import type { IxionError } from '../errors.js';
import type { KeyValues } from '../interaction/attached-data.js';
import type { Attributes, Body } from '../protocol/index.js';
import { AgentCalls, type AgentParts } from './agent-calls.js';
import { reasonOf, statusOf } from './agent-records.js';
import { check } from './arguments.js';
import type { Request } from './call.js';
import { requestOf } from './caller.js';
import { InvitationFeed } from './invitations.js';
import { heldInteractions, interactionResult, textOf } from './results.js';
import { StatusQueues } from './status-queues.js';
import type * as Sdk from './types.js';

export class AgentSession extends AgentCalls implements Sdk.Agent {
  readonly #login: Body;
  readonly #readers = new StatusQueues<Sdk.AgentStatus>();
  readonly #taken = new StatusQueues<Sdk.TakenWork>(false);
  readonly #assigned = new StatusQueues<Sdk.AssignedWork>(false);
  readonly #parties = new StatusQueues<Sdk.PartyChange>(false);
  readonly #invitations: InvitationFeed;
  /** Called once it is over. */
  readonly #over: () => void;
  #isLoggedIn = false;
  #heldInteractions: readonly string[] = [];

  constructor(parts: AgentParts, login: Sdk.AgentLogin, over: () => void) {
    super(parts, login.agentId);
    const { agentId, placeId, tenantId, media = {} } = login;
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

  get heldInteractions(): readonly string[] {
    return this.#heldInteractions;
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

  assigned(): AsyncIterableIterator<Sdk.AssignedWork> {
    return this.#assigned.read();
  }

  parties(): AsyncIterableIterator<Sdk.PartyChange> {
    return this.#parties.read();
  }

  async login(options: Sdk.CallOptions | undefined): Promise<void> {
    await this.call('RequestAgentLogin', this.#login, options, (answer) => this.loggedIn(answer));
  }

  /** It is logged in, first or again. */
  loggedIn(answer: Attributes): void {
    this.#isLoggedIn = true;
    this.#heldInteractions = heldInteractions(answer);
  }

  /** The login to repeat when the client has registered again; undefined: there is none. */
  again(proxyClient: number): Request | undefined {
    if (!this.#isLoggedIn) return undefined;
    return requestOf(proxyClient, 'RequestAgentLogin', this.#login, 'agent', this.agentId);
  }

  async logout(options?: Sdk.CallOptions): Promise<void> {
    const wrong = check('RequestAgentLogout', options);
    if (wrong !== undefined) return wrong;
    await this.call('RequestAgentLogout', {}, options);
    this.ended();
  }

  /** Whether it is an event about this agent, which it has taken then. */
  event(name: string, attributes: Attributes): boolean {
    if (name === 'EventCurrentAgentStatus') this.#readers.push(statusOf(attributes));
    else if (name === 'EventForcedAgentStateChange') this.#forced(attributes);
    else if (name === 'EventInvite') this.#invitations.invited(attributes);
    else if (name === 'EventAssigned') this.#assign(attributes);
    // The reporting events of these names are of a subscription.
    else if (attributes['SubscriptionId'] !== undefined) return false;
    else if (name === 'EventRevoked') this.#revoked(attributes);
    else if (name === 'EventPartyAdded') this.#parties.push(partyChange('joined', attributes));
    else if (name === 'EventPartyRemoved') this.#parties.push(partyChange('left', attributes));
    else return false;
    return true;
  }

  /** The link is gone: the server offers this client nothing that it has offered before. */
  lost(): void {
    this.#invitations.revokeAll('ConnectionLost');
  }

  #assign(attributes: Attributes): void {
    const interaction = interactionResult(attributes);
    const { InteractionId: interactionId } = interaction;
    this.parts.accepted(interactionId);
    this.#assigned.push({
      interactionId,
      agentId: this.agentId,
      placeId: textOf(attributes, 'PlaceId'),
      interaction,
      by: textOf(attributes, 'ActorId'),
      reason: reasonOf(attributes),
      description: textOf(attributes, 'ReasonDescription'),
      extension: attributes['Extension'] as KeyValues | undefined,
    });
  }

  #revoked(attributes: Attributes): void {
    const { TicketId: ticket, Interaction: interaction } = attributes;
    const interactionId = textOf(attributes, 'InteractionId') ?? '';
    const description = textOf(attributes, 'ReasonDescription');
    const why = { reason: reasonOf(attributes), description };
    if (typeof ticket === 'number') return this.#invitations.revoked(interactionId, ticket, why);
    this.parts.gone(interactionId);
    const now = interaction === undefined ? undefined : interactionResult(attributes);
    this.#taken.push({ interactionId, agentId: this.agentId, interaction: now, ...why });
  }

  /** Nobody speaks for it any more; `reason`: whoever reads of it is told why. */
  ended(reason?: IxionError): void {
    this.#isLoggedIn = false;
    for (const queues of [this.#readers, this.#taken, this.#assigned, this.#parties]) {
      queues.end(reason);
    }
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
}

const partyChange = (
  change: Sdk.PartyChange['change'],
  attributes: Attributes,
): Sdk.PartyChange => ({
  change,
  interactionId: textOf(attributes, 'InteractionId') ?? '',
  partyType: attributes['PartyType'] as Sdk.PartyType | undefined,
  partyId: textOf(attributes, 'PartyId'),
  operation: attributes['Operation'] as number | undefined,
  visibilityMode: attributes['VisibilityMode'] as number | undefined,
  by: textOf(attributes, 'ActorId'),
  reason: reasonOf(attributes),
  description: textOf(attributes, 'ReasonDescription'),
});
