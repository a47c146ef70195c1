/**
 * The agents that are logged in, for clients that begin to read events: as they are at one point of
 * the stream of partition 0, which has all events about agents, so that what is told and the events
 * behind that point are the state at any time.
 *
 * The point is one at which no change of a login is on its way: the next ones wait until the
 * partition has said where it is. What is kept then are the records of the logins, which nobody
 * changes in place; they are told page by page, as fast as they are read.
 */
import { mediumStateNames, SlotUse, type LoginRecord } from '../desk/index.js';
import { IxionError } from '../errors.js';
import type { DeskMessage, PlaceStatesPage } from '../mail/desk.js';
import { anyReader } from '../mail/events.js';
import { FrameWriter } from '../protocol/frame-writer.js';
import { RouteKind } from '../protocol/message.js';
import { messageByName } from '../protocol/registry.js';
import { wrapUpRow } from './frames.js';
import type { LoginRows } from './login-rows.js';
import type { DeskParts } from './parts.js';
import { seesAgent } from './scope.js';

/** What is asked of it. */
export type PlacesMessage = Extract<DeskMessage, { type: `place-states${string}` }>;

export const isOfPlaces = (message: DeskMessage): message is PlacesMessage =>
  message.type.startsWith('place-states');

type Parts = Pick<DeskParts, 'desk' | 'partitions' | 'rounds' | 'scopes'>;
type Asked = Extract<DeskMessage, { type: 'place-states' }>;

/** Where answers go. */
interface Answering {
  answer(value: unknown): void;
  fail(error: IxionError): void;
}

/** What is kept for a subscription. */
interface Listing {
  isOver: boolean;
  sequence: number;
  /** Undefined: the point is not known yet. */
  logins: readonly LoginRecord[] | undefined;
  /** Those before it have been told. */
  at: number;
}

const deadlineMs = 10_000;
/** About the bytes of a page. */
const pageBytes = 32_768;
const stateNumber = messageByName('EventPlaceAgentState').number;
const useNames = {
  [SlotUse.offered]: 'offered',
  [SlotUse.inHand]: 'inHand',
  [SlotUse.wrapUp]: 'wrapUp',
} as const;

export class PlaceStates {
  readonly #parts: Parts;
  readonly #rows: LoginRows;
  readonly #writer = new FrameWriter();
  /** By the number of the subscription. */
  readonly #listings = new Map<number, Listing>();

  constructor(parts: Parts, rows: LoginRows) {
    this.#parts = parts;
    this.#rows = rows;
  }

  receive(message: PlacesMessage, asked: Answering): void {
    if (message.type === 'place-states-end') return this.end(message.reader);
    const isFirst = message.type === 'place-states';
    const work: Promise<unknown> = isFirst ? this.begin(message) : this.page(message.reader);
    void work.then(
      (value) => asked.answer(value),
      (error: unknown) => {
        if (!(error instanceof IxionError)) throw error;
        asked.fail(error);
      },
    );
  }

  /** Subscriptions that have not been told all. */
  get size(): number {
    return this.#listings.size;
  }

  /**
   * Subscribes, and keeps who is logged in at that point.
   * @returns the sequence before the first event to come
   * @throws {IxionError} (as a rejection) what partition 0 says, Unavailable
   */
  async begin({ client, subscribe, tenants }: Asked): Promise<number> {
    const { desk, scopes, partitions } = this.#parts;
    const first = partitions[0]!;
    const { reader, target } = subscribe;
    const listing: Listing = { isOver: false, sequence: 0, logins: undefined, at: 0 };
    this.#listings.set(reader, listing);
    try {
      const scope = await scopes.of({ info: client });
      await this.#rows.between(async () => {
        if (listing.isOver) throw new IxionError('Unavailable', 'it is not wanted any more');
        listing.sequence = await first.ask<number>(subscribe, { deadlineMs });
        listing.logins = desk.all().flatMap(({ login }) => {
          const isSeen = login !== undefined && tenants.includes(login.tenantId);
          return isSeen && seesAgent(scope, login.agentId) ? [login] : [];
        });
      });
    } catch (error) {
      this.end(reader);
      throw error;
    }
    // It was ended before the partition knew of it.
    if (listing.isOver) first.tell({ type: 'unsubscribe', target, reader });
    return listing.sequence;
  }

  /**
   * The next page.
   * @throws {IxionError} (as a rejection) Unavailable
   */
  async page(reader: number): Promise<PlaceStatesPage> {
    await this.#parts.rounds.own();
    const listing = this.#listings.get(reader);
    const logins = listing?.logins;
    if (listing === undefined || logins === undefined) {
      throw new IxionError('Unavailable', 'who is logged in was not kept: subscribe again');
    }
    const frames: Uint8Array[] = [];
    let bytes = 0;
    while (listing.at < logins.length && bytes < pageBytes) {
      const frame = this.#frame(logins[listing.at++]!, listing.sequence);
      frames.push(frame);
      bytes += frame.length;
    }
    const isLast = listing.at >= logins.length;
    if (isLast) this.end(reader);
    return { frames: Uint8Array.from(Buffer.concat(frames)), isLast };
  }

  /** Nobody wants more of them. */
  end(reader: number): void {
    const listing = this.#listings.get(reader);
    if (listing !== undefined) listing.isOver = true;
    this.#listings.delete(reader);
  }

  #frame(login: LoginRecord, sequence: number): Uint8Array {
    const agent = this.#parts.desk.get(login.agentId);
    const load = agent?.load.inUse(SlotUse.outside) ?? {};
    const place = { Partition: 0, Sequence: sequence };
    const body = {
      SubscriptionId: anyReader,
      ...stateOf(login),
      Interactions: [...(agent?.slots ?? [])].flatMap(({ interactionId, medium, use }) => {
        if (use === SlotUse.outside) return [];
        const Use = useNames[use];
        return [{ InteractionId: interactionId, MediaTypeName: medium.name, Use }];
      }),
      Outside: Object.keys(load).length === 0 ? undefined : load,
      ...place,
    };
    this.#writer.write(stateNumber, 0, 0, 0, RouteKind.none, '', body);
    return Uint8Array.from(this.#writer.take());
  }
}

/** What of it is in the record of its login. */
const stateOf = (login: LoginRecord): Readonly<Record<string, unknown>> => ({
  AgentId: login.agentId,
  PlaceId: login.placeId,
  TenantId: login.tenantId,
  ClientName: login.clientName,
  LoggedInAt: login.loggedInMs,
  LostAt: login.lostMs,
  DoNotDisturb: login.doNotDisturb,
  ReasonSystemName: login.reason?.name,
  ReasonDescription: login.reason?.description,
  Media: login.media.map(({ name, state, sinceMs, reason }) => ({
    Name: name,
    State: mediumStateNames[state],
    Since: sinceMs,
    ...(reason?.name !== undefined && { ReasonSystemName: reason.name }),
    ...(reason?.description !== undefined && { ReasonDescription: reason.description }),
  })),
  WrapUps: login.wrapUps?.map(wrapUpRow),
});
