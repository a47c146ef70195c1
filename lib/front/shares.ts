/**
 * Fair shares of a partition between connections, for requests that are large or have large
 * answers: reads, pulls of a client whose pulls bring much, and long frames. A partition executes
 * in the order in which it gets requests; so who sends thousands of reads at once would have
 * everybody else wait for all of them, and what it then does not take, or never wanted because it
 * has gone, would lie in memory. Who sends long frames would take all the credit of a partition.
 *
 * So only so many bytes of such requests or their answers, as far as these can be known, are under
 * way in a partition at a time. The others stay with their connection, which is not read from
 * meanwhile: TCP makes its client wait. Connections that wait for the same partition take turns.
 * What waits of a connection that ends is gone with it. Nothing of this is told to partitions, and
 * other requests do not pass here.
 *
 * What a request will bring is learned from the answers of the connection before: a read counts as
 * much as the last ones had, and as a whole share before the first.
 */
import type { Clock } from '../clock.js';
import { limits } from '../limits.js';
import type { AnswerSizes } from '../net/answer-sizes.js';
import type { Connection } from '../net/connection.js';
import { frameLength, messageOf } from '../protocol/frame.js';
import { messageByName } from '../protocol/registry.js';
import type { PartitionLink } from './partition-link.js';
import { RequestKind } from './admission-control.js';

/** Longer frames count, for themselves; a pull counts that brings more than the less. */
const longFrameBytes = 32_768;
const largePullBytes = 4_096;
/** A read counts at least as much. */
const bytesMin = 1_024;
/** As what pulls and reads count before the first answer. */
const unknownPullBytes = 8_192;
/** A connection that leaves so much unread reads nothing more before half of it has been taken. */
const unreadBytes = 2 * limits.answerShareBytes;
/**
 * A pull that waits may keep its credit until something else is answered; so what is under way is
 * forgotten after a time without news, in which a partition does more than a share.
 */
const forgottenMs = 20;

/** Settled entries after which the list of them is cut. */
const settledMax = 1_024;

/** What is under way in one partition. */
class Share {
  readonly #most: number;
  /**
   * Mails sent to the partition up to each request, and what it counts; oldest first from `#head`.
   */
  readonly #sent: number[] = [];
  readonly #costs: number[] = [];
  #head = 0;
  #bytes = 0;
  /** Connections that wait, the one whose turn is next first. */
  readonly waiting = new Set<Connection>();

  /** `most`: bytes from which on others have to wait. */
  constructor(most: number) {
    this.#most = most;
  }

  get isEmpty(): boolean {
    return this.#sent.length === 0 && this.waiting.size === 0;
  }

  get isFull(): boolean {
    return this.#bytes >= this.#most;
  }

  add(sent: number, cost: number): void {
    this.#sent.push(sent);
    this.#costs.push(cost);
    this.#bytes += cost;
  }

  /** So many mails have been done with. @returns whether some of these were among them */
  settled(settled: number): boolean {
    const before = this.#head;
    while (this.#head < this.#sent.length && this.#sent[this.#head]! <= settled) {
      this.#bytes -= this.#costs[this.#head++]!;
    }
    const isProgress = this.#head > before;
    if (this.#head === this.#sent.length) this.forget();
    else if (this.#head > settledMax) {
      this.#sent.splice(0, this.#head);
      this.#costs.splice(0, this.#head);
      this.#head = 0;
    }
    return isProgress;
  }

  forget(): void {
    this.#sent.length = 0;
    this.#costs.length = 0;
    this.#head = 0;
    this.#bytes = 0;
  }
}

/** What a request counts, and by which kind of share; 0: it need not ask. */
export interface Cost {
  readonly bytes: number;
  readonly isLong: boolean;
}

export const nothing: Cost = { bytes: 0, isLong: false };

const propertiesNumber = messageByName('EventInteractionProperties').number;
const pulledNumber = messageByName('EventPulledInteractions').number;

/** Learns from an answer that a connection gets. */
export function noteAnswer(answers: AnswerSizes, bytes: Uint8Array, start: number): void {
  const message = messageOf(bytes, start);
  if (message === propertiesNumber) answers.noteRead(frameLength(bytes, start));
  else if (message === pulledNumber) answers.notePulled(frameLength(bytes, start));
}

/** What a request of so many bytes counts. */
export function costOf({ answers }: Connection, kind: RequestKind, length: number): Cost {
  if (length > longFrameBytes) return { bytes: length, isLong: true };
  if (kind === RequestKind.read) {
    const bytes = Math.max(bytesMin, answers.read ?? limits.answerShareBytes);
    return { bytes, isLong: false };
  }
  if (kind !== RequestKind.pull) return nothing;
  const bytes = answers.pulled ?? unknownPullBytes;
  return bytes >= largePullBytes ? { bytes, isLong: false } : nothing;
}

export class Shares {
  readonly #clock: Clock;
  /** By partition: of answers, of long frames. */
  readonly #answers: readonly Share[];
  readonly #frames: readonly Share[];
  readonly #all: readonly Share[];
  #isWatching = false;
  /** A share made progress since the last look. */
  #hasProgressed = false;

  constructor(clock: Clock, partitions: number) {
    this.#clock = clock;
    const sharesOf = (most: number): Share[] =>
      Array.from({ length: partitions }, () => new Share(most));
    this.#answers = sharesOf(limits.answerShareBytes);
    this.#frames = sharesOf(limits.longFrameShareBytes);
    this.#all = [...this.#answers, ...this.#frames];
  }

  /**
   * Whether a frame that has just come has to wait with its connection. Not to be asked for one
   * that has waited elsewhere: its connection cannot keep it.
   */
  parks(partition: number, connection: Connection, { isLong }: Cost): boolean {
    if (!isLong && connection.unreadBytes > unreadBytes) {
      connection.waitsForReader = true;
      return true;
    }
    const share = (isLong ? this.#frames : this.#answers)[partition]!;
    if (!share.isFull) return false;
    share.waiting.add(connection);
    this.#watch();
    return true;
  }

  /** A request was given to a partition: `sent` mails, with it. */
  sent(partition: number, sent: number, { bytes, isLong }: Cost): void {
    (isLong ? this.#frames : this.#answers)[partition]!.add(sent, bytes);
  }

  /** Partitions may have done with more; what they answered is with its connections. */
  settled(links: readonly PartitionLink[]): void {
    for (let index = 0; index < this.#all.length; index++) {
      const share = this.#all[index]!;
      if (share.isEmpty) continue;
      if (share.settled(links[index % links.length]!.settled)) this.#hasProgressed = true;
      if (share.waiting.size > 0) this.#next(share);
    }
  }

  /** A connection that left much unread has read. */
  hasRead(connection: Connection): void {
    if (!connection.waitsForReader || connection.unreadBytes > unreadBytes / 2) return;
    connection.waitsForReader = false;
    connection.goOn();
  }

  /** A connection has ended. */
  ended(connection: Connection): void {
    for (const share of this.#all) share.waiting.delete(connection);
  }

  /** Nothing waits any more: the server stops, and refuses what it reads. */
  endAll(connections: Iterable<Connection>): void {
    for (const share of this.#all) {
      share.forget();
      share.waiting.clear();
    }
    for (const connection of connections) connection.goOn();
  }

  #next(share: Share): void {
    for (const connection of share.waiting) {
      if (share.isFull) return;
      share.waiting.delete(connection);
      connection.goOn();
    }
  }

  #watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    this.#hasProgressed = false;
    this.#clock.setTimer(forgottenMs, () => {
      this.#isWatching = false;
      const waiting = this.#all.filter((share) => share.waiting.size > 0);
      if (waiting.length === 0) return;
      for (const share of waiting) {
        if (!this.#hasProgressed) share.forget();
        this.#next(share);
      }
      if (waiting.some((share) => share.waiting.size > 0)) this.#watch();
    });
  }
}
