/** HOST:PORT, as addresses are written in options. */
import { isFault, readInteger } from '../text/index.js';

/** Where to listen. An IPv6 host stands without its brackets here. */
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
