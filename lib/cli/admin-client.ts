/** Talks to the admin listener of a running server. */
import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { parseEndpoint } from '../config/endpoint.js';
import { IxionError, errorTable } from '../errors.js';
import { environmentAccess, tlsOfFlags } from './access.js';
import { UsageError } from './command.js';

const timeoutMs = 10_000;
const defaultAdmin = '127.0.0.1:7489';

/** The address from a flag, or IXION_ADMIN, or the default. @throws {UsageError} */
export function adminAddress(flag: string | undefined): string {
  const address = flag ?? process.env['IXION_ADMIN'] ?? defaultAdmin;
  if (parseEndpoint(address) !== undefined) return address;
  throw new UsageError(`"${address}" is no HOST:PORT, as ${defaultAdmin}.`);
}

interface Answer {
  readonly status: number;
  readonly content: unknown;
}

/** Token and certificates come from the environment: IXION_TOKEN, IXION_TLS, IXION_TLS_CA ... */
function send(address: string, path: string, body: object | undefined): Promise<Answer> {
  const { token, ...access } = environmentAccess(process.env);
  const tls = tlsOfFlags(access);
  const { host, port } = parseEndpoint(address)!;
  const options = {
    host,
    port,
    path,
    method: body === undefined ? 'GET' : 'POST',
    timeout: timeoutMs,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
  };
  return new Promise((resolve, reject) => {
    const answered = (response: IncomingMessage): void => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('error', reject).on('end', () => {
        try {
          resolve({ status: response.statusCode ?? 0, content: JSON.parse(text) });
        } catch (error) {
          reject(new Error('the answer is no JSON', { cause: error }));
        }
      });
    };
    const { certificateAuthority: ca, certificate: cert, key } = tls ?? {};
    const request =
      tls === undefined
        ? plainRequest(options, answered)
        : secureRequest({ ...options, ca, cert, key, minVersion: 'TLSv1.2' }, answered);
    request.on('error', reject);
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.end(body && JSON.stringify(body));
  });
}

/**
 * One request; resolves with the JSON of the answer.
 * @throws {IxionError} NoConnection when no server answers, NotPermitted and the like when the token
 *   does not allow it, OptionInvalid when the server refuses for another reason
 */
export async function askAdmin(address: string, path: string, body?: object): Promise<unknown> {
  const { status, content } = await send(address, path, body).catch((error: unknown) => {
    if (error instanceof UsageError) throw error;
    const detail = `no server answers on the admin address ${address}: ${(error as Error).message}.`;
    throw new IxionError('NoConnection', detail, { cause: error });
  });
  if (status >= 200 && status < 300) return content;
  const { error, message } = content as { error?: string; message?: string };
  const known = (['InvalidCredentials', 'NotPermitted', 'TooManyAttempts'] as const).find(
    (name) => name === error,
  );
  if (known !== undefined) throw new IxionError(known, message ?? errorTable[known].cause);
  throw new IxionError('OptionInvalid', message ?? `the server answered ${status}`);
}
