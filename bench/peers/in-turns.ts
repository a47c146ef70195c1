/** Contestants in turns, where one that fails is left out and named, instead of the end of all. */
import { measureYardsticks, type Yardsticks } from '../support/yardsticks.js';
import { summarize } from '../support/statistics.js';
import type { Contestant } from './contestant.js';

/** Samples of those that got through all rounds, one per round; and why others did not. */
export interface Turns<Sample> {
  readonly samples: ReadonlyMap<string, readonly Sample[]>;
  readonly failed: Readonly<Record<string, string>>;
  /** Before each round. */
  readonly yardsticks: Readonly<Record<keyof Yardsticks, ReturnType<typeof summarize>>>;
}

/** What `inTurns` does with a contestant. */
export interface Measuring<Sample> {
  readonly rounds: number;
  readonly directory: string;
  measure(contestant: Contestant): Promise<Sample>;
  describe(sample: Sample): string;
  say(line: string): void;
}

/** Measures each contestant once per round; in each round another one begins. */
export async function inTurns<Sample>(
  contestants: readonly Contestant[],
  { rounds, directory, measure, describe, say }: Measuring<Sample>,
): Promise<Turns<Sample>> {
  const samples = new Map<string, Sample[]>(contestants.map(({ name }) => [name, []]));
  const failed: Record<string, string> = {};
  const yardsticks: Yardsticks[] = [];
  for (let round = 0; round < rounds; round += 1) {
    yardsticks.push(await measureYardsticks(directory));
    for (let turn = 0; turn < contestants.length; turn += 1) {
      const contestant = contestants[(round + turn) % contestants.length]!;
      const { name } = contestant;
      const taken = samples.get(name);
      if (taken === undefined) continue;
      try {
        const sample = await measure(contestant);
        taken.push(sample);
        say(`round ${round + 1} of ${rounds}: ${name.padEnd(19)} ${describe(sample)}`);
      } catch (error) {
        failed[name] = (error as Error).message;
        samples.delete(name);
        say(`${name} is left out: ${failed[name]}`);
      }
    }
  }
  const summaryOf = (name: keyof Yardsticks) => summarize(yardsticks.map((one) => one[name]));
  return {
    samples,
    failed,
    yardsticks: {
      fdatasyncPerSecond: summaryOf('fdatasyncPerSecond'),
      echoPerSecond: summaryOf('echoPerSecond'),
    },
  };
}
