/** A logical client at the desk, as long as it is there. */
import type { DeskClient } from '../mail/desk.js';

export interface Client {
  readonly info: DeskClient;
  /** The agent that it speaks for, or has asked to. */
  agentId: string | undefined;
  isGone: boolean;
  /** Its last act on many, as a supervisor, and how many it was done to; absent: none. */
  operation?: { readonly number: number; readonly count: number };
}
