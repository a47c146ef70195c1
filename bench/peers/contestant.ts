/** One server in one mode, with what it promises. */
import type { ClientName } from './clients/clients.js';
import type { Launch, PeerServer } from './server.js';

/** The four that are measured, and the count of syncs that says what a confirm is worth. */
export const workloads = ['submit', 'cycle', 'latency', 'start', 'syncs'] as const;
export type Workload = (typeof workloads)[number];

/** A server in a mode. */
export interface Contestant {
  /** `PEER-MODE`. */
  readonly name: string;
  readonly client: ClientName;
  /** What the client has to know of the mode. */
  readonly mode: string;
  /** What is on disk when it says so, in words. */
  readonly durability: string;
  /**
   * Workloads in which it reports, or delivers, nothing that is not on disk; it
   * counts as a peer there.
   */
  readonly durableIn: readonly Workload[];
  /** What ends a cycle, in words. */
  readonly end: string;
  /** Whether the server answers that end. */
  readonly isEndAnswered: boolean;
  /** Why it cannot be measured here; undefined: it can. */
  missing(): string | undefined;
  version(): string;
  /** Starts it over what is in the directory; it need not be ready. */
  start(launch: Launch): Promise<PeerServer>;
}
