/** Why a server does not start, as an error that says what to do. */

/**
 * `configuration`: what was asked for does not fit. `data`: the store is damaged, or of another
 * version. `locked`: another process has it. `address`: cannot listen there.
 */
export type RefusalKind = 'configuration' | 'data' | 'locked' | 'address';

/** Thrown by `startServer` before anything was changed, unless it says otherwise. */
export class StartRefused extends Error {
  override name = 'StartRefused';
  readonly kind: RefusalKind;

  /** @param message what is wrong and what to do, one line */
  constructor(kind: RefusalKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
