/** Runs contestants in turns, so that what the machine does meanwhile hits all of them alike. */

/** One of those that are compared. */
export interface Contestant<Sample> {
  readonly name: string;
  run(seconds: number): Promise<Sample>;
}

export interface RoundsOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

/** Samples of each contestant, one per round; in each round another one begins. */
export async function alternate<Sample>(
  contestants: readonly Contestant<Sample>[],
  { rounds, seconds, warmUpSeconds }: RoundsOptions,
  say: (line: string) => void,
  describe: (sample: Sample) => string,
): Promise<Sample[][]> {
  const samples: Sample[][] = contestants.map(() => []);
  if (warmUpSeconds > 0) {
    for (const contestant of contestants) await contestant.run(warmUpSeconds);
  }
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < contestants.length; turn += 1) {
      const index = (round + turn) % contestants.length;
      const { name, run } = contestants[index]!;
      const sample = await run(seconds);
      samples[index]!.push(sample);
      say(`round ${round + 1} of ${rounds}: ${name.padEnd(8)} ${describe(sample)}`);
    }
  }
  return samples;
}
