/** The section [settings] of a configuration. */
import type { Configuration } from '../config/configuration.js';

const prefix = 'settings.';

/** Its options without the prefix, as the counters know them. */
export function settingsOf({ values }: Configuration): Record<string, boolean> {
  const settings: Record<string, boolean> = {};
  for (const [key, value] of Object.entries(values)) {
    if (key.startsWith(prefix)) settings[key.slice(prefix.length)] = value === true;
  }
  return settings;
}
