/** From the configuration to who may do what, and to what listeners speak. */
import type { Clock } from '../clock.js';
import type { ApplicationDeclaration, Configuration } from '../config/configuration.js';
import { parseEndpoint } from '../config/endpoint.js';
import { openAdmission, applicationsOf } from '../security/admission.js';
import type { Admission, Application } from '../security/admission.js';
import type { Attempts } from '../security/attempts.js';
import type { Audit } from '../security/audit-log.js';
import type { CredentialAdmission } from '../security/credential-admission.js';
import { exposures } from '../security/exposure.js';
import type { Role } from '../security/roles.js';
import type { TlsMaterial } from '../security/tls.js';
import type { LateLoads } from './late-loads.js';
import { StartRefused } from './refusal.js';

/** Where admission comes from; `credentials` undefined: nobody is told apart. */
export interface Gate {
  readonly admission: Admission;
  readonly credentials: CredentialAdmission | undefined;
}

/** A tenant that is not named (domain 1.2). */
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
    readonly audit: Audit;
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
    failed: (address, who) => options.audit.note({ event: 'credentials refused', who, address }),
  });
  return { admission: credentials, credentials };
}

/**
 * Refuses to be reachable from elsewhere for everybody, unless told to. What the configuration
 * objects say does not count: they can change.
 * @returns what is open all the same, for the log and the status
 * @throws {StartRefused}
 */
export function checkExposure(
  configuration: Configuration,
  applications: readonly ApplicationDeclaration[],
  withAdmin: boolean,
): readonly string[] {
  const { listen, admin, insecure } = configuration.values;
  const required = requiresCredentials(configuration, applications.map(applicationOf));
  const listeners = [
    { option: 'listen', host: parseEndpoint(listen)?.host ?? listen },
    ...(withAdmin ? [{ option: 'admin', host: parseEndpoint(admin)?.host ?? admin }] : []),
  ];
  const hasTls = configuration.values['tls.certificate'] !== undefined;
  const open = exposures(listeners, { hasTls, requiresCredentials: required });
  if (open.length > 0 && !insecure) {
    const remedy = 'Configure them (docs/operating/security.md), or take the risk with --insecure.';
    throw new StartRefused('configuration', `${open.join('; ')}. ${remedy}`);
  }
  return open;
}

/**
 * What the listeners speak TLS with; undefined: nothing.
 * @throws {StartRefused} naming the option
 */
export async function tlsOf(
  { values }: Configuration,
  late: LateLoads,
): Promise<TlsMaterial | undefined> {
  const { 'tls.certificate': certificate, 'tls.key': key } = values;
  const clientCertificateAuthority = values['tls.clientCertificateAuthority'];
  const requireClientCertificate = values['tls.requireClientCertificate'];
  if (certificate === undefined && key === undefined && clientCertificateAuthority === undefined) {
    if (!requireClientCertificate) return undefined;
  }
  if (certificate === undefined || key === undefined) {
    const message = 'TLS needs both tls.certificate and tls.key. Give both, or none of tls.';
    throw new StartRefused('configuration', message);
  }
  if (requireClientCertificate && clientCertificateAuthority === undefined) {
    const message = 'tls.requireClientCertificate needs tls.clientCertificateAuthority.';
    throw new StartRefused('configuration', message);
  }
  const { readTls } = await late.now('what reads certificates', () => import('../security/tls.js'));
  const files = { certificate, key, clientCertificateAuthority, requireClientCertificate };
  return readTls(files).catch((cause: unknown) => {
    throw new StartRefused('configuration', (cause as Error).message, { cause });
  });
}
