/** How records are shown: as JSON for programs, in lines for people. */
import { writeBase64 } from '../text/index.js';

/**
 * JSON on one line: dates as ISO 8601, integers beyond 53 bits as strings, binaries as {base64}.
 */
export function toJson(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, shown: unknown) {
    const original = this[key];
    if (typeof original === 'bigint') return String(original);
    if (original instanceof Uint8Array) return { base64: writeBase64(original) };
    return shown;
  });
}

/** One value on one line. What could steer a terminal is escaped. */
export function toText(value: unknown): string {
  if (value instanceof Date) return toJson(value).slice(1, -1);
  if (typeof value === 'string')
    return plain(value) ? value : escapeControls(JSON.stringify(value));
  return typeof value === 'object' ? escapeControls(toJson(value)) : String(value);
}

/** `Name: value` lines, names aligned, nested records indented below their name. */
export function recordLines(record: Readonly<Record<string, unknown>>, indent = ''): string[] {
  const entries = Object.entries(record);
  const width = Math.max(0, ...entries.map(([name]) => toText(name).length));
  return entries.flatMap(([name, value]) => {
    const label = `${indent}${toText(name)}:`;
    if (isRecord(value)) return [label, ...recordLines(value, `${indent}  `)];
    return [`${label.padEnd(indent.length + width + 2)}${toText(value)}`];
  });
}

/** A table with a head; numbers to the right. */
export function tableLines(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string[] {
  const cells = [head, ...rows].map((row) => row.map((cell) => toText(cell)));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells.map((row) =>
    row
      .map((cell, column) =>
        typeof rows[0]?.[column] === 'number'
          ? cell.padStart(widths[column]!)
          : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd(),
  );
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Date) &&
  !(value instanceof Uint8Array);

/** Control characters, line separators, and what turns the direction of writing. */
const isControl = (code: number): boolean =>
  code < 0x20 ||
  (code >= 0x7f && code < 0xa0) ||
  (code >= 0x2028 && code <= 0x202e) ||
  (code >= 0x2066 && code <= 0x2069);

const plain = (text: string): boolean => escapeControls(text) === text;

function escapeControls(text: string): string {
  let escaped = '';
  for (const character of text) {
    const code = character.codePointAt(0)!;
    escaped += isControl(code) ? `\\u${code.toString(16).padStart(4, '0')}` : character;
  }
  return escaped;
}
