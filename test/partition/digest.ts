/**
 * The digest of an operation, where there are no frames: of its kind and all it says but its age.
 */
import type { Operation } from '../../lib/partition/request.js';

export function digestOfOperation({ kind, attributes }: Operation): number {
  const text = JSON.stringify({ kind, ...attributes, RetryAgeMs: undefined }, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
  );
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}
