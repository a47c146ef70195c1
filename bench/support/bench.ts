/** What a bench is to `main.ts`. */
import type { BenchOptions } from './options.js';

export type { BenchOptions } from './options.js';

/** Figures by name, as they are printed and written as JSON. */
export type Figures = Readonly<Record<string, unknown>>;

export interface Bench {
  readonly about: string;
  /** Where this bench differs from the table of options. */
  readonly defaults?: Partial<BenchOptions>;
  /** @param say takes one line about the progress */
  run(options: BenchOptions, say: (line: string) => void): Promise<Figures>;
}
