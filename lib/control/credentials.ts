/** From the configuration to who may do what, and to what listeners speak. */
import type { Clock } from '../clock.js';
import type { ApplicationDeclaration, Configuration } from '../config/configuration.js';
import { openAdmission, applicationsOf } from '../security/admission.js';
import type { Admission, Application } from '../security/admission.js';
import type { Attempts } from '../security/attempts.js';
import type { CredentialAdmission } from '../security/credential-admission.js';
import type { Role } from '../security/roles.js';
import type { LateLoads } from '../process/late-loads.js';

/** Where admission comes from; `credentials` undefined: nobody is told apart. */
export interface Gate {
  readonly admission: Admission;
  readonly credentials: CredentialAdmission | undefined;
}

/** A tenant that is not named. */
const defaultTenants = [1];

/** An application of the configuration file, as admission knows it. */
export function applicationOf({
  name,
  role,
  tenants,
  tokenHash,
}: ApplicationDeclaration): Application {
  return {
    name,
    role: role as Role,
    tenants: tenants === 'all' ? undefined : (tenants ?? defaultTenants),
    tokenHashes: [tokenHash].flat(),
  };
}

/** Whether every client must show credentials: by default as soon as one could. */
export function requiresCredentials(
  { values }: Configuration,
  applications: readonly Application[],
): boolean {
  return values.requireCredentials ?? applications.some(hasToken);
}

const hasToken = ({ tokenHashes }: Application): boolean => tokenHashes.length > 0;

/** @param attempts limits to go on with, when the configuration was read again */
export async function openGate(
  applications: readonly Application[],
  required: boolean,
  options: {
    readonly clock: Clock;
    /** Wrong credentials of this name came from there. */
    refused(address: string, who: string): void;
    readonly late: LateLoads;
    readonly attempts?: Attempts;
  },
): Promise<Gate> {
  if (!required && !applications.some(hasToken)) {
    return { admission: openAdmission, credentials: undefined };
  }
  const { CredentialAdmission } = await options.late.now(
    'what checks credentials',
    () => import('../security/credential-admission.js'),
  );
  const credentials = new CredentialAdmission({
    clock: options.clock,
    applications: applicationsOf(applications),
    required,
    ...(options.attempts !== undefined && { attempts: options.attempts }),
    failed: (address, who) => options.refused(address, who),
  });
  return { admission: credentials, credentials };
}
