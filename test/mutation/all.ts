/** All mutations, and whether each can still be made. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cliMutations } from './cli-mutations.js';
import { commandMutations } from './command-mutations.js';
import { ledgerMutations } from './ledger-mutations.js';
import { type Mutation, mutations, type Replacement } from './mutations.js';
import { netMutations } from './net-mutations.js';
import { retryMutations } from './retry-mutations.js';
import { snapshotMutations } from './snapshot-mutations.js';
import { transferMutations } from './transfer-mutations.js';

export const allMutations: readonly Mutation[] = [
  ...mutations,
  ...retryMutations,
  ...ledgerMutations,
  ...netMutations,
  ...transferMutations,
  ...cliMutations,
  ...commandMutations,
  ...snapshotMutations,
];

/** @throws {Error} when the text is not there exactly once: the mutation has to be written anew */
export function replaced(text: string, { file, from, to }: Replacement): string {
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`${file} holds "${from}" ${parts.length - 1} times`);
  return parts.join(to);
}

/** Files of a mutation as they become; of several changes of one file, each sees those before. */
export function mutatedFiles(
  root: string,
  { replacements }: Mutation,
): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const replacement of replacements) {
    const path = join('dist', replacement.file);
    const text = files.get(path) ?? readFileSync(join(root, path), 'utf8');
    files.set(path, replaced(text, replacement));
  }
  return files;
}

/** Mutations that cannot be made, or whose tests are not there: a line each. */
export function mutationFaults(root: string, all: readonly Mutation[] = allMutations): string[] {
  const faults: string[] = [];
  const names = new Set<string>();
  for (const mutation of all) {
    const { name, caughtBy } = mutation;
    const fault = (what: string): void => void faults.push(`mutation "${name}": ${what}`);
    if (names.has(name)) fault('another one has this name');
    names.add(name);
    try {
      mutatedFiles(root, mutation);
    } catch (error) {
      fault((error as Error).message);
    }
    if (caughtBy.length === 0) fault('no test is to notice it');
    for (const test of caughtBy) {
      if (!existsSync(join(root, 'dist/test', test))) fault(`there is no test ${test}`);
    }
  }
  return faults;
}
