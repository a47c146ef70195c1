/**
 * Counts work in flight, so that an end can wait for it.
 *
 * Open: `enter` takes work in. Closed: `enter` refuses, and `whenEmpty` resolves once all that
 * entered has left. A gate never opens again.
 */
import { assert } from '../assert.js';

export class Gate {
  #inside = 0;
  #closed = false;
  #empty: (() => void) | undefined;
  #whenEmpty: Promise<void> | undefined;

  /** Work that entered and has not left. */
  get inside(): number {
    return this.#inside;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** True: the work may begin and must `leave` once. False: the gate is closed. */
  enter(): boolean {
    if (this.#closed) return false;
    this.#inside += 1;
    return true;
  }

  /** @throws {AssertionError} when nothing is inside */
  leave(): void {
    assert(this.#inside > 0, 'a gate was left more often than entered');
    this.#inside -= 1;
    if (this.#inside === 0) this.#empty?.();
  }

  /** Lets nothing more in. May be called again. `whenEmpty` never rejects. */
  close(): { readonly whenEmpty: Promise<void> } {
    this.#closed = true;
    this.#whenEmpty ??=
      this.#inside === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            this.#empty = resolve;
          });
    return { whenEmpty: this.#whenEmpty };
  }
}
