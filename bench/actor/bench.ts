/**
 * What the actor runtime costs over bare messages between threads, and what it is beside libraries
 * that move messages, in turns; each in a process of its own.
 */
import type { Bench } from '../support/bench.js';
import { installPackages } from '../support/packages.js';
import { Child } from '../support/processes.js';
import { alternate, type Contestant } from '../support/rounds.js';
import { median, ratiosOf, rounded, summarize } from '../support/statistics.js';
import type { SideRate, SideRun } from './side-process.js';
import { type SideName, sideNames, sides } from './sides.js';

const kinds = ['tell', 'ask'] as const;
type Kind = (typeof kinds)[number];
type Samples = Readonly<Record<Kind, readonly SideRate[]>>;

export const actor: Bench = {
  about: 'tell and ask between threads, beside bare postMessage and beside libraries',
  async run(options, say) {
    const { children, skipped } = await openSides(say);
    const names = [...children.keys()];
    try {
      const contestants = names.flatMap((name) =>
        kinds.map((kind): Contestant<SideRate> => ({
          name: `${name} ${kind}`,
          run: (seconds) => children.get(name)!.ask<SideRate>({ kind, seconds } satisfies SideRun),
        })),
      );
      const samples = await alternate(contestants, options, say, describe);
      const byName = new Map(
        names.map((name, at): [SideName, Samples] => [
          name,
          { tell: samples[2 * at]!, ask: samples[2 * at + 1]! },
        ]),
      );
      return { ...figuresOf(byName), skipped };
    } finally {
      for (const child of children.values()) await child.end();
    }
  },
};

/** Processes of all that are there and work, and why others are left out. */
async function openSides(say: (line: string) => void) {
  const why = installPackages('actor', say);
  const children = new Map<SideName, Child>();
  const skipped: Record<string, string> = {};
  for (const name of sideNames) {
    try {
      if (why !== undefined && sides[name].isInstalled) throw new Error(why);
      const child = new Child('actor/side-process.js', [name]);
      await child.ask<SideRate>({ kind: 'ask', seconds: 0 } satisfies SideRun);
      children.set(name, child);
    } catch (error) {
      skipped[name] = (error as Error).message;
      say(`${name} is skipped: ${skipped[name]}`);
    }
  }
  return { children, skipped };
}

const describe = ({ perSecond, processorUs }: SideRate): string =>
  `${Math.round(perSecond)} per second, processor time ${processorUs.toFixed(2)} us each`;

const rate = ({ perSecond }: SideRate): number => perSecond;

function figuresOf(samples: ReadonlyMap<SideName, Samples>) {
  const ours = samples.get('ixion')!;
  const bare = samples.get('bare')!;
  const [tell, ask] = kinds.map((kind) => ratiosOf(ours[kind], bare[kind], rate));
  return {
    ratioToBareTell: tell!.median,
    ratioToBareAsk: ask!.median,
    ratioToBareTellSpread: tell,
    ratioToBareAskSpread: ask,
    sides: Object.fromEntries(
      [...samples].map(([name, theirs]) => {
        const { does, isBetweenThreads } = sides[name];
        const tells = figuresOfKind(ours.tell, theirs.tell);
        const asks = figuresOfKind(ours.ask, theirs.ask);
        return [name, { tell: tells, ask: asks, isBetweenThreads, does }] as const;
      }),
    ),
  };
}

const figuresOfKind = (ours: readonly SideRate[], theirs: readonly SideRate[]) => ({
  perSecond: summarize(theirs.map(rate)),
  /** Ours / theirs. */
  ratioTo: ratiosOf(ours, theirs, rate).median,
  processorUs: rounded(median(theirs.map(({ processorUs }) => processorUs))),
});
