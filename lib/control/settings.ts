/** The section [settings]: what the configuration file says, and the objects, which win over it. */
import type { Configuration } from '../config/configuration.js';
import type { StartOptions } from '../objects/rows.js';
import { kpiOptionNames } from '../counters/kpi.js';

const prefix = 'settings.';
const objectPrefix = 'settings/';

/** Options of the counters without the section, as the counters know them. */
export function settingsOf(
  { values }: Configuration,
  objects: StartOptions = {},
): Record<string, boolean> {
  const settings: Record<string, boolean> = {};
  for (const [key, value] of Object.entries(values)) {
    if (key.startsWith(prefix)) settings[key.slice(prefix.length)] = value === true;
  }
  for (const name of kpiOptionNames) {
    const value = objects[objectPrefix + name];
    if (value !== undefined) settings[name] = value === true;
  }
  return settings;
}
