/** What the server must hold, as its clients know from the answers they got. */
import type { QueueTotals } from '../../lib/client/index.js';

/** A queue of a test and the totals that it must have. */
export class ExpectedQueue {
  readonly name: string;
  readonly partition: number;
  submitted = 0;
  entered = 0;
  left = 0;
  waiting = 0;
  processing = 0;
  readonly stopped: Record<string, number> = {};

  constructor(name: string, partition: number) {
    this.name = name;
    this.partition = partition;
  }

  stop(reason: string): void {
    this.stopped[reason] = (this.stopped[reason] ?? 0) + 1;
  }

  /** How the server's totals differ; empty: they do not. */
  differences(actual: QueueTotals | undefined): string[] {
    const { name, submitted, entered, left, waiting, processing, stopped } = this;
    const wanted = textOf({ submitted, entered, left, waiting, processing, stopped });
    if (actual === undefined) return [`no totals of ${name}`];
    const found = textOf({
      submitted: actual.submitted,
      entered: actual.entered,
      left: actual.left,
      waiting: actual.waiting,
      processing: actual.processing,
      stopped: actual.stopped,
    });
    return found === wanted ? [] : [`totals of ${name}: ${found}, not ${wanted}`];
  }
}

type Totals = Omit<QueueTotals, 'queue' | 'partition' | 'abandoned'>;

function textOf({ stopped, ...counts }: Totals): string {
  const reasons = Object.entries(stopped)
    .filter(([, count]) => count > 0)
    .sort();
  return JSON.stringify({ ...counts, stopped: Object.fromEntries(reasons) });
}

/** An interaction as its only client knows it from the answers so far. */
export interface Known {
  readonly id: string;
  readonly submitter: 'agent' | 'media';
  readonly receivedAt: number;
  queue: ExpectedQueue;
  priority: number;
  /** Number of acknowledged changes, the submit included. */
  version: number;
  isHeld: boolean;
  /** The workload's agent has it. */
  isTaken: boolean;
  /** In the attached data. */
  note: string;
  readonly history: string[];
}

/** How the properties of an interaction differ from what is known; empty: they do not. */
export function propertyDifferences(
  known: Known,
  agentName: string,
  actual: Readonly<Record<string, unknown>>,
): string[] {
  const { id, history } = known;
  const wanted: Record<string, unknown> = {
    InteractionVersion: known.version,
    InteractionState: known.isTaken ? 3 : 0,
    Queue: known.queue.name,
    Priority: known.priority,
    IsHeld: known.isHeld ? 1 : 0,
    AssignedTo: known.isTaken ? agentName : undefined,
  };
  const data = actual['UserData'] as Record<string, unknown> | undefined;
  const found = { ...actual, note: data?.['note'] } as Record<string, unknown>;
  return Object.entries({ ...wanted, note: known.note })
    .filter(([name, value]) => found[name] !== value)
    .map(
      ([name, value]) =>
        `${id}: ${name} is ${String(found[name])}, not ${String(value)}; acknowledged: ` +
        history.join(', '),
    );
}
