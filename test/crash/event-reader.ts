/**
 * A reader of all events from the first one, over any number of lost connections: each event must
 * come once, in the order of its partition, and each version of an interaction must have one.
 */
import type { Client, EventStream, ReportingEvent } from '../../lib/client/index.js';

interface Seen {
  readonly versions: Set<number>;
  /** Version and event, to find what comes twice. */
  readonly events: Set<string>;
  stops: number;
}

const pollMs = 20;
const patienceMs = 30_000;

export class EventReader {
  readonly complaints: string[] = [];
  received = 0;
  readonly #sequences: number[] = [];
  readonly #seen = new Map<string, Seen>();
  readonly #stream: EventStream;

  constructor(client: Client) {
    this.#stream = client.events({ fromStart: true });
    void this.#read();
  }

  /**
   * Waits until every version of these interactions has its event, and complains if it does not
   * come, or if an event is of none of them. What was stopped is forgotten.
   * @param live version by identifier; undefined: not known, all up to the last must be there
   */
  async check(
    live: ReadonlyMap<string, number | undefined>,
    stopped: ReadonlyMap<string, number | undefined>,
  ): Promise<void> {
    const deadlineMs = Date.now() + patienceMs;
    for (;;) {
      const missing = [...this.#missing(live, false), ...this.#missing(stopped, true)];
      if (missing.length === 0) break;
      if (Date.now() > deadlineMs) {
        this.complaints.push(...missing.slice(0, 5));
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
    for (const id of stopped.keys()) this.#seen.delete(id);
    for (const id of this.#seen.keys()) {
      if (!live.has(id)) this.complaints.push(`events of ${id}, of which no client was told`);
    }
  }

  close(): Promise<void> {
    return this.#stream.close();
  }

  *#missing(
    wanted: ReadonlyMap<string, number | undefined>,
    isStopped: boolean,
  ): Generator<string> {
    for (const [id, version] of wanted) {
      const seen = this.#seen.get(id);
      const last = version ?? Math.max(1, ...(seen?.versions ?? []));
      const count = seen?.versions.size ?? 0;
      if (count !== last) yield `${id}: events of ${count} versions, not of ${last}`;
      if ((seen?.stops ?? 0) !== (isStopped ? 1 : 0)) yield `${id}: ${seen?.stops} events of stops`;
    }
  }

  async #read(): Promise<void> {
    try {
      for await (const event of this.#stream) this.#take(event);
    } catch (error) {
      this.complaints.push(`events: ${String(error)}`);
    }
  }

  #take(event: ReportingEvent): void {
    this.received++;
    if (event.event === 'EventGap') {
      this.complaints.push(`a gap of events in partition ${event.Partition}`);
      return;
    }
    if (!('InteractionId' in event)) {
      this.complaints.push(`no agent is there: ${event.event}`);
      return;
    }
    const { Partition, Sequence, InteractionId: id, InteractionVersion: version } = event;
    const expected = (this.#sequences[Partition] ?? 0) + 1;
    if (Sequence !== expected) {
      this.complaints.push(`partition ${Partition}: event ${Sequence} after ${expected - 1}`);
    }
    this.#sequences[Partition] = Sequence;
    let seen = this.#seen.get(id);
    if (seen === undefined) {
      seen = { versions: new Set(), events: new Set(), stops: 0 };
      this.#seen.set(id, seen);
    }
    const key = `${version} ${event.event}`;
    if (seen.events.has(key)) this.complaints.push(`${id}: ${event.event} ${version} twice`);
    seen.events.add(key);
    seen.versions.add(version);
    if (event.event === 'EventProcessingStopped') seen.stops++;
  }
}
