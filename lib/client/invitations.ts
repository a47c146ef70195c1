/**
 * What an agent is invited to take. Each invitation is handed to one reader, in the order in which
 * they came; one that is over before anybody has read it is handed to nobody.
 */
import { IxionError } from '../errors.js';
import type { KeyValues } from '../interaction/attached-data.js';
import type { Attributes, RequestName } from '../protocol/index.js';
import { numberIn } from './administration.js';
import * as kinds from './argument-kinds.js';
import { check } from './arguments.js';
import { interactionBody } from './bodies.js';
import type { Caller } from './caller.js';
import { ownError } from './rejection.js';
import { interactionResult, textOf } from './results.js';
import type * as Sdk from './types.js';

const reading = 'RequestAgentLogin';

/** What answering takes. */
export interface AnswerParts {
  readonly caller: Caller;
  nextKey(): Uint8Array;
  /** This client has the interaction from now on. */
  accepted(interactionId: string): void;
}

class OpenInvitation implements Sdk.Invitation {
  readonly interactionId: string;
  readonly ticketId: number;
  readonly agentId: string;
  readonly placeId: string | undefined;
  readonly interaction: Sdk.Interaction;
  readonly expiresAt: number;
  readonly operation: number | undefined;
  readonly visibilityMode: number | undefined;
  readonly by: string | undefined;
  readonly reason: string | undefined;
  readonly description: string | undefined;
  readonly extension: KeyValues | undefined;
  state: Sdk.Invitation['state'] = 'open';
  revoked: Sdk.Withdrawal | undefined;
  readonly #parts: AnswerParts;
  readonly #over: (invitation: OpenInvitation) => void;
  /** Made when somebody wants its signal. */
  #abort: AbortController | undefined;

  /**
   * @param over called when nothing more is to be told of it
   * @throws {IxionError} Internal, for an event without an interaction
   */
  constructor(
    parts: AnswerParts,
    attributes: Attributes,
    over: (invitation: OpenInvitation) => void,
  ) {
    this.#parts = parts;
    this.#over = over;
    this.interaction = interactionResult(attributes);
    this.interactionId = this.interaction.InteractionId;
    this.ticketId = numberIn(attributes, 'TicketId');
    this.agentId = textOf(attributes, 'AgentId') ?? '';
    this.placeId = textOf(attributes, 'PlaceId');
    this.expiresAt = numberIn(attributes, 'ExpiresAt');
    this.operation = attributes['Operation'] as number | undefined;
    this.visibilityMode = attributes['VisibilityMode'] as number | undefined;
    this.by = textOf(attributes, 'ActorId');
    this.reason = textOf(attributes, 'ReasonSystemName');
    this.description = textOf(attributes, 'ReasonDescription');
    this.extension = attributes['Extension'] as KeyValues | undefined;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.revoked !== undefined) this.#abort.abort(this.#whyRevoked());
    }
    return this.#abort.signal;
  }

  accept(options?: Sdk.CallOptions): Promise<void> {
    return this.#answer('RequestAccept', 'accepted', options);
  }

  reject(reason?: string, options?: Sdk.CallOptions): Promise<void> {
    const wrong = check('RequestReject', options, reason, kinds.name, 'reason');
    if (wrong !== undefined) return wrong;
    if (reason === undefined) return this.#answer('RequestReject', 'rejected', options);
    const given = { ...options?.reason, systemName: reason };
    return this.#answer('RequestReject', 'rejected', { ...options, reason: given });
  }

  /** It is not open any more, by somebody else's doing. */
  revoke(why: Sdk.Withdrawal): void {
    if (this.state !== 'open') return;
    this.state = 'revoked';
    this.revoked = why;
    this.#abort?.abort(this.#whyRevoked());
  }

  async #answer(
    name: RequestName,
    state: 'accepted' | 'rejected',
    options: Sdk.CallOptions | undefined,
  ): Promise<void> {
    const wrong = check(name, options);
    if (wrong !== undefined) return wrong;
    const { interactionId: key, ticketId: TicketId } = this;
    if (this.state !== 'open') throw ownError(this.#whyRevoked(), name);
    const body = interactionBody(key, this.#parts.nextKey(), { TicketId }, options);
    await this.#parts.caller.call(name, body, {
      route: 'id',
      key,
      options,
      result: () => {
        if (this.state === 'open') this.state = state;
        if (state === 'accepted') this.#parts.accepted(key);
        this.#over(this);
      },
    });
  }

  #whyRevoked(): IxionError {
    const { revoked } = this;
    const why =
      revoked === undefined ? `was ${this.state}` : `is over: ${revoked.reason ?? 'revoked'}`;
    return new IxionError('WrongTicket', `ticket ${this.ticketId} of ${this.interactionId} ${why}`);
  }
}

/** Who waits for the next invitation. */
interface Waiting {
  readonly reader: object;
  resolve(result: IteratorResult<Sdk.Invitation>): void;
  reject(error: IxionError): void;
}

const done: IteratorResult<Sdk.Invitation> = { value: undefined, done: true };

export class InvitationFeed {
  readonly #parts: AnswerParts;
  /** Not answered, by ticket and interaction. */
  readonly #open = new Map<string, OpenInvitation>();
  /** Those that nobody has read. */
  readonly #unread = new Set<OpenInvitation>();
  /** Those that want one; while there are any, nothing is unread. */
  #waiting: Waiting[] = [];
  /** Readers that have not left, and are to be told why the feed has ended. */
  readonly #readers = new Set<object>();
  #isOver = false;
  #error: IxionError | undefined;

  constructor(parts: AnswerParts) {
    this.#parts = parts;
  }

  /** EventInvite came. */
  invited(attributes: Attributes): void {
    if (this.#isOver) return;
    const over = (answered: OpenInvitation): void => this.#forget(answered);
    const invitation = new OpenInvitation(this.#parts, attributes, over);
    this.#open.set(keyOf(invitation), invitation);
    const next = this.#waiting.shift();
    if (next === undefined) this.#unread.add(invitation);
    else next.resolve({ value: invitation, done: false });
  }

  /** EventRevoked came, of an invitation. */
  revoked(interactionId: string, ticketId: number, why: Sdk.Withdrawal): void {
    const invitation = this.#open.get(keyOf({ interactionId, ticketId }));
    if (invitation === undefined) return;
    this.#forget(invitation);
    invitation.revoke(why);
  }

  /** All that are open are over for this client. */
  revokeAll(reason: string): void {
    const open = [...this.#open.values()];
    this.#open.clear();
    this.#unread.clear();
    for (const invitation of open) invitation.revoke({ reason, description: undefined });
  }

  /** No more come; `error`: each reader is told once. */
  end(error: IxionError | undefined, reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#error = error;
    this.revokeAll(reason);
    for (const { reader, resolve, reject } of this.#waiting.splice(0)) {
      this.#last(reader).then(resolve, reject);
    }
  }

  read(): AsyncIterableIterator<Sdk.Invitation> {
    const reader: AsyncIterableIterator<Sdk.Invitation> = {
      next: () => this.#next(reader),
      return: () => this.#leave(reader),
      [Symbol.asyncIterator]: () => reader,
    };
    if (!this.#isOver) this.#readers.add(reader);
    return reader;
  }

  #next(reader: object): Promise<IteratorResult<Sdk.Invitation>> {
    if (this.#isOver || !this.#readers.has(reader)) return this.#last(reader);
    for (const invitation of this.#unread) {
      this.#unread.delete(invitation);
      return Promise.resolve({ value: invitation, done: false });
    }
    return new Promise((resolve, reject) => this.#waiting.push({ reader, resolve, reject }));
  }

  /** The end, for a reader: the error once, if there is one. */
  #last(reader: object): Promise<IteratorResult<Sdk.Invitation>> {
    const isNews = this.#readers.delete(reader);
    if (!isNews || this.#error === undefined) return Promise.resolve(done);
    return Promise.reject(ownError(this.#error, reading));
  }

  /** What it has not read is for others. */
  #leave(reader: object): Promise<IteratorResult<Sdk.Invitation>> {
    this.#readers.delete(reader);
    const own = this.#waiting.filter((waiting) => waiting.reader === reader);
    this.#waiting = this.#waiting.filter((waiting) => waiting.reader !== reader);
    for (const { resolve } of own) resolve(done);
    return Promise.resolve(done);
  }

  #forget(invitation: OpenInvitation): void {
    this.#open.delete(keyOf(invitation));
    this.#unread.delete(invitation);
  }
}

const keyOf = ({
  interactionId,
  ticketId,
}: Pick<Sdk.Invitation, 'interactionId' | 'ticketId'>): string => `${ticketId} ${interactionId}`;
