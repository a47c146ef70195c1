/** What partitions and the desk send to clients: answers, and what they say unasked. */
import type { Session, SessionTable } from '../net/session.js';
import { isClientTag, sessionOfTag } from '../mail/sessions.js';
import { frameLength, referenceOf } from '../protocol/frame.js';
import type { Fences } from './fences.js';
import type { LatencyMeter } from './latency.js';
import type { FrontLines } from './lines.js';
import { noteAnswer } from './shares.js';

export interface ToClientsOptions {
  readonly sessions: SessionTable;
  readonly lines: FrontLines;
  readonly latency: LatencyMeter;
  readonly fences: Fences;
}

export class ToClients {
  readonly #options: ToClientsOptions;
  readonly #sessions: SessionTable;

  constructor(options: ToClientsOptions) {
    this.#options = options;
    this.#sessions = options.sessions;
  }

  /** Sends frames of a mail to whom its tag names; what is for a client that is gone is dropped. */
  send(tag: number, frames: Uint8Array): void {
    if (isClientTag(tag)) this.#sessions.get(sessionOfTag(tag))?.connection.send(frames);
    else this.#answer(tag, frames);
  }

  /** A second answer to one request is dropped. */
  #answer(sessionNumber: number, bytes: Uint8Array): void {
    const session = this.#sessions.get(sessionNumber);
    if (session === undefined) return;
    const { latency, fences, lines } = this.#options;
    const end = endAnswered(this.#sessions, session, bytes);
    if (end < bytes.length) lines.strayAnswer(sessionNumber);
    if (end === 0) return;
    const frames = bytes.subarray(0, end);
    if (latency.isOn) latency.answering(sessionNumber, frames);
    session.connection.send(frames);
    if (session.fence !== undefined) fences.progressed(session, frames);
  }
}

/**
 * Counts the frames of a session's answers as answered, as many as it has requests.
 * @returns where the first frame begins that answers nothing
 */
function endAnswered(sessions: SessionTable, session: Session, bytes: Uint8Array): number {
  const { answers } = session.connection;
  let end = 0;
  while (end < bytes.length && session.inFlight > 0) {
    sessions.end(session);
    noteAnswer(answers, bytes, end);
    if (session.largePulls !== undefined) sessions.releasePull(session, referenceOf(bytes, end));
    if (session.offers !== undefined) sessions.endOffer(session, referenceOf(bytes, end));
    end += frameLength(bytes, end);
  }
  return end;
}
