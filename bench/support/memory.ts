/** What a process holds in memory that no other shares. */
import { readFileSync } from 'node:fs';

/**
 * Bytes: without its maps of stores, which the system takes back when it needs the room; and those.
 */
export interface PrivateMemory {
  readonly privateBytes: number;
  /** Of the maps of stores, what is resident. */
  readonly mappedBytes: number;
}

const mapping = /^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \d+ *(.*)$/;
const figure = /^(Private_Clean|Private_Dirty|Rss): +(\d+) kB$/;

/** Reads the text of /proc/PID/smaps. */
export function parseSmaps(text: string): PrivateMemory {
  let privateBytes = 0;
  let mappedBytes = 0;
  let isStore = false;
  for (const line of text.split('\n')) {
    const path = mapping.exec(line)?.[1];
    if (path !== undefined) isStore = /\/(data|lock)\.mdb( \(deleted\))?$/.test(path);
    const [, name, kilobytes] = figure.exec(line) ?? [];
    const bytes = Number(kilobytes) * 1_024;
    if (name === undefined) continue;
    if (isStore && name === 'Rss') mappedBytes += bytes;
    else if (!isStore && name !== 'Rss') privateBytes += bytes;
  }
  return { privateBytes, mappedBytes };
}

/** @throws {Error} where there is no /proc */
export const privateMemory = (pid: number): PrivateMemory =>
  parseSmaps(readFileSync(`/proc/${pid}/smaps`, 'utf8'));
