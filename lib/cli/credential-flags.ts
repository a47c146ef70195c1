/**
 * How commands show who they are, and trust a server: a token, certificates. From options or from
 * the environment; a token given as an option can be seen by others in the list of processes.
 */
import { readFileSync } from 'node:fs';
import type { ClientTlsOptions } from '../client/index.js';
import { isFault, readUtf8 } from '../text/index.js';
import { UsageError } from './command.js';
import { systemWords } from './file-errors.js';

/** What the options of access give. */
export interface CredentialFlags {
  readonly application?: string | undefined;
  readonly token?: string | undefined;
  readonly tls?: boolean | undefined;
  readonly tlsCa?: string | undefined;
  readonly clientCertificate?: string | undefined;
  readonly clientKey?: string | undefined;
}

function pem(option: string, file: string | undefined): string | undefined {
  if (file === undefined || file === '') return undefined;
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new UsageError(`${option}: ${file} cannot be read: ${systemWords(error as Error)}.`);
  }
  const text = readUtf8(bytes);
  if (isFault(text)) throw new UsageError(`${option}: ${file} is not a text: ${text.what}.`);
  return text;
}

/**
 * Certificates to connect with; undefined: no TLS.
 * @throws {UsageError} for a file that is not there
 */
export function tlsOfFlags(flags: CredentialFlags): ClientTlsOptions | undefined {
  const { tls, tlsCa, clientCertificate, clientKey } = flags;
  // An empty variable is none.
  if (tls !== true && !tlsCa && !clientCertificate) return undefined;
  return {
    certificateAuthority: pem('--tls-ca', tlsCa),
    certificate: pem('--client-certificate', clientCertificate),
    key: pem('--client-key', clientKey),
  };
}
