/** What a changed configuration means for a running server. */
import type { Configuration } from '../config/configuration.js';
import { optionTable } from '../config/option-table.js';
import type { NamedPlacements } from '../objects/placement.js';
import type { QueuePlan } from './queue-plan.js';

/** What a reload did; each list holds option keys or sentences. */
export interface ReloadReport {
  readonly applied: readonly string[];
  readonly needsRestart: readonly string[];
  readonly refused: readonly string[];
}

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

/** What a reload did. The placements are those of the start. */
export function reloadReport(
  { live, restart }: ConfigurationChange,
  { added, moved, conflicts }: QueuePlan,
  placements: NamedPlacements = {},
  after: NamedPlacements = {},
): ReloadReport {
  const isSame = JSON.stringify(placements) === JSON.stringify(after);
  return {
    applied: [
      ...live,
      ...added.map(({ name }) => `queue ${name} added`),
      ...moved.map(({ queue, from, to }) => `queue ${queue} moves from partition ${from} to ${to}`),
    ],
    needsRestart: isSame ? restart : [...restart, 'placements'],
    refused: conflicts,
  };
}

const restartOptions: readonly string[] = optionTable
  .filter(({ effect }) => effect !== 'reload')
  .map(({ key }) => key);

/**
 * The new configuration with the old values of those options that wait for a restart.
 * @param restart which these are; absent: all that have to
 */
export function keepUntilRestart(
  before: Configuration,
  after: Configuration,
  restart = restartOptions,
): Configuration {
  const kept = Object.entries(before.values).filter(([key]) => restart.includes(key));
  return { ...after, values: { ...after.values, ...Object.fromEntries(kept) } };
}
