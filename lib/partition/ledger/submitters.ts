/**
 * Clients that are told of the end of what was submitted under a name, whoever ends it and whatever
 * connection it came by: the instances of a media server register with one name.
 */
import type { SessionInfo } from '../request.js';
import { submitterOf } from './interactions.js';
import type { Change, Ledger } from './ledger.js';
import { seesTenant } from './tenancy.js';

export class Submitters {
  readonly #ledger: Ledger;
  readonly #byName = new Map<string, Map<number, SessionInfo>>();
  /** An interaction has ended; its rows are still there. */
  readonly #stopped = ({ turn, id, record, cause }: Change): void => {
    const submittedBy = submitterOf(turn, id);
    const sessions = this.#byName.get(submittedBy);
    if (sessions === undefined) return;
    const to = [...sessions.values()]
      .filter((session) => seesTenant(session, record.tenantId))
      .map(({ number: session, submitter }) => ({ session, ...submitter! }));
    if (to.length === 0) return;
    const { version, tenantId } = record;
    const told = { interactionId: id, version, tenantId, submittedBy, cause, atMs: turn.wallMs };
    (turn.stops ??= []).push({ to, told });
  };

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  opened(session: SessionInfo): void {
    const { submitter, number } = session;
    if (submitter === undefined) return;
    const sessions = this.#byName.get(submitter.name) ?? new Map<number, SessionInfo>();
    this.#byName.set(submitter.name, sessions.set(number, session));
    this.#ledger.onStopped = this.#stopped;
  }

  closed({ submitter, number }: SessionInfo): void {
    const sessions = submitter && this.#byName.get(submitter.name);
    if (sessions?.delete(number) !== true || sessions.size > 0) return;
    this.#byName.delete(submitter!.name);
    if (this.#byName.size === 0) this.#ledger.onStopped = undefined;
  }
}
