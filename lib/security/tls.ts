/** Certificates of the listeners, from files. Loaded only where TLS is configured. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContextOptions, type TlsOptions } from 'node:tls';

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

/** A file that cannot be used, by the option that names it. */
export interface TlsFault {
  readonly path: string;
  readonly what: string;
  readonly remedy: string;
}

/**
 * Reads and checks certificate, key and authorities.
 * @returns what listeners speak TLS with, or why they cannot
 */
export async function readTls(
  files: TlsFiles,
): Promise<{ readonly tls?: TlsMaterial; readonly faults: readonly TlsFault[] }> {
  const faults: TlsFault[] = [];
  const read = (path: string, file: string): Promise<Buffer> =>
    readFile(file).catch((error: unknown) => {
      const what = `${file} cannot be read: ${(error as Error).message}`;
      faults.push({ path, what, remedy: 'give the path of a readable file' });
      return Buffer.alloc(0);
    });
  const cert = await read('tls.certificate', files.certificate);
  const key = await read('tls.key', files.key);
  const authority = files.clientCertificateAuthority;
  const ca =
    authority === undefined ? undefined : await read('tls.clientCertificateAuthority', authority);
  if (faults.length > 0) return { faults };
  const context = { cert, key, minVersion: 'TLSv1.2', ...(ca && { ca }) } as const;
  const problem = contextFault(ca, context);
  if (problem !== undefined) return { faults: [problem] };
  const tls = {
    ...context,
    handshakeTimeout: handshakeTimeoutMs,
    requestCert: ca !== undefined,
    rejectUnauthorized: files.requireClientCertificate,
  };
  return { tls, faults };
}

function contextFault(
  authorities: Buffer | undefined,
  context: SecureContextOptions & { readonly cert: Buffer },
): TlsFault | undefined {
  const remedy = 'give PEM files that belong together, the key without a passphrase';
  // Authorities that are none would be passed over, and every client refused.
  const certificates = {
    'tls.clientCertificateAuthority': authorities,
    'tls.certificate': context.cert,
  };
  for (const [path, text] of Object.entries(certificates)) {
    if (text === undefined || isCertificate(text)) continue;
    return { path, what: 'the file has no certificate', remedy };
  }
  try {
    createSecureContext(context);
    return undefined;
  } catch (error) {
    const what = `certificate and key cannot be used together: ${(error as Error).message}`;
    return { path: 'tls.key', what, remedy };
  }
}

function isCertificate(text: Buffer): boolean {
  try {
    return new X509Certificate(text).serialNumber !== '';
  } catch {
    return false;
  }
}
