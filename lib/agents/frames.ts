/** What the desk says to clients, as frames. */
import type { ActorRef } from '../actor/index.js';
import { openLane, type CounterBlock, type CounterLane } from '../counters/index.js';
import {
  MediumState,
  placeStateOf,
  type Agent,
  type Desk,
  type LoginRecord,
  type WrapUpRecord,
  type MediumVector,
} from '../desk/index.js';
import type { IxionError } from '../errors.js';
import type { DeskClient } from '../mail/desk.js';
import type { FrontMessage } from '../mail/partition.js';
import { clientTag } from '../mail/sessions.js';
import { FrameWriter } from '../protocol/frame-writer.js';
import { RouteKind } from '../protocol/message.js';
import { messageByName, type AnswerName, type EventName } from '../protocol/registry.js';
import { writeAck, writeError, type Asker } from '../protocol/replies.js';
import { mediaList } from './events.js';

type Body = Readonly<Record<string, unknown>>;

export class Frames {
  readonly #front: ActorRef<FrontMessage>;
  readonly #lane: CounterLane;
  readonly #writer = new FrameWriter();

  /** @param counters errors are counted there, as those of the front, which is in this thread */
  constructor(front: ActorRef<FrontMessage>, counters: CounterBlock) {
    this.#front = front;
    this.#lane = openLane(counters, 0);
  }

  ack(session: number, asker: Asker, extension?: Body): void {
    writeAck(this.#writer, asker, extension);
    this.#answer(session);
  }

  error(session: number, asker: Asker, error: IxionError): void {
    if (this.#lane.enabled('errors')) this.#lane.add('errors', error.code);
    writeError(this.#writer, asker, error);
    this.#answer(session);
  }

  /** @throws {IxionError} FrameTooLarge when the body does not fit into a frame */
  answer(session: number, { reference, proxyClient }: Asker, name: AnswerName, body: Body): void {
    const { number } = messageByName(name);
    this.#writer.write(number, 0, reference, proxyClient, RouteKind.none, '', body);
    this.#answer(session);
  }

  /** Says something that answers nothing. */
  tell({ session, proxyClient }: DeskClient, name: EventName, body: Body): void {
    const { number } = messageByName(name);
    this.#writer.write(number, 0, 0, proxyClient, RouteKind.none, '', body);
    this.#front.tellBytes(clientTag(session), this.#writer.take());
  }

  /** The same to a client that the desk may never have heard of. */
  tellSession(session: number, name: EventName, body: Body): void {
    const { number } = messageByName(name);
    this.#writer.write(number, 0, 0, 0, RouteKind.none, '', body);
    const frame = Uint8Array.from(this.#writer.take());
    this.#front.tell({ type: 'tell-client', session, frame });
  }

  /**
   * A client speaks for an agent from now on, or for none: partitions know before anything that it
   * asks for once it was answered.
   */
  speaksFor(session: number, login: Pick<LoginRecord, 'agentId' | 'placeId'> | undefined): void {
    const type = 'session-agent';
    if (login === undefined) return void this.#front.tell({ type, session });
    const { agentId: id, placeId: place } = login;
    this.#front.tell({ type, session, agent: { id, place } });
  }

  /** Lets the front end a client. */
  end(session: number): void {
    this.#front.tell({ type: 'end-client', session, error: 'AgentForcedOut' });
  }

  #answer(session: number): void {
    this.#front.tellBytes(session, this.#writer.take());
  }
}

/** The body of EventCurrentAgentStatus. */
export function statusBody(desk: Desk, agent: Agent): Body {
  const login = agent.login!;
  const vector = desk.vector(agent);
  const free = vector.map(({ medium, free: count }) => [medium, count] as const);
  return {
    AgentId: login.agentId,
    PlaceId: login.placeId,
    DoNotDisturb: login.doNotDisturb,
    MediaStateList: mediaList(login),
    MediaCapacityList: Object.fromEntries(free),
    Media: mediaRows(login, vector),
    WrapUps: login.wrapUps?.map(wrapUpRow),
    ReasonSystemName: login.reason?.name,
    ReasonDescription: login.reason?.description,
  };
}

/** A wrap-up in a body. */
export const wrapUpRow = (one: WrapUpRecord): Body => ({
  InteractionId: one.interactionId,
  MediaTypeName: one.medium,
  Queue: one.queue,
  Mode: one.mode,
  NeedsCode: one.needsCode,
  Since: one.sinceMs,
  ...(one.untilMs !== undefined && { Until: one.untilMs }),
  ...(one.code !== undefined && { DispositionCode: one.code }),
});

/** What an agent can take, medium by medium. */
const mediaRows = (login: LoginRecord, vector: readonly MediumVector[]): Body[] =>
  vector.map((one, at) => ({
    Name: one.medium,
    State: one.state,
    Ready: one.ready,
    Current: one.current,
    Greatest: one.greatest,
    Free: one.free,
    ReasonSystemName: reasonOf(login, at),
  }));

const reasonOf = ({ media }: LoginRecord, at: number): string | undefined => {
  const { state, reason } = media[at]!;
  return state === MediumState.ready ? undefined : reason?.name;
};

/** An agent in a list; `reservedBy`: the router that has reserved it. */
export function agentRow(desk: Desk, agent: Agent, reservedBy: string | undefined): Body {
  const state = placeStateOf(desk, agent, agent.login!);
  return {
    AgentId: state.agentId,
    PlaceId: state.placeId,
    TenantId: state.tenantId,
    ClientName: state.clientName,
    LoggedInAt: state.loggedInMs,
    DoNotDisturb: state.doNotDisturb,
    Connections: state.connections,
    LostAt: state.lostMs,
    Exceeded: state.exceeded,
    ReasonSystemName: state.reason?.name,
    WrapUps: state.wrapUps?.map(wrapUpRow),
    ReservedBy: reservedBy,
    Outside: state.outside,
    Media: state.media.map((one) => ({
      Name: one.medium,
      State: one.state,
      Ready: one.ready,
      Current: one.current,
      Greatest: one.greatest,
      Free: one.free,
      ReasonSystemName: one.reason?.name,
      InHand: one.inHand,
      Offered: one.offered,
      InWrapUp: one.inWrapUp,
    })),
  };
}

/** The most bytes that a value of a body may take, packed. */
export function bytesMaxOf(value: unknown): number {
  if (typeof value === 'string') return 5 + Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 9;
  let bytes = 5;
  for (const [name, one] of Object.entries(value)) bytes += 5 + name.length + bytesMaxOf(one);
  return bytes;
}
