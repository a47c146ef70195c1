/**
 * A client process that offers submits at any rate, over several connections, and does not send
 * again what is refused. Phases follow each other without waiting for what is unanswered.
 */
import { nowMs } from '../support/clock.js';
import { daemonClientOptions } from '../support/daemon-client.js';
import { LatencyHistogram, type Latencies } from '../support/histogram.js';
import { pace } from '../support/pacer.js';
import { queueNames, recordMaker } from '../support/record.js';
import { serve } from '../support/serve.js';
import { FloodConnection, type FloodAnswer } from './flood-connection.js';

/** What the parent asks for. */
export type FloodRequest =
  /** As many as are answered, with so many in flight. */
  | { readonly type: 'capacity'; readonly inFlight: number; readonly seconds: number }
  | { readonly type: 'phase'; readonly rate: number; readonly seconds: number }
  /** Waits for all answers; the phases since the last time. */
  | { readonly type: 'results' };

/** A second of a phase, by the time at which its submits were meant to be sent. */
export interface FloodSecond {
  readonly accepted: number;
  readonly refused: number;
  readonly p99Ms: number;
}

export interface PhaseResult {
  readonly offered: number;
  /** Not sent, because the connections took nothing more; not offered either. */
  readonly unsent: number;
  /** From when they were due. */
  readonly accepted: Latencies;
  readonly refused: Latencies;
  /** From when they were handed to the system, and by how much that was after they were due. */
  readonly acceptedSinceHanded: Latencies;
  readonly handedLate: Latencies;
  readonly refusedWithDelay: number;
  readonly greatestDelayMs: number;
  readonly seconds: readonly FloodSecond[];
}

export interface FloodResults {
  readonly phases: readonly PhaseResult[];
  /** Since the process began. */
  readonly acceptedInAll: number;
  readonly unanswered: number;
  /** Some of the identifiers that were acknowledged. */
  readonly ids: readonly string[];
}

const connectionCount = 8;
/** A connection with more than this on its way is full. */
const backlogBytesMax = 8_388_608;
const placesOfConnection = 1 << 18;
const everyId = 50;
const patienceMs = 60_000;

class Phase {
  offered = 0;
  unsent = 0;
  refusedWithDelay = 0;
  greatestDelayMs = 0;
  readonly startMs = nowMs();
  readonly accepted = new LatencyHistogram();
  /** The same from when they were handed to the system, and by how much that was late. */
  readonly acceptedSinceHanded = new LatencyHistogram();
  readonly handedLate = new LatencyHistogram();
  readonly refused = new LatencyHistogram();
  readonly seconds: { histogram: LatencyHistogram; refused: number }[] = [];

  handed(intendedMs: number, handedMs: number): void {
    this.offered += 1;
    this.handedLate.record(handedMs - intendedMs);
  }

  answered(intendedMs: number, handedMs: number, answer: FloodAnswer): void {
    const now = nowMs();
    const ms = now - intendedMs;
    const second = Math.max(0, Math.floor((intendedMs - this.startMs) / 1_000));
    while (this.seconds.length <= second) {
      this.seconds.push({ histogram: new LatencyHistogram(), refused: 0 });
    }
    const window = this.seconds[second]!;
    if (answer.isAccepted) {
      this.accepted.record(ms);
      this.acceptedSinceHanded.record(now - handedMs);
      window.histogram.record(ms);
      return;
    }
    this.refused.record(ms);
    window.refused += 1;
    const delayMs = delayOf(answer);
    this.refusedWithDelay += 1;
    this.greatestDelayMs = Math.max(this.greatestDelayMs, delayMs);
  }

  result(): PhaseResult {
    const { offered, unsent, refusedWithDelay, greatestDelayMs } = this;
    return {
      offered,
      unsent,
      accepted: this.accepted.result(),
      acceptedSinceHanded: this.acceptedSinceHanded.result(),
      handedLate: this.handedLate.result(),
      refused: this.refused.result(),
      refusedWithDelay,
      greatestDelayMs,
      seconds: this.seconds.map(({ histogram, refused: count }) => ({
        accepted: histogram.count,
        refused: count,
        p99Ms: histogram.at(99),
      })),
    };
  }
}

/** The last refusal, and its delay: the next one mostly has the same body. */
let lastRefusal: Uint8Array = new Uint8Array(0);
let lastDelayMs = 0;

function delayOf(answer: FloodAnswer): number {
  if (answer.hasBody(lastRefusal)) return lastDelayMs;
  const { RetryAfterMs: delayMs, ErrorDescription: what } = answer.body();
  if (delayMs === undefined) throw new Error(`refused without a delay: ${String(what)}`);
  lastRefusal = answer.bytes();
  lastDelayMs = Number(delayMs);
  return lastDelayMs;
}

/** What is known of the submits of a connection, by reference. */
class Places {
  readonly intendedMs = new Float64Array(placesOfConnection);
  readonly handedMs = new Float64Array(placesOfConnection);
  readonly phase = Array.from({ length: placesOfConnection }, (): Phase | undefined => undefined);
}

const { server, queues: queueCount, dataBytes } = daemonClientOptions();
const source = { queues: queueNames(queueCount), makeRecord: recordMaker(dataBytes) };
const places = new Map<FloodConnection, Places>();
const ids: string[] = [];
let acceptedInAll = 0;
let phases: Phase[] = [];
/** Set while a capacity is measured: what is answered is replaced. */
let closedUntilMs = 0;

const opening = Promise.all(
  Array.from({ length: connectionCount }, async () => {
    const connection = await FloodConnection.open(server, source, answered);
    places.set(connection, new Places());
    return connection;
  }),
);

function answered(connection: FloodConnection, answer: FloodAnswer): void {
  const { intendedMs, handedMs, phase } = places.get(connection)!;
  const place = answer.reference % placesOfConnection;
  phase[place]!.answered(intendedMs[place]!, handedMs[place]!, answer);
  if (answer.isAccepted) {
    acceptedInAll += 1;
    if (acceptedInAll % everyId === 0) ids.push(idOf(answer));
  }
  if (nowMs() < closedUntilMs) submitNext(connection, phase[place]!, answer);
}

/** In place of what was answered; a refusal is heeded, else the refusing would be measured. */
function submitNext(connection: FloodConnection, phase: Phase, answer: FloodAnswer): void {
  if (answer.isAccepted) return submit(connection, phase, nowMs());
  setTimeout(() => {
    if (nowMs() >= closedUntilMs) return;
    submit(connection, phase, nowMs());
    connection.flush();
  }, delayOf(answer));
}

const idOf = (answer: FloodAnswer): string =>
  String((answer.body()['Extension'] as Record<string, unknown>)['InteractionId']);

function submit(connection: FloodConnection, phase: Phase, intendedMs: number): void {
  const of = places.get(connection)!;
  const place = connection.submit() % placesOfConnection;
  const handedMs = nowMs();
  of.intendedMs[place] = intendedMs;
  of.handedMs[place] = handedMs;
  of.phase[place] = phase;
  phase.handed(intendedMs, handedMs);
}

const unanswered = (connections: readonly FloodConnection[]): number =>
  connections.reduce((sum, connection) => sum + connection.unanswered, 0);

async function settle(connections: readonly FloodConnection[]): Promise<void> {
  for (const endMs = nowMs() + patienceMs; unanswered(connections) > 0 && nowMs() < endMs;) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function measureCapacity(inFlight: number, seconds: number): Promise<object> {
  const connections = await opening;
  const phase = new Phase();
  const startMs = nowMs();
  closedUntilMs = startMs + seconds * 1_000;
  for (let count = 0; count < inFlight; count += 1) {
    submit(connections[count % connections.length]!, phase, startMs);
  }
  for (const connection of connections) connection.flush();
  await settle(connections);
  return { perSecond: (phase.accepted.count * 1_000) / (nowMs() - startMs) };
}

async function offer(rate: number, seconds: number): Promise<object> {
  const connections = await opening;
  const phase = new Phase();
  phases.push(phase);
  let wasScheduled = false;
  await pace(rate, seconds, (index, intendedMs) => {
    const connection = connections[index % connections.length]!;
    if (connection.backlogBytes > backlogBytesMax) {
      phase.unsent += 1;
      return;
    }
    submit(connection, phase, intendedMs);
    if (wasScheduled) return;
    wasScheduled = true;
    queueMicrotask(() => {
      wasScheduled = false;
      for (const each of connections) each.flush();
    });
  });
  return {};
}

async function results(): Promise<FloodResults> {
  const connections = await opening;
  await settle(connections);
  const done = phases.map((phase) => phase.result());
  phases = [];
  return {
    phases: done,
    acceptedInAll,
    unanswered: unanswered(connections),
    ids: ids.splice(0),
  };
}

serve((request: FloodRequest): Promise<object> => {
  if (request.type === 'capacity') return measureCapacity(request.inFlight, request.seconds);
  if (request.type === 'phase') return offer(request.rate, request.seconds);
  return results();
});
