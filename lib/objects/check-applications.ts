/**
 * What must be true of the applications together with those of the daemon's configuration file:
 * each name and each token belongs to one, and somebody can still change the objects.
 */
import type { ObjectFault } from './fault.js';
import { kinds } from './kinds.js';
import { fieldsOf, type Model, type ObjectChange } from './model.js';
import type { DeclaredAccess } from './config-store.js';
import { toRow } from './rows.js';
import { startApplicationsOf } from './versions.js';
import { limits } from '../limits.js';

/** Tokens of one application: the one in use and those that replace it. */
const tokensMax = 8;

/** What is wrong with the applications of a model that these changes led to. */
export function checkApplications(
  model: Model,
  changes: readonly ObjectChange[],
  declared: DeclaredAccess,
): ObjectFault[] {
  const faults: ObjectFault[] = [];
  const fault = (name: string, at: ObjectFault['at'], what: string, remedy: string): void =>
    void faults.push({ kind: 'application', name, at, what, remedy });
  const isTaken = new Set(declared.applications.map(({ name }) => name));
  for (const { kind, name, after } of changes) {
    if (kind !== 'application' || after === undefined) continue;
    if (isTaken.has(name)) {
      const what = `the daemon's configuration file has an application "${name}" too`;
      fault(name, ['name'], what, 'take it out of one of them');
    }
    const tokens = fieldsOf(after)['credentials'] as readonly string[] | undefined;
    if ((tokens?.length ?? 0) > tokensMax) {
      fault(name, ['credentials'], `has ${tokens?.length} tokens`, `at most ${tokensMax}`);
    }
  }
  const owners = new Map(
    declared.applications.flatMap(({ name, hashes }) => hashes.map((hash) => [hash, name])),
  );
  const applications = startApplicationsOf(model);
  for (const { name, hashes } of applications) {
    for (const hash of hashes) {
      const owner = owners.get(hash) ?? name;
      owners.set(hash, owner);
      if (owner === name) continue;
      const what = `"${owner}" has the same token`;
      fault(name, ['credentials'], what, 'make one with "ixion token create"');
    }
  }
  const bytes = toRow(applications).length;
  if (bytes > limits.applicationsBytes) {
    const what = `the ${kinds.application.plural} have ${bytes} bytes together`;
    fault(applications[0]?.name ?? '', [], what, `at most ${limits.applicationsBytes}`);
  }
  if (isLockedOut(applications, declared)) {
    const name = changes.find(({ kind }) => kind === 'application')?.name ?? '';
    const what = 'no application with a token would have the role admin: nobody could change this';
    fault(name, [], what, 'add one that has');
  }
  return faults;
}

function isLockedOut(
  applications: ReturnType<typeof startApplicationsOf>,
  { isRequired, applications: declared }: DeclaredAccess,
): boolean {
  const all = [...declared, ...applications];
  if (all.some(({ role, hashes }) => role === 'admin' && hashes.length > 0)) return false;
  return isRequired || applications.some(({ hashes }) => hashes.length > 0);
}
