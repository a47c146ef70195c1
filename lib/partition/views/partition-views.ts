/** The views of a partition: found by name, indexed, and looked at by time for pulls that wait. */
import type { SearchLanguage } from '../../search/index.js';
import type { Turn } from '../turn.js';
import { ViewChecks, type WaitedFor } from './checks.js';
import { IndexKeeper, type KeeperCore } from './index-keeper.js';
import { ViewTable, type PlacedView } from './view-table.js';

/** The pulls that wait for views. */
export interface ViewWaiters extends WaitedFor {
  /** Something of a queue may have come into its views. */
  viewsAvailable(queue: number): void;
  /** A view is not what it was: who waits for it asks again. */
  expire(turn: Turn, view: PlacedView): void;
}

/** What is needed of a partition. */
export interface ViewCore extends Omit<KeeperCore, 'views'> {
  /** What conditions may name here; another object whenever that is something else. */
  readonly language: SearchLanguage;
}

export class PartitionViews {
  readonly table: ViewTable;
  readonly checks: ViewChecks;
  readonly indexes: IndexKeeper;

  /** @param nowMs by the clock of the partition */
  constructor(core: ViewCore, waiters: ViewWaiters, nowMs: number) {
    const vocabulary = () => core.language.vocabulary;
    this.table = new ViewTable(core.queues, vocabulary);
    this.checks = new ViewChecks(waiters);
    const { store, queues, partition } = core;
    const keeper = { store, queues, partition, views: this.table };
    this.indexes = new IndexKeeper(keeper, vocabulary, nowMs);
    this.indexes.onListed = (queue) => waiters.viewsAvailable(queue);
    this.table.onGone = (turn, view) => waiters.expire(turn, view);
    this.table.onChanged = (turn, names) => this.indexes.changed(names, turn.nowMs);
  }
}
