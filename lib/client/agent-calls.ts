/** The calls of an agent, made into requests of the client that speaks for it. */
import { messageByName, type Attributes, type Body, type RequestName } from '../protocol/index.js';
import * as kinds from './argument-kinds.js';
import { check, checkId } from './arguments.js';
import { deliverBody } from './bodies.js';
import type { CallPlan } from './caller.js';
import type { Detour } from './detours.js';
import type { AnswerParts } from './invitations.js';
import { VisibilityMode } from './records.js';
import { nothing, ticketOf } from './results.js';
import type * as Sdk from './types.js';

/** No invitation is open for longer. */
const longestMs = messageByName('RequestTransfer').attributes['DeliveringTimeoutMs']!.max;

/** What the calls of an agent take. */
export interface AgentParts extends AnswerParts {
  /** Counts offers of an interaction while they are unanswered. */
  offering(interactionId: string): Detour;
  /** This client has the interaction no more. */
  gone(interactionId: string): void;
  place(
    id: string,
    queue: string,
    changes: Sdk.DataChanges & Sdk.WantedHold,
    options: Sdk.CallOptions | undefined,
  ): Promise<void>;
  leave(id: string, options: Sdk.CallOptions | undefined): Promise<void>;
}

export class AgentCalls {
  readonly agentId: string;
  protected readonly parts: AgentParts;

  constructor(parts: AgentParts, agentId: string) {
    this.parts = parts;
    this.agentId = agentId;
  }

  ready(medium?: string, options?: Sdk.CallOptions): Promise<void> {
    return this.#ofMedium('RequestCancelNotReadyForMedia', { MediaTypeName: medium }, options);
  }

  notReady(medium?: string, options?: Sdk.NotReadyOptions): Promise<void> {
    const { afterCurrent, ...call } = options ?? {};
    const body = { MediaTypeName: medium, AfterCurrent: afterCurrent };
    return this.#ofMedium('RequestNotReadyForMedia', body, call);
  }

  addMedium(medium: string, isReady?: boolean, options?: Sdk.CallOptions): Promise<void> {
    const body = { MediaTypeName: medium, IsReady: isReady };
    return this.#ofMedium('RequestAddMedia', body, options);
  }

  removeMedium(medium: string, options?: Sdk.CallOptions): Promise<void> {
    return this.#ofMedium('RequestRemoveMedia', { MediaTypeName: medium }, options);
  }

  doNotDisturb(isOn: boolean, options?: Sdk.CallOptions): Promise<void> {
    const name = isOn ? 'RequestDoNotDisturbOn' : 'RequestDoNotDisturbOff';
    return this.#ofMedium(name, {}, options);
  }

  changeReason(options: Sdk.CallOptions, medium?: string): Promise<void> {
    if (medium === undefined) return this.#ofMedium('RequestChangeAgentStateReason', {}, options);
    return this.#ofMedium('RequestChangeMediaStateReason', { MediaTypeName: medium }, options);
  }

  endWrapUp(id: string, code?: string, options?: Sdk.CallOptions): Promise<void> {
    const name = 'RequestEndWrapUp';
    const wrong = checkId(name, id, options) ?? check(name, undefined, code, kinds.name, 'code');
    if (wrong !== undefined) return wrong;
    return this.call(name, { InteractionId: id, DispositionCode: code }, options);
  }

  giveDisposition(id: string, code: string, options?: Sdk.CallOptions): Promise<void> {
    const name = 'RequestEndWrapUp';
    const wrong = checkId(name, id, options) ?? check(name, undefined, code, kinds.id, 'code');
    if (wrong !== undefined) return wrong;
    return this.call(name, { InteractionId: id, DispositionCode: code, Done: false }, options);
  }

  transfer(id: string, to: Sdk.TransferTarget, options?: Sdk.CallOptions): Promise<void> {
    if (to?.queue !== undefined) return this.#toQueue(id, to, options);
    const name = 'RequestTransfer';
    const wrong =
      checkId(name, id, options) ?? check(name, undefined, to, kinds.transferTarget, 'to');
    if (wrong !== undefined) return wrong;
    const { hold: Hold, holdUntil: HoldUntil } = to;
    const body = { ...deliverBody(id, to, options), Hold, HoldUntil };
    return this.#invite(name, body, to, options, () => this.parts.gone(id));
  }

  conference(id: string, to: Sdk.ConferenceTarget, options?: Sdk.CallOptions): Promise<void> {
    const name = 'RequestConference';
    const wrong =
      checkId(name, id, options) ?? check(name, undefined, to, kinds.conferenceTarget, 'to');
    if (wrong !== undefined) return wrong;
    const body = { ...deliverBody(id, to, options), VisibilityMode: modeOf(to.mode) };
    return this.#invite(name, body, to, options, nothing);
  }

  intrude(
    id: string,
    terms: Sdk.IntrusionTerms,
    options?: Sdk.CallOptions,
  ): Promise<Sdk.Intrusion> {
    const name = 'RequestIntrude';
    const wrong =
      checkId(name, id, options) ?? check(name, undefined, terms, kinds.intrusion, 'terms');
    if (wrong !== undefined) return wrong;
    const body = {
      InteractionId: id,
      VisibilityMode: modeOf(terms.mode),
      MediaTypeName: terms.medium,
      ...whyOf(options),
    };
    return this.parts.caller.call(name, body, {
      route: 'agent',
      key: this.agentId,
      result: (answer) => ({ interactionId: id, ticketId: ticketOf(answer) }),
      options,
      ofLink: true,
      detour: this.parts.offering(id),
    });
  }

  leave(id: string, options?: Sdk.CallOptions): Promise<void> {
    const wrong = checkId('RequestLeaveInteraction', id, options);
    return wrong ?? this.parts.leave(id, options);
  }

  /** A request of the agent itself. */
  protected call(
    name: RequestName,
    body: Body,
    options: Sdk.CallOptions | undefined,
    result: (answer: Attributes) => void = nothing,
  ): Promise<void> {
    const plan = { route: 'agent', key: this.agentId, result, options } as const;
    return this.parts.caller.call(name, { ...body, ...whyOf(options) }, plan);
  }

  #toQueue(
    id: string,
    to: Sdk.TransferTarget & { readonly queue: string },
    options: Sdk.CallOptions | undefined,
  ): Promise<void> {
    const name = 'RequestPlaceInQueue';
    const wrong = checkId(name, id, options) ?? check(name, undefined, to, kinds.queueTarget, 'to');
    if (wrong !== undefined) return wrong;
    const { queue, ...changes } = to;
    return this.parts.place(id, queue, changes, options);
  }

  #ofMedium(name: RequestName, body: Body, options?: Sdk.CallOptions): Promise<void> {
    const wrong = check(name, options, body['MediaTypeName'], kinds.name, 'medium');
    return wrong ?? this.call(name, body, options);
  }

  /** Answered when the other agent has answered; nobody could tell a repetition from another. */
  #invite(
    name: RequestName,
    body: Body,
    { agentId = '', deliveringTimeoutMs: waitMs = longestMs }: Sdk.DeliveryTarget,
    options: Sdk.CallOptions | undefined,
    result: () => void,
  ): Promise<void> {
    const plan: CallPlan<void> = { route: 'agent', key: agentId, result, options, ofLink: true };
    return this.parts.caller.call(name, body, { ...plan, waitMs });
  }
}

const modeOf = (mode: Sdk.PartyMode | undefined): number | undefined =>
  mode && VisibilityMode[mode];

const whyOf = (options: Sdk.CallOptions | undefined): Body => ({
  Extension: options?.extension,
  ReasonSystemName: options?.reason?.systemName,
  ReasonDescription: options?.reason?.description,
});
