/** What a lane of the simulation knows, is told to do, and gets. */
import type { Asked, Came } from '../world/frame-client.js';

/** An interaction as the model knows it. `version` counts what was acknowledged. */
export interface Known {
  readonly id: string;
  readonly receivedAt: number;
  queue: string;
  version: number;
  isHeld: boolean;
  isTaken: boolean;
}

export interface Chosen {
  readonly asked: Asked;
  readonly check: (answer: Came) => void;
  /** Absent: the lane's own. */
  readonly logical?: number;
  /** It was answered before. */
  readonly isRepeated?: boolean;
}

export interface Pending extends Chosen {
  readonly logical: number;
  readonly sentMs: number;
  isRetried: boolean;
  reference: number;
}

/** How a lane repeats what was answered. */
export interface Habits {
  /** Chance of a request to be a repetition. */
  readonly repeatChance: number;
  /** Chance of a request to begin a row of changes of one interaction. */
  readonly burstChance: number;
}

export interface LaneOptions {
  readonly name: string;
  readonly queues: readonly string[];
  readonly habits: Habits;
  /** Queues move: what a pull gets is not foretold while they do. */
  readonly queuesMove: boolean;
  /** Whether there are pulls: a copy that comes late may take what its client knows nothing of. */
  readonly pulls: boolean;
}

/** Errors that say that nothing was executed. */
export const retriable = new Set(['Busy', 'Unavailable', 'StoreFull', 'NotRegistered']);

/** For a complaint. */
export const text = ({ error, name, body }: Came): string =>
  error === undefined ? name : `${error} (${String(body['ErrorDescription'])})`;

/** Of an acknowledged submit. */
export const identifierOf = ({ body }: Came): string | undefined =>
  (body['Extension'] as { InteractionId?: string } | undefined)?.InteractionId;

/** Of an answered pull. */
export const idsOf = ({ body }: Came): string[] =>
  ((body['Interactions'] ?? []) as { InteractionId: string }[]).map(
    ({ InteractionId }) => InteractionId,
  );
