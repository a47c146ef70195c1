/** What becomes of a login, and what is told of it. */
import type { LoginRecord, Reason } from './record.js';

/** What an event about an agent says happened. */
export type AgentEventKind =
  | 'login'
  | 'logout'
  | 'connectionClosed'
  | 'doNotDisturbOn'
  | 'doNotDisturbOff'
  | 'mediumAdded'
  | 'mediumRemoved'
  | 'mediumReady'
  | 'mediumNotReady'
  | 'reasonChanged'
  | 'mediumReasonChanged'
  | 'custom';

/** One thing that happened to an agent. */
export interface AgentHappening {
  readonly kind: AgentEventKind;
  readonly medium?: string | undefined;
  /** Of `mediumAdded`: in which state. */
  readonly isReady?: boolean;
  readonly reason?: Reason | undefined;
  /** Of `custom`: what is told. */
  readonly told?: Readonly<Record<string, string | number | undefined>>;
}

/** A change that is to be carried out; `record` is the same as before: there is nothing to do. */
export interface Change {
  readonly record: LoginRecord;
  readonly happened: readonly AgentHappening[];
}
