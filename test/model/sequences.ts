/**
 * Many sequences of calls against one server. A failing run prints the shrunk sequence as a program
 * of the client library, and the seed; IXION_SEED=n gives the same sequences again.
 */
import fc from 'fast-check';
import { guest } from './actors.js';
import { commands } from './commands.js';
import { Model } from './model.js';
import { partitionsOfSet, queuesOfSet, Real, startOptions } from './real.js';
import { Sequence } from './sequence.js';

const sets = 1_000;
const callsPerSequence = 60;
/** Once there is a failure, shorter sequences are tried: most of them by waiting in vain. */
const patienceOfShrinkingMs = 500;
const timeLimitMs = 240_000;

export interface Campaign {
  readonly seed: number;
  readonly sequences: number;
  /** What the server must do; another one is wrong on purpose. */
  readonly Kind?: typeof Model;
  /** Whether shorter sequences are tried, once one fails. */
  readonly shrinks?: boolean;
}

export interface CampaignReport {
  /** Undefined: model and server agree. */
  readonly failure: string | undefined;
  readonly sequences: number;
  readonly calls: number;
}

/** Runs sequences until one fails. `data`: a directory for the store. */
export async function runSequences(data: string, campaign: Campaign): Promise<CampaignReport> {
  const { seed, sequences: numRuns, Kind = Model, shrinks = true } = campaign;
  const real = await Real.start(data, sets);
  let set = 0;
  let calls = 0;
  const arbitrary = fc.commands(commands, { maxCommands: callsPerSequence, size: 'max' });
  const property = fc.asyncProperty(arbitrary, async (sequence) => {
    calls += await runSequence(real, Kind, set++ % sets, sequence);
  });
  try {
    const details = await fc.check(property, {
      seed,
      numRuns,
      endOnFailure: !shrinks,
      interruptAfterTimeLimit: timeLimitMs,
    });
    const strangers = real.strangers.map((id) => `events of ${id}, which nobody expects`);
    const failure = details.failed ? failureOf(details) : strangers.join('; ');
    return { failure: failure || undefined, sequences: details.numRuns, calls };
  } finally {
    await real.stop();
  }
}

/** The shortest sequence that fails, as a program, and how it failed. */
const failureOf = ({ seed, numShrinks, errorInstance }: fc.RunDetails<[Commands]>): string =>
  `// IXION_SEED=${seed}, shrunk ${numShrinks} times:\n${(errorInstance as Error).message}`;

type Commands = Iterable<fc.AsyncCommand<Model, Sequence, true>>;

async function runSequence(
  real: Real,
  Kind: typeof Model,
  set: number,
  calls: Commands,
): Promise<number> {
  const queues = queuesOfSet(set);
  const model = new Kind(queues, (queue) => partitionsOfSet[queues.indexOf(queue)]!);
  const sequence = new Sequence(real);
  try {
    await fc.asyncModelRun(() => ({ model, real: sequence }), calls);
    await sequence.finish(model);
  } catch (error) {
    real.patienceMs = patienceOfShrinkingMs;
    const program = sequence.script.program(startOptions([set]), (error as Error).message);
    throw new Error(program, { cause: error });
  } finally {
    if (model.registered.has(guest)) await real.unregisterGuest();
  }
  return [...calls].length;
}
