/**
 * Why a command cannot connect, and what to do about it there: what failed says it, or what listens
 * on the address does.
 */
import { parseEndpoint } from '../config/endpoint.js';
import { type ErrorName, IxionError } from '../errors.js';
import { type Found, lookAt } from './look-at.js';

/** Where a command wanted to connect to. */
export interface Place {
  /** HOST:PORT. */
  readonly address: string;
  /** The option that names it. */
  readonly option: 'server' | 'admin';
  /** It was to be by TLS. */
  readonly tls: boolean;
}

interface Trouble {
  readonly what: string;
  readonly remedy: string;
}

/** Errors after which it is not known who is there. */
const unexplained: ReadonlySet<ErrorName> = new Set([
  'NoConnection',
  'ConnectionLost',
  'DeadlineExceeded',
]);

/** Codes of Node and OpenSSL: nobody that is trusted has signed it. */
const untrusted: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_UNTRUSTED',
  'CERT_SIGNATURE_FAILURE',
]);
/** It is not, or no longer, of this day. */
const outdated: ReadonlySet<string> = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);
const unreachable: ReadonlySet<string> = new Set([
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ETIMEDOUT',
]);
const unknownHost: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA']);

const ports = { server: 7488, admin: 7489 } as const;
/** What the option is to name. */
const wanted = {
  server: 'the address for clients with --server, as 127.0.0.1:7488',
  admin: 'the admin address with --admin, as 127.0.0.1:7489',
} as const;

/** The innermost error that has a code. */
function causeOf(error: unknown): NodeJS.ErrnoException | undefined {
  let found: NodeJS.ErrnoException | undefined;
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (!(at instanceof IxionError)) found = at;
  }
  return found;
}

function ofCertificate(cause: NodeJS.ErrnoException, place: Place): Trouble | undefined {
  const { code = '' } = cause;
  const { address } = place;
  if (untrusted.has(code)) {
    return {
      what: `the certificate of ${address} is not trusted: ${cause.message}`,
      remedy:
        'If it is the right server, name the authority that signed it, or the certificate itself if ' +
        'it is self-signed, with --tls-ca FILE.',
    };
  }
  if (outdated.has(code)) {
    return {
      what: `the certificate of ${address} is not valid now: ${cause.message}`,
      remedy: 'Give the server a new one, and look at the clock of this machine.',
    };
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const { cert } = cause as { cert?: { subjectaltname?: string } };
    const { host } = parseEndpoint(address)!;
    const names = cert?.subjectaltname ?? 'another name';
    return {
      what: `the certificate of ${address} is not for ${host}: it is for ${names}`,
      remedy: 'Connect by a name that it has, or give the server a certificate with this name.',
    };
  }
  if (/ALERT_(CERTIFICATE|UNKNOWN_CA|BAD_CERTIFICATE|HANDSHAKE_FAILURE)/.test(code)) {
    return certificateWanted(address);
  }
  return undefined;
}

const certificateWanted = (address: string): Trouble => ({
  what: `${address} takes only clients with a certificate that it trusts`,
  remedy: 'Give one with --client-certificate FILE and its key with --client-key FILE.',
});

/** What the system said. */
function ofSystem(cause: NodeJS.ErrnoException, { address, option }: Place): Trouble | undefined {
  const { code = '' } = cause;
  if (code === 'ECONNREFUSED') {
    return {
      what: `nothing listens on ${address} (ECONNREFUSED)`,
      remedy: `Start the server with "ixion start", or check the address: the port of --${option} is ${ports[option]} unless configured.`,
    };
  }
  const { host } = parseEndpoint(address)!;
  if (unknownHost.has(code)) {
    return { what: `no host "${host}" was found`, remedy: 'Check the name, and the network.' };
  }
  if (!unreachable.has(code)) return undefined;
  return {
    what: `${host} cannot be reached (${code})`,
    remedy: 'Check the address, the network and what filters it.',
  };
}

/** What listens there is not what was wanted. */
function ofListener({ tls, speaks }: Found, place: Place, isLate: boolean): Trouble | undefined {
  const { address, option } = place;
  if (tls && !place.tls) {
    return {
      what: `${address} speaks TLS, and was spoken to without`,
      remedy: 'Add --tls; with an authority of your own --tls-ca FILE.',
    };
  }
  const expected = option === 'server' ? 'ixion' : 'http';
  if (speaks === expected) {
    if (tls || !place.tls) return undefined;
    return {
      what: `${address} speaks without TLS, and was spoken to by TLS`,
      remedy: 'Leave out --tls and --tls-ca; unset IXION_TLS and IXION_TLS_CA.',
    };
  }
  if (speaks === 'http') {
    return {
      what: `${address} speaks HTTP, as the admin address of a server does`,
      remedy: `Give ${wanted.server}; that of --admin is another one.`,
    };
  }
  if (speaks === 'ixion') {
    return {
      what: `${address} is the address of a server for clients, not its admin address`,
      remedy: `Give ${wanted.admin}.`,
    };
  }
  // By TLS somebody was reached who ends whoever shows nothing.
  if (tls) return isLate ? undefined : certificateWanted(address);
  return notOurs(place, speaks === 'nothing');
}

function notOurs({ address, option }: Place, isSilent: boolean): Trouble {
  return {
    what: isSilent
      ? `${address} takes connections and does not answer`
      : `what listens on ${address} is not an Ixion server`,
    remedy: `Check the address: give ${wanted[option]}.`,
  };
}

const asError = ({ what, remedy }: Trouble, cause: unknown): IxionError =>
  new IxionError('NoConnection', `${what}.`, { cause, remedy });

/** What answers a request of the admin listener is not one. */
export const notAdmin = (address: string, cause?: unknown): IxionError =>
  asError(notOurs({ address, option: 'admin', tls: false }, false), cause);

/**
 * The error with what is wrong at this place and what to do; itself, if nothing better is known or
 * if it is of another kind. Takes a look at the address where the error does not say it.
 */
export async function explain(error: unknown, place: Place, over: AbortSignal): Promise<unknown> {
  if (over.aborted) return error;
  if (error instanceof IxionError && !unexplained.has(error.errorName)) return error;
  const cause = causeOf(error);
  const known = cause && (ofSystem(cause, place) ?? ofCertificate(cause, place));
  if (known !== undefined) return asError(known, error);
  const found = await lookAt(parseEndpoint(place.address)!, over);
  if (found === undefined) return error;
  const isLate = error instanceof IxionError && error.errorName === 'DeadlineExceeded';
  const trouble = ofListener(found, place, isLate);
  return trouble === undefined ? error : asError(trouble, error);
}
