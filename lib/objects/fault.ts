/** What is wrong with configuration objects. */
import type { KindName } from './field.js';

/** Steps from an object or a file down to what is wrong. */
export type Path = readonly (string | number)[];

/** A fault of one object, found without knowing where it was written. */
export interface ObjectFault {
  readonly kind: KindName;
  readonly name: string;
  /** From the object down; empty: the object itself. */
  readonly at: Path;
  readonly what: string;
  readonly remedy: string;
}

/** A fault as it is told: `path` is that in the file, or KIND.NAME and so on without a file. */
export interface Fault {
  readonly path: string;
  /** From 1; there is none without a file. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly what: string;
  readonly remedy: string;
}

/** More than these are counted, not told. */
export const faultsMax = 100;

/** A change of configuration objects that is refused as a whole; nothing was changed. */
export class ObjectsRefused extends Error {
  override name = 'ObjectsRefused';
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map(describeFault).join('\n'));
    const more = faults.length - faultsMax;
    const rest = { path: '', what: `${more} faults more`, remedy: 'correct these first' };
    this.faults = more > 0 ? [...faults.slice(0, faultsMax), rest] : faults;
  }
}

/** `agents.3.user: there is no user "ann"; ...` */
export function describeFault({ path, line, column, what, remedy }: Fault): string {
  const position = line === undefined ? '' : `${line}:${column ?? 1} `;
  return `${position}${path === '' ? '' : `${path}: `}${what}; ${remedy}`;
}

/** A fault of an object without a file. */
export function faultOfObject({ kind, name, at, what, remedy }: ObjectFault): Fault {
  return { path: [kind, name, ...at].join('.'), what, remedy };
}
