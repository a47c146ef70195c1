/** The key by which an agent has its interactions, as clients have theirs by session keys. */
import { createHash } from 'node:crypto';

/** 32 hexadecimal digits; no session has it, since no application is called so. */
export const agentKeyOf = (agentId: string): string =>
  createHash('sha256').update('\0agent\0').update(agentId, 'utf8').digest('hex').slice(0, 32);
