/** Talks to the admin listener of a running server. */
import { parseEndpoint } from '../config/endpoint.js';
import { IxionError } from '../errors.js';
import { UsageError } from './command.js';

const timeoutMs = 10_000;
const defaultAdmin = '127.0.0.1:7489';

/** The address from a flag, or IXION_ADMIN, or the default. @throws {UsageError} */
export function adminAddress(flag: string | undefined): string {
  const address = flag ?? process.env['IXION_ADMIN'] ?? defaultAdmin;
  if (parseEndpoint(address) !== undefined) return address;
  throw new UsageError(`"${address}" is no HOST:PORT, as ${defaultAdmin}.`);
}

/**
 * One request; resolves with the JSON of the answer.
 * @throws {IxionError} NoConnection when no server answers, OptionInvalid when it refuses
 */
export async function askAdmin(address: string, path: string, body?: object): Promise<unknown> {
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(`http://${address}${path}`, {
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined
        ? {}
        : {
            method: 'POST',
            body: JSON.stringify(body),
            headers: { 'content-type': 'application/json' },
          }),
    });
    answer = await response.json();
  } catch (error) {
    const detail = `no server answers on the admin address ${address}.`;
    throw new IxionError('NoConnection', detail, { cause: error });
  }
  if (response.ok) return answer;
  const { message } = answer as { message?: string };
  throw new IxionError('OptionInvalid', message ?? `the server answered ${response.status}`);
}
