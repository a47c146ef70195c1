/** Snapshots: which interactions a condition meant, noted for a client and read page by page. */
export type { Found } from './gathering.js';
export { Snapshots, type SnapshotsOptions, type SnapshotWanted } from './snapshots.js';
