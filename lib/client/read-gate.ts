/**
 * Decides when the socket is not read because a reader of events is slow. While a request is
 * unanswered reading goes on, or a reader that awaits an answer between two events would wait for
 * itself; only far above the bound it stops all the same.
 */

/** Events that one stream holds before it wants the socket to stop. */
const boundEvents = 1_024;
/** Events at which the socket stops even if answers are awaited. */
const greatestEvents = 65_536;

/** A stream with events that wait for its reader. */
export interface Backlog {
  readonly waitingEvents: number;
}

export class ReadGate {
  readonly #full = new Set<Backlog>();
  #stopped = false;
  #apply: (stopped: boolean) => void = () => undefined;

  /** The link to stop and restart; a new one is not stopped yet. */
  attach(apply: (stopped: boolean) => void): void {
    this.#stopped = false;
    this.#apply = apply;
  }

  /** A stream got or lost events. */
  changed(stream: Backlog, inFlight: number): void {
    if (stream.waitingEvents >= boundEvents) this.#full.add(stream);
    else if (stream.waitingEvents <= boundEvents / 2) this.#full.delete(stream);
    this.update(inFlight);
  }

  /** The number of unanswered requests changed. */
  update(inFlight: number): void {
    if (this.#full.size === 0 && !this.#stopped) return;
    let stop = false;
    for (const { waitingEvents } of this.#full) {
      if (inFlight === 0 || waitingEvents >= greatestEvents) stop = true;
    }
    if (stop === this.#stopped) return;
    this.#stopped = stop;
    this.#apply(stop);
  }
}
