/** What an answer of a partition ends. */
import type { Session, SessionTable } from '../net/session.js';
import { frameLength, referenceOf } from '../protocol/frame.js';
import { noteAnswer } from './shares.js';

/**
 * Counts the frames of a session's answers as answered, as many as it has requests.
 * @returns where the first frame begins that answers nothing
 */
export function endAnswered(sessions: SessionTable, session: Session, bytes: Uint8Array): number {
  const { answers } = session.connection;
  let end = 0;
  while (end < bytes.length && session.inFlight > 0) {
    sessions.end(session);
    noteAnswer(answers, bytes, end);
    if (session.largePulls !== undefined) sessions.releasePull(session, referenceOf(bytes, end));
    end += frameLength(bytes, end);
  }
  return end;
}
