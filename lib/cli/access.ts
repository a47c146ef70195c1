/**
 * How commands show who they are, and trust a server: a token, certificates. From flags or from the
 * environment; a token given as a flag can be seen by others in the list of processes.
 */
import { readFileSync } from 'node:fs';
import type { ClientTlsOptions } from '../client/index.js';
import { UsageError } from './command.js';

/** What the flags of access give. */
export interface AccessFlags {
  readonly application?: string;
  readonly token?: string;
  readonly tls?: boolean;
  readonly tlsCa?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
}

/** The flags, their variables, and what they are for. */
export const accessTable = [
  ['--application <name>', 'IXION_APPLICATION', 'register as this application'],
  ['--token <token>', 'IXION_TOKEN', 'its token; others see a flag: rather set the variable'],
  ['--tls', 'IXION_TLS', 'connect by TLS'],
  ['--tls-ca <file>', 'IXION_TLS_CA', 'trust these authorities (PEM), by TLS'],
  ['--client-certificate <file>', 'IXION_CLIENT_CERTIFICATE', 'own certificate (PEM)'],
  ['--client-key <file>', 'IXION_CLIENT_KEY', 'its key (PEM)'],
] as const;

/** The same from the environment alone. */
export function environmentAccess(environment: NodeJS.ProcessEnv): AccessFlags {
  const {
    IXION_TOKEN: token,
    IXION_TLS: tls,
    IXION_TLS_CA: tlsCa,
    IXION_CLIENT_CERTIFICATE: clientCertificate,
    IXION_CLIENT_KEY: clientKey,
  } = environment;
  return {
    ...(token !== undefined && { token }),
    ...(tls !== undefined && tls !== '' && { tls: true }),
    ...(tlsCa !== undefined && { tlsCa }),
    ...(clientCertificate !== undefined && { clientCertificate }),
    ...(clientKey !== undefined && { clientKey }),
  };
}

function pem(flag: string, file: string | undefined): string | undefined {
  if (file === undefined || file === '') return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${flag}: ${(error as Error).message}.`);
  }
}

/** Certificates to connect with; undefined: no TLS. @throws {UsageError} for a file that is not there */
export function tlsOfFlags(flags: AccessFlags): ClientTlsOptions | undefined {
  const { tls, tlsCa, clientCertificate, clientKey } = flags;
  // An empty variable is none.
  if (tls !== true && !tlsCa && !clientCertificate) return undefined;
  return {
    certificateAuthority: pem('--tls-ca', tlsCa),
    certificate: pem('--client-certificate', clientCertificate),
    key: pem('--client-key', clientKey),
  };
}
