/**
 * Moving an interaction to another partition, so that a kill at any moment loses
 * and doubles nothing.
 *
 * Each step is one write set; messages leave only after the write set that makes them true.
 *
 * 1. source: the rows become one `transit` row, a full copy        -> offer to target
 * 2. target: the rows, and a `taken` row that remembers the offer  -> answer to the client,
 *                                                                     located to home
 * 3. home:   `location` := target, if the move is newer            -> settled to source
 * 4. source: the `transit` row goes                                -> forget to target
 * 5. target: the `taken` row goes
 *
 * Home may be the source or the target: then its step is part of that write set. A target that
 * knows the move already answers `located` again and changes nothing; if it has ended there since,
 * home only passes that on. At a start and by a timer, the source offers again until it is settled,
 * and the target asks `pending` about every `taken` row that is left. While a copy is in transit,
 * requests by identifier wait at the source, bounded, and are passed on by way of home when it is
 * settled. Also when the interaction is back before that, what comes then waits behind them. An end
 * away from home leaves a `gone` row until home has its tombstone, and with it the results of keyed
 * requests. Results that became too many for a state row are told to home in the same way, but
 * leave no row: they are in the state row until then.
 */
import { bodyOfRow, stateOfRow } from '../../interaction/body.js';
import { decodeEvents } from '../../interaction/event-row.js';
import { transitions, type Transition } from '../../interaction/lifecycle.js';
import { noResults } from '../../interaction/state-record.js';
import { readRecord } from '../ledger/interactions.js';
import { moveKey, readMoveKey } from '../rows/keys.js';
import { putAside } from '../ledger/aside.js';
import { forgetLocation, noteEnd, noteLocation, readLocation, type Location } from './locations.js';
import { dropNoted, noteResult, noteResults, redate, type ResultsMessage } from './away-results.js';
import type { Chore, May } from '../chore.js';
import type { MovesCore } from './core.js';
import { passOn } from './pass-on.js';
import type { Offer, PeerMessage } from '../peer.js';
import { Refusal, type Request } from '../request.js';
import { seesTenant, unknownInteraction } from '../ledger/tenancy.js';
import type { Turn } from '../turn.js';
import {
  decodeGone,
  decodeTaken,
  decodeTransit,
  encodeGone,
  encodeTaken,
  encodeTransit,
} from '../rows/hand-offs.js';
import { Table } from '../../store/contract.js';

type Located = Extract<PeerMessage, { type: 'located' }>;
type Gone = Extract<PeerMessage, { type: 'gone' }>;
type Recall = Extract<PeerMessage, { type: 'recall' }>;

/** A hand-off that its source has not seen the end of. */
interface Transit {
  readonly offer: Offer;
  readonly target: number;
}

/** A hand-off that ended here and whose source may offer it again. */
interface Taken {
  readonly id: string;
  readonly move: number;
  readonly source: number;
}

const resendMs = 1_000;
/** Messages sent again in one go: a target that is slow is not buried. */
const resendLimit = 256;

export class HandOff implements Chore {
  readonly #core: MovesCore;
  readonly #transits = new Map<string, Transit>();
  /** The newest hand-off from here of an identifier. */
  readonly #newest = new Map<string, Transit>();
  readonly #gone = new Map<string, Gone>();
  /** The newest of them of an identifier. */
  readonly #endedHere = new Map<string, Gone>();
  /** Results that home is asked to keep, of each identifier those that were told first. */
  readonly #told = new Map<string, ResultsMessage>();
  readonly #taken = new Map<string, Taken>();
  /** What was unanswered the last time: only that is sent again. */
  #unanswered = new Set<object>();
  #resendAtMs: number;

  constructor(core: MovesCore) {
    this.#core = core;
    this.#resendAtMs = core.time.nowMs();
    for (const [, row] of core.store.range(Table.transit, {})) {
      const { offer, target } = decodeTransit(row);
      const asker = core.lasting.askers.get(moveKey(offer.id, offer.move));
      this.#add({ offer: { ...offer, asker }, target });
    }
    // Those of a turn that did not become durable have been told so.
    const { askers } = core.lasting;
    for (const key of askers.keys()) if (!this.#transits.has(key)) askers.delete(key);
    for (const [key, row] of core.store.range(Table.gone, {})) this.#addGone(key, decodeGone(row));
    for (const [key, row] of core.store.range(Table.taken, {}))
      this.#taken.set(key, { ...readMoveKey(key), source: decodeTaken(row) });
    this.#unanswered = new Set(this.#all());
  }

  /** Hand-offs under way from here. */
  get inTransit(): number {
    return this.#transits.size;
  }

  /** Those on the way from here to one of these queues. */
  inTransitTo(queues: ReadonlySet<number>): number {
    return [...this.#transits.values()].filter(({ offer }) =>
      queues.has(stateOfRow(offer.row).queue),
    ).length;
  }

  get dueMs(): number {
    return this.#isIdle() ? Number.POSITIVE_INFINITY : this.#resendAtMs;
  }

  #isIdle(): boolean {
    const { size } = this.#transits;
    const { isEmpty } = this.#core.homeOrder;
    return isEmpty && size + this.#gone.size + this.#taken.size + this.#told.size === 0;
  }

  /** What is sent now is not sent again at once. To be called before something is added. */
  #startTimer(): void {
    if (this.#isIdle()) this.#resendAtMs = this.#core.time.nowMs() + resendMs;
  }

  /** Step 1. The caller has removed the rows; `waiters` wait from the start. */
  depart(turn: Turn, target: number, offer: Offer, waiters: Request[]): void {
    const { asker, ...lasting } = offer;
    const key = moveKey(offer.id, offer.move);
    turn.put(Table.transit, key, encodeTransit({ target, offer: lasting }));
    this.#startTimer();
    this.#add({ offer, target });
    this.#core.waiting.append(waiters, offer.id);
    turn.send(target, offer);
    if (asker === undefined) return;
    turn.departed.push(asker);
    this.#core.lasting.askers.set(key, asker);
  }

  /**
   * Lets a request wait while its interaction is in transit.
   * @throws {Refusal} Busy, UnknownInteraction
   */
  park(request: Request, id: string): boolean {
    const transit = this.#newest.get(id);
    if (transit === undefined) return false;
    if (!seesInTransit(request, transit.offer)) throw unknownInteraction(id);
    this.#core.waiting.add(request, id);
    return true;
  }

  /** The interaction is on its way from here: who submitted it. */
  submitterInTransit(id: string): string | undefined {
    return this.#newest.get(id)?.offer.submittedBy;
  }

  /** Tells home that an interaction ended here, away from home. */
  ended(turn: Turn, gone: Omit<Gone, 'type' | 'from'>): void {
    const message: Gone = { ...gone, type: 'gone', from: this.#core.partition };
    const key = moveKey(gone.id, gone.move);
    turn.put(Table.gone, key, encodeGone(message));
    this.#startTimer();
    this.#addGone(key, message);
    turn.send(this.#core.homeOf(gone.id), message);
  }

  #addGone(key: string, gone: Gone): void {
    this.#gone.set(key, gone);
    const newest = this.#endedHere.get(gone.id);
    if (newest === undefined || newest.move < gone.move) this.#endedHere.set(gone.id, gone);
  }

  /** What is known of an interaction that ended here, as long as home has not noted that. */
  endedHere(id: string): Gone | undefined {
    return this.#endedHere.get(id);
  }

  /** Asks home to keep results; again, until it has; nothing while it is asked for others. */
  tell(turn: Turn, message: ResultsMessage): void {
    if (this.#told.has(message.id)) return;
    this.#startTimer();
    this.#told.set(message.id, message);
    turn.send(this.#core.homeOf(message.id), message);
  }

  /** Handles a message of another partition. */
  receive(turn: Turn, message: Exclude<PeerMessage, { type: 'forward' }>): void {
    switch (message.type) {
      case 'offer':
        return this.#offered(turn, message);
      case 'located':
        return this.#located(turn, message);
      case 'settled':
        return this.#settled(turn, message.id, message.move, message.at);
      case 'forget':
        this.#taken.delete(moveKey(message.id, message.move));
        return turn.delete(Table.taken, moveKey(message.id, message.move));
      case 'pending':
        if (this.#transits.has(moveKey(message.id, message.move))) return;
        return turn.send(message.at, { type: 'forget', id: message.id, move: message.move });
      case 'gone':
        return this.#ended(turn, message);
      case 'noted':
        return this.#noted(turn, message.id, moveKey(message.id, message.move));
      case 'recall':
        return this.#recalled(turn, message);
      case 'recalled':
        return this.#core.homeOrder.recalled(message.id, message.move, message.number);
      case 'results':
        return noteResults(this.#core, turn, message);
      case 'results-noted':
        this.#told.delete(message.id);
        return dropNoted(this.#core.ledger, turn, message.id, message.results);
    }
  }

  /** Sends again what has not been answered. */
  work(turn: Turn, may: May): void {
    if (!may.write || turn.nowMs < this.#resendAtMs) return;
    this.#resendAtMs = turn.nowMs + resendMs;
    const again = [...this.#all()].filter((each) => this.#unanswered.has(each));
    for (const each of again.slice(0, resendLimit)) this.#sendAgain(turn, each);
    this.#core.homeOrder.recallAgain(resendLimit);
    this.#unanswered = new Set(this.#all());
  }

  *#all(): Generator<Transit | Gone | ResultsMessage | Taken> {
    yield* this.#transits.values();
    yield* this.#gone.values();
    yield* this.#told.values();
    yield* this.#taken.values();
  }

  #sendAgain(turn: Turn, unanswered: Transit | Gone | ResultsMessage | Taken): void {
    if ('offer' in unanswered) return turn.send(unanswered.target, unanswered.offer);
    if ('type' in unanswered) return turn.send(this.#core.homeOf(unanswered.id), unanswered);
    const { id, move, source } = unanswered;
    turn.send(source, { type: 'pending', id, move, at: this.#core.partition });
  }

  #add(transit: Transit): void {
    const { id, move } = transit.offer;
    this.#transits.set(moveKey(id, move), transit);
    const newest = this.#newest.get(id);
    if (newest === undefined || newest.offer.move < move) this.#newest.set(id, transit);
  }

  /** Step 2. */
  #offered(turn: Turn, offer: Offer): void {
    const { id, move, source, submittedBy } = offer;
    const key = moveKey(id, move);
    if (turn.get(Table.taken, key) === undefined) {
      turn.put(Table.taken, key, encodeTaken(source));
      this.#startTimer();
      this.#taken.set(key, { id, move, source });
      this.#arrive(turn, offer);
      if (offer.asker !== undefined) turn.replyWhenDurable(offer.asker, arrivalAnswer(offer));
    }
    const home = this.#core.homeOf(id);
    const at = this.#core.partition;
    if (home !== at) {
      const isOver = readRecord(turn, id) === undefined && !this.#newest.has(id);
      const gone = this.#endedHere.get(id);
      if (isOver && gone !== undefined) turn.send(home, gone);
      turn.send(home, { type: 'located', id, move, at, isOver, source, submittedBy });
    } else {
      this.#recall(turn, id, move);
      if (readRecord(turn, id) !== undefined) forgetLocation(turn, id);
      turn.send(source, { type: 'settled', id, move, at });
    }
  }

  #arrive(turn: Turn, offer: Offer): void {
    const { ledger, relocation } = this.#core;
    const record = stateOfRow(offer.row);
    const { id } = offer;
    if (this.#core.isHomeOf(id)) {
      for (const result of record.results) noteResult(this.#core, turn, id, result);
      record.results = noResults;
    } else redate(this.#core, record, offer.servedMs);
    const change = ledger.open(turn, id, record, arrivalOf(offer));
    ledger.tell(change, decodeEvents(offer.events).events);
    const body = bodyOfRow(offer.row);
    if (record.sections.length > 0) this.#core.invitations.moved(turn, id, record, body);
    ledger.close(change, body);
    relocation.arrived(offer.relocation);
  }

  /** Step 3. */
  #located(turn: Turn, { id, move, at, isOver, source, submittedBy }: Located): void {
    // Of one that is over nothing may come back once its tombstone is gone.
    if (!isOver && readRecord(turn, id) === undefined) {
      this.#recall(turn, id, move);
      noteLocation(turn, id, { at, move, submittedBy });
    }
    if (source === this.#core.partition) this.#settled(turn, id, move, at);
    else turn.send(source, { type: 'settled', id, move, at });
  }

  /**
   * What home has passed on went to where it knew the interaction; that may be further back than
   * the source of this move, if word of one before it is late. Of one that left from here it may
   * have known, in a turn that a crash undid.
   */
  #recall(turn: Turn, id: string, move: number): void {
    const known = readLocation(turn, id) ?? this.#whereSent(id);
    if (known?.at === undefined || known.move >= move) return;
    this.#startTimer();
    this.#core.homeOrder.moved(id, known.move + 1, known.at);
  }

  #whereSent(id: string): Pick<Location, 'at' | 'move'> | undefined {
    const transit = this.#newest.get(id);
    return transit === undefined ? undefined : { at: transit.target, move: transit.offer.move };
  }

  /** Step 4. */
  #settled(turn: Turn, id: string, move: number, at: number): void {
    const key = moveKey(id, move);
    const transit = this.#transits.get(key);
    turn.delete(Table.transit, key);
    turn.send(at, { type: 'forget', id, move });
    if (transit === undefined) return;
    this.#transits.delete(key);
    this.#core.lasting.askers.delete(key);
    if (this.#newest.get(id) === transit) this.#newest.delete(id);
    this.#passOnWaiters(turn, transit);
  }

  /**
   * By way of home: only there is known what was told to it, or answered while it was there. Home
   * does with them as with any other; that may close the turn.
   */
  #passOnWaiters(turn: Turn, { offer: { id, move } }: Transit): void {
    const core = this.#core;
    const home = core.homeOf(id);
    if (home === core.partition) return core.waiting.release(id, core.resume);
    core.waiting.release(id, (request) => passOnOrRefuse(core, turn, request, home, move));
  }

  /** Home knows of the move already: what waits here goes back to it at once. */
  #recalled(turn: Turn, { id, move, number }: Recall): void {
    const transit = this.#transits.get(moveKey(id, move));
    if (transit !== undefined) this.#passOnWaiters(turn, transit);
    this.#core.ports.send(this.#core.homeOf(id), { type: 'recalled', id, move, number });
  }

  #ended(turn: Turn, gone: Gone): void {
    const { id, move, from, submittedBy, results, aside } = gone;
    const keptMs = this.#core.options.identifierRetentionMs;
    const isNew = noteEnd(turn, id, move, submittedBy, keptMs);
    if (isNew && aside !== undefined) putAside(turn, id, aside);
    for (const result of results) noteResult(this.#core, turn, id, result);
    turn.send(from, { type: 'noted', id, move });
  }

  #noted(turn: Turn, id: string, key: string): void {
    const gone = this.#gone.get(key);
    this.#gone.delete(key);
    if (gone !== undefined && this.#endedHere.get(id) === gone) this.#endedHere.delete(id);
    turn.delete(Table.gone, key);
  }
}

function passOnOrRefuse(
  core: MovesCore,
  turn: Turn,
  request: Request,
  partition: number,
  waitedFor: number,
): void {
  try {
    passOn(core, request, partition, waitedFor);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    turn.reply(request, error.answer);
  }
}

/** Only for clients that do not see all tenants the row is read. */
function seesInTransit({ session }: Request, { row }: Offer): boolean {
  if (session.tenants === undefined) return true;
  return seesTenant(session, stateOfRow(row).tenantId);
}

/** What it comes by. */
function arrivalOf({ birth, relocation }: Offer): Transition {
  if (birth) return transitions.arriveSubmitted;
  return relocation === undefined ? transitions.arrivePlaced : transitions.arriveWithQueue;
}

const arrivalAnswer = (offer: Offer) =>
  offer.birth ? ({ kind: 'ack', interactionId: offer.id } as const) : ({ kind: 'ack' } as const);
