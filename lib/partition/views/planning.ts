/** Which indexes the views of a queue need. */
import type { Reader } from '../../store/contract.js';
import { planOf } from '../../views/index.js';
import { viewsOfQueue } from '../rows/view-rows.js';
import type { ViewTable } from './view-table.js';

/** Shapes of indexes, by their names, and how many views need each. */
export type PlannedViews = ReadonlyMap<string, number>;

/** Views of one queue that are looked at; and those that are looked at in one step. */
const viewsMost = 10_000;
const viewsPerStep = 32;

/**
 * Reads the views of a queue, some at a time: it is to be gone on with in later turns.
 * @param reader what is read from now
 */
export function* planQueue(
  reader: () => Reader,
  views: ViewTable,
  queue: string,
): Generator<void, PlannedViews> {
  const shapes = new Map<string, number>();
  let read = 0;
  for (const name of viewsOfQueue(reader(), queue, viewsMost)) {
    const view = views.readable(reader(), name);
    if (view !== undefined && view.isEnabled) {
      const plan = planOf(view);
      if (plan.kind === 'index') shapes.set(plan.name, (shapes.get(plan.name) ?? 0) + 1);
    }
    if (++read % viewsPerStep === 0) yield;
  }
  return shapes;
}
