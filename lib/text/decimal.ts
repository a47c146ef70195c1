/**
 * Numbers with a point or an exponent, as JSON writes them. A number that a double cannot hold as
 * it was written is a fault: too great (`1e400`), too small (`1e-400`), or of more digits than it
 * keeps (`9007199254740993`, `12345678901234567.89`).
 */
import { TextFault } from './fault.js';
import { shown } from './integer.js';

const form = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE][+-]?\d+)?$/;
/** Every decimal of so many digits comes back from a double. */
const digitsAlwaysKept = 15;
/** More digits `toPrecision` does not tell. */
const digitsMax = 100;

/** A finite number of [min, max]. */
export function readDecimal(text: string, min = -Infinity, max = Infinity): number | TextFault {
  const found = form.exec(text);
  if (found === null) {
    return new TextFault(`${shown(text)} is not a number`, 'write it as 4711 or 0.25');
  }
  const value = Number(text);
  if (!Number.isFinite(value)) {
    return new TextFault(`${shown(text)} is greater than a number can be`, 'give a smaller one');
  }
  if (!isKept(value, found[2]! + (found[3] ?? ''))) {
    return new TextFault(
      `${shown(text)} has more digits than a number keeps`,
      'round it, or give it as text',
    );
  }
  if (value >= min && value <= max) return value;
  return new TextFault(`${text} is out of range`, `give a number from ${min} to ${max}`);
}

/** Whether rounding the value to as many digits as were written gives the same digits. */
function isKept(value: number, written: string): boolean {
  const digits = written.replace(/^0+/, '');
  if (digits === '') return true;
  if (value === 0 || digits.length > digitsMax) return false;
  if (digits.length <= digitsAlwaysKept && Math.abs(value) >= 1e-300) return true;
  const size = Math.abs(value);
  // The shortest text of a number may be one of two that are equally near.
  if (digitsOf(size.toExponential()) === digits.replace(/0+$/, '')) return true;
  return digitsOf(size.toExponential(digits.length - 1)) === digits;
}

const digitsOf = (exponential: string): string =>
  exponential.slice(0, exponential.indexOf('e')).replace('.', '');
