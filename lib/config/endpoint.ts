/** HOST:PORT, as addresses are written in options. */
import { isFault, readInteger } from '../text/index.js';

/** Where to listen. An IPv6 host is without its brackets here. */
export interface Endpoint {
  readonly host: string;
  /** 0 to 65535; 0 lets the system choose. */
  readonly port: number;
}

/** Reads `127.0.0.1:7488`, `name:7488` or `[::1]:7488`; undefined for anything else. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const found = /^(?:\[([0-9a-fA-F:.%]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(text);
  if (found === null) return undefined;
  const host = found[1] ?? found[2] ?? '';
  const port = readInteger(found[3] ?? '', 0, 65_535);
  return isFault(port) ? undefined : { host, port };
}

/** The inverse of `parseEndpoint`. */
export function formatEndpoint({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether two listeners cannot both have these: the same port, of the same or of all addresses. */
export function overlap(one: Endpoint, other: Endpoint): boolean {
  // The system chooses, and never one that is taken.
  if (one.port === 0 || one.port !== other.port) return false;
  const hosts = [one, other].map(({ host }) => canonicalHost(host));
  return hosts[0] === hosts[1] || hosts.includes(everywhere);
}

const everywhere = '';

/** One name for those that are the same address; the empty text for all addresses. */
function canonicalHost(host: string): string {
  const bare = host.toLowerCase().replace(/^::ffff:/, '');
  if (bare === '0.0.0.0' || bare === '::') return everywhere;
  return bare === 'localhost' ? '127.0.0.1' : bare;
}
