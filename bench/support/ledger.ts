/** Load of which every acknowledgement is remembered and checked; see ledger-client.ts. */
import type { BenchOptions } from './bench.js';
import { startClient } from './daemon-client.js';

/** What was acknowledged since the last check, and what became of it. */
export interface LedgerCheck {
  readonly acknowledged: number;
  /** Acknowledged, and not there. */
  readonly lost: number;
  /** There more often than acknowledged. */
  readonly doubled: number;
}

export interface Ledger {
  /** Load begins. */
  begin(): Promise<void>;
  /**
   * Nothing new is sent; resolves when all is answered, be it by the next server at this address.
   */
  end(): Promise<void>;
  check(): Promise<LedgerCheck>;
  close(): Promise<void>;
}

export function startLedger(server: string, options: BenchOptions): Ledger {
  const child = startClient('support/ledger-client.js', server, options);
  return {
    begin: async () => void (await child.ask({ type: 'begin' })),
    end: async () => void (await child.ask({ type: 'end' })),
    check: () => child.ask<LedgerCheck>({ type: 'check' }),
    close: () => child.end(),
  };
}

/** Checks of several rounds as one. */
export const ledgerFigures = (checks: readonly LedgerCheck[]): LedgerCheck => ({
  acknowledged: checks.reduce((sum, { acknowledged }) => sum + acknowledged, 0),
  lost: checks.reduce((sum, { lost }) => sum + lost, 0),
  doubled: checks.reduce((sum, { doubled }) => sum + doubled, 0),
});
