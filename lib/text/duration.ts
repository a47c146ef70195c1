/** Lengths of time as people write them: `500ms`, `30s`, `1.5h`. */
import { TextFault } from './fault.js';
import { shown } from './integer.js';

const factors = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof factors;

const form = /^(0|[1-9]\d{0,14})(?:\.(\d{1,9}))?(ms|s|m|h|d)?$/;

/**
 * Milliseconds of a number and its unit; a number alone counts seconds. A part of a millisecond is
 * a fault, as is more than `lengthMsMax`.
 */
export function readDuration(
  text: string,
  lengthMsMin = 0,
  lengthMsMax: number = Number.MAX_SAFE_INTEGER,
): number | TextFault {
  const found = form.exec(text);
  const remedy = 'write it as 500ms, 30s, 2m or 1h';
  if (found === null) return new TextFault(`${shown(text)} is not a length of time`, remedy);
  const [, whole = '0', fraction = '', unit = 's'] = found;
  const factor = factors[unit as Unit];
  // In whole numbers, so that 0.3s is not 299.99999999999994 ms.
  const scaled = BigInt(whole + fraction) * BigInt(factor);
  const scale = 10n ** BigInt(fraction.length);
  if (scaled % scale !== 0n) {
    return new TextFault(`${shown(text)} has less than a millisecond`, remedy);
  }
  const lengthMs = scaled / scale;
  if (lengthMs >= lengthMsMin && lengthMs <= lengthMsMax) return Number(lengthMs);
  return new TextFault(
    `${shown(text)} is out of range`,
    `give ${lengthMsMin}ms to ${lengthMsMax}ms`,
  );
}
