/** Lets a router take only what the segments of a view have room for, one selection at a time. */
import type { Subject } from '../../search/index.js';
import { segmentsOf, type View } from '../../views/index.js';
import type { SegmentCounts } from '../ledger/segments.js';
import type { Turn } from '../turn.js';

export class SegmentLimits {
  readonly #counts: SegmentCounts;
  readonly #view: View;
  /** Those that this selection has found already. */
  readonly #found = new Map<string, number>();

  constructor(counts: SegmentCounts, view: View) {
    this.#counts = counts;
    this.#view = view;
  }

  /** Whether there is room for one more; it is counted from now on. */
  admits(turn: Turn, subject: Subject): boolean {
    const all = segmentsOf(this.#view, subject);
    const isFull = all.some(({ name, limit }) => {
      const taken = this.#counts.of(turn, this.#view.name, name) + (this.#found.get(name) ?? 0);
      return taken >= limit;
    });
    if (isFull) return false;
    for (const { name } of all) this.#found.set(name, (this.#found.get(name) ?? 0) + 1);
    return true;
  }
}
