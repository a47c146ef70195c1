/** What is wrong with one record of a file; the others are taken. */
import type { TextFault } from '../text/index.js';

export class RecordFault extends Error {
  override name = 'RecordFault';

  /** @param remedy what to write instead */
  constructor(what: string, remedy: string) {
    super(`${what}; ${remedy}`);
  }
}

/** The fault of a strict reader, of something that has a name. */
export const faultOf = (name: string, { what, remedy }: TextFault): RecordFault =>
  new RecordFault(`${name}: ${what}`, remedy);
