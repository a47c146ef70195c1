/**
 * Where a server listens, and clients and operators look for it, unless they are told otherwise.
 */
export const defaultAddresses = {
  /** For clients. */
  listen: '127.0.0.1:7488',
  /** For status, health and shutdown. */
  admin: '127.0.0.1:7489',
} as const;
