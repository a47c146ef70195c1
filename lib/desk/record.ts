/** What is kept of an agent that is logged in: the durable part, never changed in place. */
import type { MediumState } from './medium-state.js';

/** Why an agent, or a medium of it, is as it is. */
export interface Reason {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
}

/** A medium of an agent. */
export interface MediumRecord {
  readonly name: string;
  readonly state: MediumState;
  /** Of its being not ready; undefined: none was given. */
  readonly reason?: Reason | undefined;
  /** Since when it is in this state, milliseconds since 1970 UTC. */
  readonly sinceMs: number;
}

/** `none`: there is none. `exactly`: it ends with its time and not before. */
export type WrapUpMode = 'none' | 'until-done' | 'at-most' | 'exactly';

/** What holds for the interactions of a queue and a medium. */
export interface WrapUpRule {
  readonly mode: Exclude<WrapUpMode, 'none'>;
  /** Undefined: until it is done. */
  readonly lastsMs: number | undefined;
  /** It is not done without a disposition code. */
  readonly needsCode: boolean;
}

/** A wrap-up that has begun. */
export interface WrapUpRecord {
  readonly interactionId: string;
  readonly medium: string;
  readonly queue: string;
  readonly mode: WrapUpRule['mode'];
  readonly needsCode: boolean;
  /** Milliseconds since 1970 UTC. */
  readonly sinceMs: number;
  /** Undefined: until it is done. */
  readonly untilMs?: number | undefined;
  /** The disposition code that was given last. */
  readonly code?: string | undefined;
}

/** An agent from its login to its logout. */
export interface LoginRecord {
  readonly agentId: string;
  readonly tenantId: number;
  readonly placeId: string;
  /** ClientName of who logged it in last. */
  readonly clientName: string;
  /** Milliseconds since 1970 UTC. */
  readonly loggedInMs: number;
  /** In the order in which they were added. */
  readonly media: readonly MediumRecord[];
  readonly doNotDisturb: boolean;
  readonly reason?: Reason | undefined;
  /** When the last connection was lost; undefined: there is one. */
  readonly lostMs?: number | undefined;
  /** What the agent has still to do with interactions that are over for it. */
  readonly wrapUps?: readonly WrapUpRecord[] | undefined;
  /** Counts the changes of this login from 1: no two rows of it are the same. */
  readonly change: number;
}

/** The medium of this name. */
export const mediumOf = ({ media }: LoginRecord, name: string): MediumRecord | undefined =>
  media.find((medium) => medium.name === name);
