/** What every call of the SDK takes besides its own arguments. */
import type { KeyValues } from '../interaction/attached-data.js';

/** Options that every call takes. */
export interface CallOptions {
  /** Gives the call up with the error `Aborted`; the request may be executed all the same. */
  readonly signal?: AbortSignal | undefined;
  /** Gives the call up with `DeadlineExceeded`; counted in steps of about 10 ms. */
  readonly timeoutMs?: number | undefined;
  /** 16 bytes: the same key is executed once. Absent: random for every request that changes. */
  readonly requestKey?: Uint8Array | undefined;
  /**
   * The request with this `requestKey` may have been sent before, by this or another process, and
   * so long ago first. What was done then is answered again and not done twice; if that was too
   * long ago for the server to know, the call rejects with `UnknownOutcome`.
   */
  readonly retryAgeMs?: number | undefined;
  /** Executed when all that this client asked before is answered; what it asks then waits too. */
  readonly fence?: boolean | undefined;
  /** Why; for requests that change something. Stop: Normal when absent. */
  readonly reason?:
    | { readonly systemName?: string | undefined; readonly description?: string | undefined }
    | undefined;
  /** Repeated in the events that the request causes. */
  readonly extension?: KeyValues | undefined;
}
