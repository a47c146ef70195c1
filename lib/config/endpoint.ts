/** HOST:PORT, as addresses are written in options. */

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
  const port = Number(found[3]);
  return port <= 65_535 ? { host, port } : undefined;
}

/** The inverse of `parseEndpoint`. */
export function formatEndpoint({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
