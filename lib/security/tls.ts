/** Certificates of the listeners, from files. Loaded only where TLS is configured. */
import { readFile } from 'node:fs/promises';
import { createSecureContext, type TlsOptions } from 'node:tls';

export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
  readonly clientCertificateAuthority: string | undefined;
  readonly requireClientCertificate: boolean;
}

/** What a listener speaks TLS with. */
export type TlsMaterial = TlsOptions;

/** Time in which a handshake must be done. */
const handshakeTimeoutMs = 10_000;

async function read(what: string, file: string): Promise<Buffer> {
  return readFile(file).catch((error: unknown) => {
    throw new Error(`${what}: ${file} cannot be read: ${(error as Error).message}`);
  });
}

/**
 * Reads and checks certificate, key and authorities.
 * @throws {Error} naming the option, when a file is missing or they do not fit each other
 */
export async function readTls(files: TlsFiles): Promise<TlsMaterial> {
  const cert = await read('tls.certificate', files.certificate);
  const key = await read('tls.key', files.key);
  const authority = files.clientCertificateAuthority;
  const ca = authority && (await read('tls.clientCertificateAuthority', authority));
  const context = { cert, key, minVersion: 'TLSv1.2', ...(ca && { ca }) } as const;
  try {
    createSecureContext(context);
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`tls: certificate and key cannot be used together: ${message}`, {
      cause: error,
    });
  }
  return {
    ...context,
    handshakeTimeout: handshakeTimeoutMs,
    requestCert: ca !== undefined,
    rejectUnauthorized: files.requireClientCertificate,
  };
}
