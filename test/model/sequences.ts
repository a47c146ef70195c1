/**
 * Many sequences of calls against one server. A failing run prints the shrunk sequence and the
 * seed; IXION_SEED=n gives the same sequences again.
 */
import fc from 'fast-check';
import { guest } from './actors.js';
import { commands } from './commands.js';
import { Model } from './model.js';
import { partitionsOfSet, queuesOfSet, Real } from './real.js';
import { Sequence } from './sequence.js';

const sets = 1_000;
const callsPerSequence = 60;
/** Once there is a failure, shorter sequences are tried: most of them by waiting in vain. */
const patienceOfShrinkingMs = 500;
const timeLimitMs = 240_000;

export interface Campaign {
  readonly seed: number;
  readonly sequences: number;
}

export interface CampaignReport {
  /** Undefined: model and server agree. */
  readonly failure: string | undefined;
  readonly sequences: number;
  readonly calls: number;
}

/** Runs sequences until one fails. `data`: a directory for the store. */
export async function runSequences(data: string, campaign: Campaign): Promise<CampaignReport> {
  const { seed, sequences: numRuns } = campaign;
  const real = await Real.start(data, sets);
  let set = 0;
  let calls = 0;
  const arbitrary = fc.commands(commands, { maxCommands: callsPerSequence, size: 'max' });
  const property = fc.asyncProperty(arbitrary, async (sequence) => {
    calls += await runSequence(real, set++ % sets, sequence);
  });
  try {
    const details = await fc.check(property, {
      seed,
      numRuns,
      interruptAfterTimeLimit: timeLimitMs,
    });
    const strangers = real.strangers.map((id) => `events of ${id}, which nobody expects`);
    const failure = details.failed ? failureOf(details) : strangers.join('; ');
    return { failure: failure || undefined, sequences: details.numRuns, calls };
  } finally {
    await real.stop();
  }
}

/** The shortest sequence that fails, as calls, and how it failed. */
const failureOf = ({ seed, numShrinks, errorInstance }: fc.RunDetails<[Commands]>): string =>
  `IXION_SEED=${seed}, shrunk ${numShrinks} times:\n${(errorInstance as Error).message}`;

type Commands = Iterable<fc.AsyncCommand<Model, Sequence, true>>;

async function runSequence(real: Real, set: number, calls: Commands): Promise<number> {
  const queues = queuesOfSet(set);
  const model = new Model(queues, (queue) => partitionsOfSet[queues.indexOf(queue)]!);
  const sequence = new Sequence(real);
  try {
    await fc.asyncModelRun(() => ({ model, real: sequence }), calls);
    await sequence.finish(model);
  } catch (error) {
    real.patienceMs = patienceOfShrinkingMs;
    const lines = sequence.log.map((text) => `  await ${text};`);
    throw new Error(`${lines.join('\n')}\n  // ${(error as Error).message}`, { cause: error });
  } finally {
    if (model.registered.has(guest)) await real.unregisterGuest();
  }
  return [...calls].length;
}
