/** Who asks for something over the admin listener. */

/** Who asks, for the audit log. */
export interface AdminCaller {
  /** The application, or how it was asked. */
  readonly who: string;
  readonly role?: string;
  readonly address?: string;
}
