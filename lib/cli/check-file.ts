/**
 * Whether a start with a configuration file would be refused: all that it asks
 * before it opens data.
 */
import { resolve } from 'node:path';
import {
  ConfigurationError,
  type ConfigurationFault,
  resolveConfiguration,
} from '../config/configuration.js';
import { readConfigurationFile } from '../config/file.js';
import { checkConfiguration } from '../control/check-configuration.js';
import { defaultPartitions } from '../data/directory.js';
import { readManifest } from '../data/manifest.js';

/** What a file comes to. */
export interface CheckedFile {
  readonly processes: number;
  readonly queues: number;
  /** What could not be looked at from here. */
  readonly notes: readonly string[];
}

/** @throws {ConfigurationError} with all that is wrong, each with its line */
export async function checkFile(file: string): Promise<CheckedFile> {
  const content = await readConfigurationFile(file);
  const { businessProcesses, values, placeOf } = content;
  const configuration = resolveConfiguration([values], businessProcesses);
  const { data, partitions: wanted } = configuration.values;
  const notes: string[] = [];
  const store = storeAt(data, notes);
  const faults: ConfigurationFault[] = [];
  if (store !== undefined && wanted !== undefined && wanted !== store) {
    const what = `the store in ${resolve(data)} has ${store}, which is fixed`;
    faults.push({ path: 'partitions', what, remedy: 'leave the option out' });
  }
  const isNew = store === undefined && notes.length === 0;
  const partitions = store ?? wanted ?? (isNew ? defaultPartitions : undefined);
  const late = { now: <T>(_what: string, load: () => Promise<T>): Promise<T> => load() };
  const checked = await checkConfiguration({ ...content, configuration, partitions, isNew }, late);
  faults.push(...checked.faults);
  if (faults.length > 0) {
    const placed = faults.map((fault) => ({ ...fault, ...placeOf?.(fault.path) }));
    throw new ConfigurationError(file, placed);
  }
  if (configuration.values.requireCredentials === true && !content.applications?.length && !isNew) {
    notes.push('applications must be among the configuration objects of the store');
  }
  const queues = businessProcesses.reduce((count, one) => count + one.queues.length, 0);
  return { processes: businessProcesses.length, queues, notes };
}

/** Partitions of the store; undefined: there is none, or a note says why it cannot be read. */
function storeAt(data: string, notes: string[]): number | undefined {
  try {
    return readManifest(resolve(data))?.partitions;
  } catch (error) {
    notes.push(`the store was not looked at: ${(error as Error).message}`);
    return undefined;
  }
}
