/** What a bench is to `main.ts`. */

/** Options of all benches; each uses those that concern it. */
export interface BenchOptions {
  /** Length of a counted run. */
  readonly seconds: number;
  /** Length of the run before, which is not counted. */
  readonly warmUpSeconds: number;
  /** Counted runs of each contestant. */
  readonly rounds: number;
  readonly inFlight: number;
  readonly queues: number;
  /** Absent: the server's default. */
  readonly partitions: number | undefined;
  /** Business processes that share the queues; each has its partition. */
  readonly processes: number;
  readonly interactions: number;
  /** Where stores are made, in folders of their own that are removed at the end. */
  readonly directory: string;
}

/** Figures by name, as they are printed and written as JSON. */
export type Figures = Readonly<Record<string, unknown>>;

export interface Bench {
  readonly about: string;
  /** @param say takes one line about the progress */
  run(options: BenchOptions, say: (line: string) => void): Promise<Figures>;
}
