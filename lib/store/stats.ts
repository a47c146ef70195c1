/** How much room the tables of an environment take. Costs a few reads, however much is stored. */
import type { TableName } from './contract.js';

/** What LMDB tells of one database (`mdb_stat`). */
export interface TreeStats {
  readonly entryCount: number;
  readonly treeDepth: number;
  readonly treeBranchPageCount: number;
  readonly treeLeafPageCount: number;
  readonly overflowPages: number;
}

/** One table, or one of LMDB's own databases. */
export interface TableStats {
  readonly table: TableName | '(root)' | '(free pages)';
  readonly rows: number;
  readonly pages: number;
  readonly bytes: number;
  /** Levels of its tree. */
  readonly depth: number;
}

/** A whole environment. */
export interface EnvironmentStats {
  readonly pageBytes: number;
  /** Pages in use up to now, free ones included; the file has at most as many. */
  readonly pages: number;
  /** Pages that will be used again before the file grows. */
  readonly freePages: number;
  readonly freeBytes: number;
  /** Length of the file. */
  readonly fileBytes: number;
  readonly tables: readonly TableStats[];
}

/** How much room a partition takes on disk. */
export interface PartitionStats extends EnvironmentStats {
  readonly partition: number;
}

const metaPages = 2;

/** Pages of a tree. */
export const pagesOf = (tree: TreeStats): number =>
  tree.treeBranchPageCount + tree.treeLeafPageCount + tree.overflowPages;

/** Puts the figures together; what no tree has is free. */
export function environmentStats(
  pageBytes: number,
  lastPage: number,
  fileBytes: number,
  trees: readonly (readonly [TableStats['table'], TreeStats])[],
): EnvironmentStats {
  const tables = trees.map(([table, tree]): TableStats => {
    const pages = pagesOf(tree);
    return {
      table,
      rows: tree.entryCount,
      pages,
      bytes: pages * pageBytes,
      depth: tree.treeDepth,
    };
  });
  const pages = lastPage + 1;
  const used = tables.reduce((sum, table) => sum + table.pages, metaPages);
  const freePages = Math.max(0, pages - used);
  return { pageBytes, pages, freePages, freeBytes: freePages * pageBytes, fileBytes, tables };
}
