/** The version of this package, for status and for clients. */
import { readFileSync } from 'node:fs';

/** Reads it from package.json, which is at the same place in a checkout and when installed. */
export function readVersion(): string {
  const file = new URL('../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
