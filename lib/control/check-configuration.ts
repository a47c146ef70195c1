/**
 * All that can be said of a configuration before a store is opened: `startServer` and
 * `ixion config check` ask the same. What is in the store (queues, applications among the
 * objects) is not known here.
 */
import type {
  ApplicationDeclaration,
  BusinessProcessDeclaration,
  Configuration,
  ConfigurationFault,
} from '../config/configuration.js';
import { overlap, parseEndpoint } from '../config/endpoint.js';
import { type NamedPlacements, Placements } from '../objects/placement.js';
import { exposures } from '../security/exposure.js';
import type { TlsMaterial } from '../security/tls.js';
import type { LateLoads } from '../process/late-loads.js';
import { placeFaults } from './queue-plan.js';
import { StartRefused } from '../refusal.js';
import { applicationOf, requiresCredentials } from './credentials.js';

export interface ConfigurationToCheck {
  readonly configuration: Configuration;
  readonly businessProcesses?: readonly BusinessProcessDeclaration[] | undefined;
  readonly placements?: NamedPlacements | undefined;
  readonly applications?: readonly ApplicationDeclaration[] | undefined;
  /** False: there is no admin listener. */
  readonly withAdmin?: boolean | undefined;
  /** Of the store, or of the one that is to be made; undefined: not known. */
  readonly partitions: number | undefined;
  /** There is no store with objects that could add to what is declared. */
  readonly isNew: boolean;
}

/** Why a start would be refused; empty faults: it would not. */
export interface CheckedConfiguration {
  readonly faults: readonly ConfigurationFault[];
  /** What is open to everybody beyond this machine, because it was asked for. */
  readonly exposed: readonly string[];
  /** What the listeners speak TLS with; undefined: plain. */
  readonly tls: TlsMaterial | undefined;
}

export async function checkConfiguration(
  given: ConfigurationToCheck,
  late: Pick<LateLoads, 'now'>,
): Promise<CheckedConfiguration> {
  const { configuration, withAdmin = true } = given;
  const { tls, faults: tlsFaults } = await tlsOf(configuration, late);
  const open = exposuresOf(given);
  const mayBeOpen = configuration.values.insecure;
  return {
    faults: [
      ...(withAdmin ? addressFaults(configuration) : []),
      ...(mayBeOpen ? [] : open.map(exposureFault)),
      ...tlsFaults,
      ...credentialFaults(given),
      ...queueFaults(given),
    ],
    exposed: mayBeOpen ? open.map(({ option, what }) => `${option} ${what}`) : [],
    tls,
  };
}

/** A refusal that says all of them; undefined: there is none. */
export function refusalOfFaults(faults: readonly ConfigurationFault[]): StartRefused | undefined {
  if (faults.length === 0) return undefined;
  const lines = faults.map(({ path, what, remedy }) => `${path}: ${what}; ${remedy}`);
  return new StartRefused('configuration', lines.join('\n'));
}

function addressFaults({ values: { listen, admin } }: Configuration): ConfigurationFault[] {
  const [one, other] = [parseEndpoint(listen), parseEndpoint(admin)];
  if (one === undefined || other === undefined || !overlap(one, other)) return [];
  const what = `${admin} is the address of listen (${listen}) too`;
  return [{ path: 'admin', what, remedy: 'give the two listeners ports of their own' }];
}

function exposuresOf({ configuration, applications = [], withAdmin = true }: ConfigurationToCheck) {
  const { listen, admin } = configuration.values;
  const listeners = [
    { option: 'listen', host: parseEndpoint(listen)?.host ?? listen },
    ...(withAdmin ? [{ option: 'admin', host: parseEndpoint(admin)?.host ?? admin }] : []),
  ];
  return exposures(listeners, {
    hasTls: configuration.values['tls.certificate'] !== undefined,
    requiresCredentials: requiresCredentials(configuration, applications.map(applicationOf)),
  });
}

const exposureFault = ({ option, what }: { option: string; what: string }): ConfigurationFault => ({
  path: option,
  what,
  remedy: 'configure them (docs/operating/security.md), or take the risk with --insecure',
});

/**
 * What the listeners speak TLS with; undefined: nothing, or what is configured cannot be used.
 */
async function tlsOf(
  { values }: Configuration,
  late: Pick<LateLoads, 'now'>,
): Promise<{ readonly tls?: TlsMaterial; readonly faults: readonly ConfigurationFault[] }> {
  const { 'tls.certificate': certificate, 'tls.key': key } = values;
  const clientCertificateAuthority = values['tls.clientCertificateAuthority'];
  const requireClientCertificate = values['tls.requireClientCertificate'];
  const isWanted = certificate ?? key ?? clientCertificateAuthority ?? requireClientCertificate;
  if (isWanted === false) return { faults: [] };
  const faults: ConfigurationFault[] = [];
  if (certificate === undefined || key === undefined) {
    const path = certificate === undefined ? 'tls.certificate' : 'tls.key';
    const what = 'TLS needs both tls.certificate and tls.key';
    faults.push({ path, what, remedy: 'give both, or none of tls' });
  }
  if (requireClientCertificate && clientCertificateAuthority === undefined) {
    const path = 'tls.requireClientCertificate';
    const what = 'needs tls.clientCertificateAuthority';
    faults.push({ path, what, remedy: 'name the authorities whose certificates are good' });
  }
  if (certificate === undefined || key === undefined || faults.length > 0) return { faults };
  const { readTls } = await late.now('what reads certificates', () => import('../security/tls.js'));
  return readTls({ certificate, key, clientCertificateAuthority, requireClientCertificate });
}

function credentialFaults({ configuration, applications = [], isNew }: ConfigurationToCheck) {
  const isRequired = configuration.values.requireCredentials === true;
  // Those of a store may be among its objects.
  if (!isRequired || applications.length > 0 || !isNew) return [];
  const what = 'is true, and no application could register';
  return [{ path: 'requireCredentials', what, remedy: 'add applications' }];
}

function queueFaults({ businessProcesses = [], placements, partitions }: ConfigurationToCheck) {
  if (partitions === undefined) return [];
  return placeFaults(businessProcesses, new Placements(partitions, placements));
}
