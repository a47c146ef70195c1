/** The limits that connections and sessions keep, as an argument: tests set small ones. */
import { limits } from '../limits.js';

export const netLimits = {
  connections: limits.connections,
  clientsPerConnection: limits.clientsPerConnection,
  sessions: limits.sessions,
  requestsInFlightPerConnection: limits.requestsInFlightPerConnection,
  waitingBytesPerConnection: limits.waitingBytesPerConnection,
  messagesWaitingPerPartition: limits.messagesWaitingPerPartition,
  unreadBytesPerConnection: limits.unreadBytesPerConnection,
  subscriptionsPerConnection: limits.subscriptionsPerConnection,
  subscriptions: limits.subscriptions,
  subscriptionStallMs: limits.subscriptionStallMs,
  bufferedBytes: limits.bufferedBytes,
  registrationTimeoutMs: limits.registrationTimeoutMs,
  frameTimeoutMs: limits.frameTimeoutMs,
  readerStallMs: limits.readerStallMs,
  drainStallMs: limits.drainStallMs,
  /** Connections are looked at so often, more often where one of the times above is short. */
  sweepMs: 1_000,
};
export type NetLimits = { readonly [Name in keyof typeof netLimits]: number };
