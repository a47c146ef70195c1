/** Whether a listener can be reached from other machines, and whether it may. */

/** Whether an address is of this machine only. A name other than localhost may be anything. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^::ffff:/i, '');
  return bare === 'localhost' || bare === '::1' || /^127(?:\.\d{1,3}){3}$/.test(bare);
}

/** What listening there would leave open; empty: nothing. */
export function exposures(
  listeners: readonly { readonly option: string; readonly host: string }[],
  { hasTls, requiresCredentials }: { hasTls: boolean; requiresCredentials: boolean },
): string[] {
  const missing = [
    ...(hasTls ? [] : ['TLS (tls.certificate, tls.key)']),
    ...(requiresCredentials ? [] : ['credentials (applications, requireCredentials)']),
  ];
  if (missing.length === 0) return [];
  return listeners
    .filter(({ host }) => !isLoopback(host))
    .map(
      ({ option, host }) => `${option} ${host} is beyond loopback without ${missing.join(' and ')}`,
    );
}
