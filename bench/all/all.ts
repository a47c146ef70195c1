/**
 * Every bench, one after the other, in a form that says how large; what fails is named,
 * and the rest goes on.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, BenchOptions, Figures } from '../support/bench.js';
import { killDaemons } from '../support/daemon.js';
import { measureYardsticks } from '../support/yardsticks.js';
import { forms } from './forms.js';

/** What one bench came to within `all`; `error` instead of figures when it failed. */
export type Outcome = Figures & { readonly error?: string };

/** @param benches by name, in the order in which they run */
export function allOf(benches: Readonly<Record<string, Bench>>): Bench {
  return {
    about: 'every bench in the --form short or full; makes what the report is made from',
    async run(options, say) {
      const outcomes: Record<string, Outcome> = {};
      for (const [name, bench] of Object.entries(benches)) {
        if (options.without.includes(name)) continue;
        const startMs = performance.now();
        say(`--- ${name}`);
        outcomes[name] = await outcomeOf(name, bench, options, say);
        say(`--- ${name}: ${Math.round((performance.now() - startMs) / 1_000)} s`);
      }
      const failed = Object.keys(outcomes).filter((name) => outcomes[name]!.error !== undefined);
      if (failed.length > 0) process.exitCode = 1;
      return { form: options.form, benches: outcomes, failed };
    },
  };
}

async function outcomeOf(
  name: string,
  bench: Bench,
  options: BenchOptions,
  say: (line: string) => void,
): Promise<Outcome> {
  const directory = join(options.directory, name);
  mkdirSync(directory, { recursive: true });
  const size = forms[options.form][name] ?? {};
  const used = { ...options, ...bench.defaults, ...size, ...options.given, directory };
  const yardsticks = await measureYardsticks(directory, used.seconds);
  try {
    const figures = await bench.run(used, say);
    const { directory: _, given: __, ...said } = used;
    return { ...figures, yardsticks, options: said };
  } catch (error) {
    say(`${name} failed: ${(error as Error).message}`);
    await killDaemons();
    return { error: (error as Error).message, yardsticks };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
