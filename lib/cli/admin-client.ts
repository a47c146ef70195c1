/** Talks to the admin listener of a running server. */
import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { parseEndpoint } from '../config/endpoint.js';
import { IxionError, errorTable } from '../errors.js';
import type { Fault } from '../objects/fault.js';
import { isFault, readUtf8 } from '../text/index.js';
import { type CredentialFlags, tlsOfFlags } from './credential-flags.js';
import { UsageError } from './command.js';
import { refusedExit } from './refusal-exit.js';
import { explain, notAdmin } from './wrong-place.js';

const timeoutMs = 10_000;

/** Where the admin listener is, and how to reach it. */
export interface AdminFlags extends CredentialFlags {
  /** HOST:PORT. */
  readonly admin: string;
}

/** What is sent: an object as JSON, or a file as it is. */
type Body = object | { readonly type: string; readonly file: Readable };

function send(flags: AdminFlags, path: string, body: Body | undefined): Promise<IncomingMessage> {
  const { token } = flags;
  const tls = tlsOfFlags(flags);
  const { host, port } = parseEndpoint(flags.admin)!;
  const file = body !== undefined && 'file' in body ? (body as { file: Readable }).file : undefined;
  const type = file === undefined ? 'application/json' : (body as { type: string }).type;
  const options = {
    host,
    port,
    path,
    method: body === undefined ? 'GET' : 'POST',
    timeout: timeoutMs,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': type }),
    },
  };
  return new Promise((resolve, reject) => {
    const { certificateAuthority: ca, certificate: cert, key } = tls ?? {};
    const request =
      tls === undefined
        ? plainRequest(options, resolve)
        : secureRequest({ ...options, ca, cert, key, minVersion: 'TLSv1.2' }, resolve);
    request.on('error', reject);
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    if (file === undefined) request.end(body && JSON.stringify(body));
    else file.on('error', (error) => request.destroy(error)).pipe(request);
  });
}

/** All of an answer. */
async function readText(response: IncomingMessage): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of response) pieces.push(piece as Uint8Array);
  const text = readUtf8(Buffer.concat(pieces));
  if (isFault(text)) throw new Error(text.what);
  return text;
}

/**
 * One request, answered with a stream: for answers that are long or take long.
 * @throws {IxionError} as `askAdmin`
 */
export async function openAdmin(
  flags: AdminFlags,
  path: string,
  body?: Body,
): Promise<IncomingMessage> {
  const { admin: address } = flags;
  const response = await send(flags, path, body).catch((error: unknown) =>
    refuseConnection(flags, error),
  );
  const { statusCode: status = 0 } = response;
  if (status >= 200 && status < 300) return response;
  const text = await readText(response).catch((error: unknown) => refuseConnection(flags, error));
  return refuse(status, parseAnswer(address, text));
}

/** @throws {IxionError | UsageError} always */
async function refuseConnection(flags: AdminFlags, error: unknown): Promise<never> {
  if (error instanceof UsageError) throw error;
  const { admin: address } = flags;
  const place = { address, option: 'admin', tls: tlsOfFlags(flags) !== undefined } as const;
  const explained = await explain(error, place, new AbortController().signal);
  if (explained instanceof IxionError) throw explained;
  const detail = `no server answers on the admin address ${address}: ${(error as Error).message}.`;
  throw new IxionError('NoConnection', detail, { cause: error });
}

/** An object, as every answer of ours is. */
function parseAnswer(address: string, text: string): object {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null) return answer;
  } catch (error) {
    throw notAdmin(address, error);
  }
  throw notAdmin(address);
}

function refuse(status: number, content: object): never {
  const { error, message, refused } = content as {
    error?: string;
    message?: string;
    refused?: readonly Fault[];
  };
  if (refused !== undefined) {
    throw refusedExit('', refused);
  }
  const known = (['InvalidCredentials', 'NotPermitted', 'TooManyAttempts'] as const).find(
    (name) => name === error,
  );
  if (known !== undefined) throw new IxionError(known, message ?? errorTable[known].cause);
  const remedy = 'Correct what the message names.';
  throw new IxionError('OptionInvalid', message ?? `the server answered ${status}`, { remedy });
}

/**
 * One request; resolves with the JSON of the answer.
 * @throws {IxionError} NoConnection when no server answers, NotPermitted and the like when the
 *   token does not allow it, OptionInvalid when the server refuses for another reason
 */
export async function askAdmin(flags: AdminFlags, path: string, body?: object): Promise<unknown> {
  const { admin: address } = flags;
  const response = await openAdmin(flags, path, body);
  const text = await readText(response).catch((error: unknown) => refuseConnection(flags, error));
  return parseAnswer(address, text);
}
