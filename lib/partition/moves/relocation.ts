/**
 * The interactions of a queue that has moved to another partition follow it, in the background.
 *
 * What is still to do is noted nowhere: it is what the list of queues and the totals of this
 * partition say together. So a kill at any moment, a second move or the way back need nothing of
 * their own. Of a queue that lived here, this partition is in one of these states:
 *
 *   home     the list says that it lives here
 *   leaving  it lives elsewhere, and some of it wait here, on hold or not
 *   in work  it lives elsewhere; of it there are here only interactions that clients have
 *   left     nothing of it is here
 *
 *   home    -> leaving          another list of queues counts here
 *   leaving -> in work or left  steps, each some hand-offs in the write set of the turn under way
 *   in work -> leaving          one came back to its queue: it lost its client
 *   in work -> left             the last one was stopped, or placed: then it went by itself
 *   left    -> leaving          one arrived that was under way while the list changed
 *   any     -> home             another list; what has gone comes back by the same rule there
 *
 * A step takes the first of the queue, so that they arrive in order; when none is left to be
 * pulled, those on hold are looked for among all rows, some at a time. Live work goes on between
 * steps: they are small and apart in time; one that takes long, because rows have to be read from
 * the disk, ends early and is followed by a longer rest; none is taken while many hand-offs are
 * under way, which is so when commits are slow.
 *
 * An offer carries the version of the list that it goes by. A partition that has an older one sends
 * nothing on until it has that list too; else two would send the same interaction to each other.
 */
import type { QueueEntry } from '../../queue/entry.js';
import { stateNow } from '../../interaction/body.js';
import { transitions } from '../../interaction/lifecycle.js';
import { InteractionState } from '../../interaction/state-record.js';
import { sendAway, type DepartureCore } from './departure.js';
import { readBody, readRecord } from '../ledger/interactions.js';
import type { LastChore, May } from '../chore.js';
import { turnBytes, type Turn } from '../turn.js';
import { Table } from '../../store/contract.js';

/** Interactions of one step, and the time from one step to the next: at most 4,000 per second. */
const stepSize = 32;
const stepMs = 8;
/** A step ends after this time, and the rest after it is so many times as long as it was. */
const stepTimeMs = 4;
const restPerWork = 4;
/** Hand-offs under way above which no step is taken. */
const inTransitMax = 128;
/** Bytes after which a step ends; and those of a turn that is too heavy for one. */
const stepBytes = 262_144;
const heavyTurnBytes = turnBytes / 2;
/** Rows looked at in one step when those on hold are looked for. */
const rowsPerStep = 32;
/** Until the first step: a start has more urgent things to do. */
const beginMs = 250;
/** Until what clients have is looked at again; and what cannot be written now. */
const idleMs = 1_000;

/** A queue that lives elsewhere and of which there are interactions here. */
export interface LeavingQueue {
  readonly queue: string;
  /** Where it lives. */
  readonly to: number;
  /** Those that will follow. */
  readonly waiting: number;
  /** Those that follow when their clients give them back. */
  readonly processing: number;
}

export class Relocation implements LastChore {
  readonly #core: DepartureCore;
  /** Queues that lived here and live elsewhere. */
  #queues: readonly QueueEntry[] = [];
  #dueMs = Number.POSITIVE_INFINITY;
  /** The newest list that another partition sent something by. */
  #newestSeen = 0;
  /** Where the look for those on hold goes on. */
  #scanFrom = '';

  constructor(core: DepartureCore) {
    this.#core = core;
    this.queuesChanged();
  }

  get dueMs(): number {
    return this.#dueMs;
  }

  /** Another list of queues counts. */
  queuesChanged(): void {
    const { queues, partition, time } = this.#core;
    this.#queues = queues.movedFrom(partition);
    this.#scanFrom = '';
    this.#dueMs = this.#queues.length === 0 ? Number.POSITIVE_INFINITY : time.nowMs() + beginMs;
  }

  /** Something came from another partition; `by`: the list that it was sent by, if any. */
  arrived(by: number | undefined): void {
    if (by !== undefined && by > this.#newestSeen) this.#newestSeen = by;
    if (this.#queues.length > 0) this.#dueMs = Math.min(this.#dueMs, this.#core.time.nowMs());
  }

  /** A step is due, and this turn has no room for it. */
  wantsOtherTurn(turn: Turn): boolean {
    return turn.nowMs >= this.#dueMs && turn.weigh() > heavyTurnBytes;
  }

  /** Takes a step if it is time for one. */
  work(turn: Turn, may: May): void {
    if (turn.nowMs < this.#dueMs) return;
    const { time } = this.#core;
    const beganMs = time.nowMs();
    if (!may.spare || this.#core.queues.version < this.#newestSeen) {
      this.#dueMs = turn.nowMs + idleMs;
    } else if (this.#step(turn, beganMs + stepTimeMs)) {
      const endedMs = time.nowMs();
      this.#dueMs = endedMs + Math.max(stepMs, (endedMs - beganMs) * restPerWork);
    } else this.#dueMs = this.leaving().length > 0 ? turn.nowMs + idleMs : Number.POSITIVE_INFINITY;
  }

  /** Queues of which there is something here and should not be. */
  leaving(): LeavingQueue[] {
    return this.#queues.flatMap(({ number, name, partition }) => {
      const { waiting, processing } = this.#core.queues.countsOf(number);
      if (waiting + processing === 0) return [];
      return [{ queue: name, to: partition, waiting, processing }];
    });
  }

  /** False: there is nothing to do for now. */
  #step(turn: Turn, untilMs: number): boolean {
    const { queues, handOff, time } = this.#core;
    const most = Math.min(stepSize, inTransitMax - handOff.inTransit);
    if (most <= 0) return true;
    const bytesMax = turn.weigh() + stepBytes;
    const leaving = this.#queues.filter(({ number }) => queues.countsOf(number).waiting > 0);
    if (leaving.length === 0) return false;
    let sent = 0;
    for (const { number, partition } of leaving) {
      for (let id = queues.first(number); id !== undefined; id = queues.first(number)) {
        this.#send(turn, id, partition);
        const isEnough = ++sent >= most || time.nowMs() >= untilMs;
        if (isEnough || turn.weigh() > bytesMax) return true;
      }
    }
    return sent > 0 || this.#lookForRest(turn, leaving, bytesMax);
  }

  /** False: all rows were looked at. */
  #lookForRest(turn: Turn, leaving: readonly QueueEntry[], bytesMax: number): boolean {
    const targets = new Map(leaving.map(({ number, partition }) => [number, partition]));
    const rows = turn.range(Table.interaction, { from: this.#scanFrom, limit: rowsPerStep });
    for (const [id, row] of rows) {
      this.#scanFrom = `${id}\0`;
      const record = stateNow(row, turn.get(Table.state, id));
      const target = targets.get(record.queue);
      if (target === undefined || record.state !== InteractionState.queued) continue;
      // It follows when its lock has ended.
      if (record.isLocked) continue;
      this.#send(turn, id, target);
      if (turn.weigh() > bytesMax) return true;
    }
    if (rows.length === rowsPerStep) return true;
    this.#scanFrom = '';
    return false;
  }

  #send(turn: Turn, id: string, target: number): void {
    const core = this.#core;
    const record = readRecord(turn, id)!;
    const body = readBody(turn, id);
    const change = core.ledger.open(turn, id, record, transitions.followQueue);
    sendAway(core, change, target, body, {
      asker: undefined,
      relocation: core.queues.version,
    });
  }
}
