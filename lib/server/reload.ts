/** What a changed configuration means for a running server. */
import type { Configuration } from '../config/configuration.js';
import { optionTable } from '../config/option-table.js';

export interface ConfigurationChange {
  /** Keys of options that are applied while running. */
  readonly live: readonly string[];
  /** Keys of options that wait for a restart. */
  readonly restart: readonly string[];
}

/** Options whose values differ. `partitions` counts only if it was given: the store has its own. */
export function compareConfigurations(before: Configuration, after: Configuration) {
  const live: string[] = [];
  const restart: string[] = [];
  for (const { key, effect } of optionTable) {
    if (before.values[key] === after.values[key]) continue;
    (effect === 'reload' ? live : restart).push(key);
  }
  return { live, restart } satisfies ConfigurationChange;
}
