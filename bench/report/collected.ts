/** The figures of one or several runs as one: what the pages and the comparison are made from. */
import { isSummary, type Summary } from '../support/statistics.js';

/** What one bench said, with what it was measured on. */
export type Measured = Readonly<Record<string, unknown>>;

export interface Collected {
  /** Of the runs; `mixed` when they differ. */
  readonly form: string;
  readonly benches: Readonly<Record<string, Measured>>;
}

/** What `--output` writes: of `all`, or of a single bench. */
interface Report {
  readonly bench: string;
  readonly form?: string;
  readonly benches?: Readonly<Record<string, Measured>>;
  readonly machine: Readonly<Record<string, unknown>>;
}

/**
 * Joins reports; of a bench that is in several, the last counts. Those that failed are left out.
 */
export function collect(reports: readonly object[]): Collected {
  const benches: Record<string, Measured> = {};
  const formsSeen = new Set<string>();
  for (const report of reports) {
    const { bench, form, benches: several, machine, ...single } = report as Report;
    formsSeen.add(form ?? 'single');
    const measured: Record<string, Measured> = { ...(several ?? { [bench]: single }) };
    for (const [name, figures] of Object.entries(measured)) {
      if (figures['error'] === undefined) benches[name] = { ...figures, machine };
    }
  }
  return { form: formsSeen.size === 1 ? [...formsSeen][0]! : 'mixed', benches };
}

/** The value at `a.b.c`; undefined where there is none. */
export function valueAt(of: unknown, path: string): unknown {
  let value = of;
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

export const numberAt = (of: unknown, path: string): number | undefined => {
  const value = valueAt(of, path);
  return typeof value === 'number' ? value : undefined;
};

export const summaryAt = (of: unknown, path: string): Summary | undefined => {
  const value = valueAt(of, path);
  return isSummary(value) ? value : undefined;
};

/** An array of objects at a path; empty where there is none. */
export const rowsAt = (of: unknown, path: string): readonly object[] => {
  const value = valueAt(of, path);
  return Array.isArray(value) ? (value as object[]) : [];
};
