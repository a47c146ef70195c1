/**
 * Tokens of applications. A token is 256 random bits, so that its SHA-256 can be stored: nobody can
 * try them all, and a slow hash (scrypt), which guards passwords that people choose, would only let
 * a flood of registrations stop the main thread.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Random } from '../clock.js';

const prefix = 'ixion_';
const tokenBytes = 32;
const hashPrefix = 'sha256:';

/** What a stored hash looks like. */
export const tokenHashPattern = /^sha256:[0-9a-f]{64}$/;

/** A new token: `ixion_` and 43 characters of base64url. To be shown once and never stored. */
export function newToken(random: Random): string {
  return prefix + Buffer.from(random.bytes(tokenBytes)).toString('base64url');
}

/** What is stored of a token: `sha256:` and 64 hexadecimal digits. */
export function hashOfToken(token: string): string {
  return hashPrefix + createHash('sha256').update(token, 'utf8').digest('hex');
}

/**
 * Whether a token is one of those whose hashes are stored. Takes the same time wherever the hashes
 * differ; all are compared.
 */
export function matchesToken(token: string, hashes: readonly string[]): boolean {
  const given = Buffer.from(hashOfToken(token));
  let found = false;
  for (const hash of hashes) {
    const stored = Buffer.from(hash);
    if (stored.length === given.length && timingSafeEqual(stored, given)) found = true;
  }
  return found;
}

/** The same key of two applications is not the same session: neither takes what the other owns. */
export function sessionKeyOf(application: string, key: Uint8Array): string {
  const hash = createHash('sha256').update(application, 'utf8').update('\0').update(key);
  return hash.digest('hex').slice(0, 32);
}
