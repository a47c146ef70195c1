/**
 * Whole numbers in decimal: a minus sign or none, and digits without a zero before them.
 * Neither `1e3` nor `0x10`, `+5`, `007`, a space or a separator of thousands; nothing that a
 * number cannot hold.
 */
import { TextFault } from './fault.js';

const form = /^-?(?:0|[1-9]\d*)$/;
const wanted = 'write digits only, as 4711';

/** A whole number of [min, max], which are safe integers. */
export function readInteger(
  text: string,
  min: number = Number.MIN_SAFE_INTEGER,
  max: number = Number.MAX_SAFE_INTEGER,
): number | TextFault {
  const fault = formFault(text);
  if (fault !== undefined) return fault;
  const value = Number(text);
  // Further digits may have been lost; what is beyond the safe integers is beyond both ends too.
  return value >= min && value <= max ? value : outside(text, min, max);
}

/** The same for 64 bits with a sign, or any other range. */
export function readBigInteger(
  text: string,
  min: bigint = -(2n ** 63n),
  max: bigint = 2n ** 63n - 1n,
): bigint | TextFault {
  const fault = formFault(text);
  if (fault !== undefined) return fault;
  // No range that is asked for needs more digits, and the time to read them grows
  // with their square.
  if (text.length > 40) return outside(`${text.slice(0, 40)}...`, min, max);
  const value = BigInt(text);
  return value >= min && value <= max ? value : outside(text, min, max);
}

/** The same, as a number if one holds it. */
export function readWhole(text: string): number | bigint | TextFault {
  const value = readBigInteger(text);
  if (value instanceof TextFault) return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function formFault(text: string): TextFault | undefined {
  if (form.test(text) && text !== '-0') return undefined;
  if (text === '') return new TextFault('the number is empty', wanted);
  const digits = /^-?\d*/.exec(text)![0].length;
  const isAllDigits = digits === text.length && /\d/.test(text);
  if (isAllDigits) return new TextFault('the number begins with a zero', 'leave it out');
  return new TextFault(`${shown(text)} is not a whole number`, wanted, digits);
}

const outside = (text: string, min: number | bigint, max: number | bigint): TextFault =>
  new TextFault(`${text} is out of range`, `give a whole number from ${min} to ${max}`);

/** A text in quotation marks, shortened. */
export const shown = (text: string): string =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
