/** Truth as text, in one spelling each. */
import { TextFault } from './fault.js';
import { shown } from './integer.js';

/** `true` or `1`, `false` or `0`, and nothing else: neither `yes` nor `TRUE` nor an empty text. */
export function readBoolean(text: string): boolean | TextFault {
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  return new TextFault(`${shown(text)} is neither true nor false`, 'write true or false (or 1, 0)');
}
