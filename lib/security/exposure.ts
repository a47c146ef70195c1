/** Whether a listener can be reached from other machines, and whether it may. */

/** Whether an address is of this machine only. A name other than localhost may be anything. */
export function isLoopback(host: string): boolean {
  const bare = host.toLowerCase().replace(/^::ffff:/, '');
  return bare === 'localhost' || bare === '::1' || /^127(?:\.\d{1,3}){3}$/.test(bare);
}

/** A listener that is open to others, and why: `0.0.0.0 is beyond loopback without TLS (...)`. */
export interface Exposure {
  readonly option: string;
  readonly what: string;
}

/** What listening there would leave open; empty: nothing. */
export function exposures(
  listeners: readonly { readonly option: string; readonly host: string }[],
  { hasTls, requiresCredentials }: { hasTls: boolean; requiresCredentials: boolean },
): Exposure[] {
  const missing = [
    ...(hasTls ? [] : ['TLS (tls.certificate, tls.key)']),
    ...(requiresCredentials ? [] : ['credentials (applications, requireCredentials)']),
  ];
  if (missing.length === 0) return [];
  return listeners
    .filter(({ host }) => !isLoopback(host))
    .map(({ option, host }) => ({
      option,
      what: `${host} is beyond loopback without ${missing.join(' and ')}`,
    }));
}
