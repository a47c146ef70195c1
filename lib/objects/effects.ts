/** When changed objects take effect. */
import { kinds } from './kinds.js';
import type { ObjectChange } from './model.js';
import { findOption } from './server-options.js';

export interface Effects {
  /** How many changes the running server works by already. */
  readonly now: number;
  /** Options that wait for a restart. */
  readonly restart: readonly string[];
  /**
   * What is kept and checked while nothing works by it yet: kinds, each with how many, and options.
   */
  readonly kept: readonly string[];
}

export function describeEffects(changes: readonly ObjectChange[]): Effects {
  let now = 0;
  const restart: string[] = [];
  const options: string[] = [];
  const counts = new Map<string, number>();
  for (const { kind, name } of changes) {
    const option = kind === 'option' ? findOption(name) : undefined;
    if (option !== undefined && option.used !== true) options.push(`option ${name}`);
    else if (option?.takes === 'restart') restart.push(`option ${name}`);
    else if (kinds[kind].effect === 'now') now += 1;
    else counts.set(kinds[kind].plural, (counts.get(kinds[kind].plural) ?? 0) + 1);
  }
  const kept = [...counts].map(([plural, count]) => `${count} ${plural}`);
  return { now, restart, kept: [...kept, ...options] };
}
