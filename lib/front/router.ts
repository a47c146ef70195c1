/** The way of a frame of a client to the partition that its route key names. */
import type { QueueEntry } from '../queue/entry.js';
import { homeOf } from '../interaction/identifier.js';
import { limits } from '../limits.js';
import type { Session, SessionTable } from '../net/session.js';
import { FrameFlag } from '../protocol/frame-layout.js';
import { routeKeyOf, type FrameHeader } from '../protocol/frame.js';
import { RouteKind } from '../protocol/message.js';
import { partitionRequests } from '../protocol/partition-requests.js';
import { messageByName } from '../protocol/registry.js';
import { requests } from '../protocol/requests.js';
import { IxionError } from '../errors.js';
import { BusyFrame } from './busy-frame.js';
import type { DeskLink } from './desk-link.js';
import type { Fences } from './fences.js';
import type { LatencyMeter } from './latency.js';
import type { PartitionLink } from './partition-link.js';
import { kindOfDoing, RequestKind, retryAfterMsMin } from './admission-control.js';
import { namesView, unknownName } from './reasons.js';
import type { Replies } from './replies.js';
import { costOf, nothing, type Shares } from './shares.js';

/** Per message number the route kinds that it may have, one bit each. */
export const routeBits = new Uint8Array(65_536);
for (const { number, routes } of requests) {
  for (const { kind } of routes) routeBits[number]! |= 1 << RouteKind[kind];
}
/** The bits of a request that the front itself answers. */
export const localBits = 1 << RouteKind.none;

/** Per message number what it means for a partition. */
const requestKinds = new Uint8Array(65_536).fill(RequestKind.other);
for (const { number, does } of partitionRequests) requestKinds[number] = kindOfDoing[does];
/** They are answered when an agent has decided: their time is not that of the server. */
const offers: ReadonlySet<number> = new Set([
  messageByName('RequestTransfer').number,
  messageByName('RequestConference').number,
]);
const deskBusy = new BusyFrame('the desk has all the work that it can do soon');
const partitionBusy = new BusyFrame('the partition has all the work that it can do soon');

export interface RouterOptions {
  readonly links: readonly PartitionLink[];
  readonly sessions: SessionTable;
  readonly fences: Fences;
  readonly replies: Replies;
  readonly latency: LatencyMeter;
  readonly shares: Shares;
  readonly desk: DeskLink;
}

export class Router {
  /** All queues, by name. */
  queues: ReadonlyMap<string, QueueEntry> = new Map();
  readonly #links: readonly PartitionLink[];
  readonly #sessions: SessionTable;
  readonly #fences: Fences;
  readonly #replies: Replies;
  readonly #latency: LatencyMeter;
  readonly #shares: Shares;
  readonly #desk: DeskLink;

  constructor({ links, sessions, fences, replies, latency, shares, desk }: RouterOptions) {
    this.#links = links;
    this.#sessions = sessions;
    this.#fences = fences;
    this.#replies = replies;
    this.#latency = latency;
    this.#shares = shares;
    this.#desk = desk;
  }

  /**
   * Replaces the queues. A request by one that has moved must not overtake one
   * that went the old way.
   */
  setQueues(queues: readonly QueueEntry[]): void {
    const known = this.queues;
    this.queues = new Map(queues.map((queue) => [queue.name, queue]));
    const hasMoved = ({ name, partition }: QueueEntry): boolean =>
      (known.get(name)?.partition ?? partition) !== partition;
    if (queues.some(hasMoved)) this.#fences.armAll();
  }

  /**
   * Sends a frame to its partition, or refuses it.
   * @param isNew it has just come: its connection can still keep it
   * @returns whether it has to wait with its connection
   */
  forward(
    session: Session,
    header: FrameHeader,
    buffer: Uint8Array,
    start: number,
    end: number,
    isNew: boolean,
  ): boolean {
    const { connection } = session;
    if (header.routeKind === RouteKind.agent) {
      if (this.#desk.forward(session, buffer, start, end)) {
        const { message, reference } = header;
        this.#sessions.begin(session);
        if (offers.has(message)) this.#sessions.offer(session, reference);
        else if (this.#latency.isOn) {
          this.#latency.read(session.number, reference, RequestKind.other);
        }
      } else this.#replies.busy(connection, header, deskBusy, retryAfterMsMin);
      return false;
    }
    const key = routeKeyOf(buffer, header);
    let partition: number;
    if (header.routeKind === RouteKind.id) partition = homeOf(key, this.#links.length);
    else {
      const queue = this.queues.get(key);
      if (queue !== undefined) {
        partition = queue.partition;
        // A repetition goes round by where its queue lived before: what follows must not
        // overtake it.
        const isAgain = (header.flags & FrameFlag.retry) !== 0;
        if (isAgain && queue.formerly !== undefined) this.#fences.arm(session, true);
      } else if (namesView(header)) {
        // Every partition knows where the views are.
        partition = homeOf(key, this.#links.length);
      } else {
        const reason = unknownName(key);
        this.#replies.error(connection, header, new IxionError(...reason));
        return false;
      }
    }
    const link = this.#links[partition]!;
    const kind = requestKinds[header.message]! as RequestKind;
    const cost = costOf(connection, kind, header.length);
    const hasCost = cost !== nothing;
    if (hasCost && isNew && this.#shares.parks(partition, connection, cost)) return true;
    if (link.forward(session.number, buffer, start, end, kind)) {
      this.#sessions.begin(session);
      if (hasCost) this.#shares.sent(partition, link.sent, cost);
      if (kind === RequestKind.pull) this.#notePull(session, header);
      if (this.#latency.isOn) this.#latency.read(session.number, header.reference, kind);
    } else this.#replies.busy(connection, header, partitionBusy, link.retryAfterMs);
    return false;
  }

  #notePull(session: Session, { reference, length }: FrameHeader): void {
    session.hasPulled = true;
    if (length > limits.requestOverheadBytes) this.#sessions.bufferPull(session, reference, length);
  }
}
