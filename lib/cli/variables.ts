/** Which variables are ours, and which only look like it. */
import { optionTable } from '../config/option-table.js';
import { didYouMean } from './suggest.js';

/**
 * Variables that are read beside those of the daemon's options. A test compares
 * them with the table.
 */
const commandVariables = [
  'IXION_CONFIG',
  'IXION_SERVER',
  'IXION_ADMIN',
  'IXION_DATA',
  'IXION_APPLICATION',
  'IXION_TOKEN',
  'IXION_CLIENT_TYPE',
  'IXION_TLS',
  'IXION_TLS_CA',
  'IXION_CLIENT_CERTIFICATE',
  'IXION_CLIENT_KEY',
  'IXION_DEBUG',
  // Of a checkout, its tests and benches.
  'IXION_NO_INSTALL',
  'IXION_FAULT_INJECTION',
  'IXION_SEED',
  'IXION_RECORDED_DAY',
  'IXION_RUNS',
];

export const knownVariables: ReadonlySet<string> = new Set([
  ...optionTable.map(({ environment }) => environment),
  ...commandVariables,
]);

/** What Kubernetes sets for a service named `ixion`. */
const ofKubernetes = /^IXION_(SERVICE_(HOST|PORT\w*)|PORT(_\d+_(TCP|UDP)(_(ADDR|PORT|PROTO))?)?)$/;

/** A line for each variable that begins like ours and means nothing. */
export function unknownVariables(environment: NodeJS.ProcessEnv): string[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith('IXION_') && !knownVariables.has(name))
    .filter((name) => !ofKubernetes.test(name))
    .map((name) => `the variable ${name} means nothing.${didYouMean(name, knownVariables)}`);
}
