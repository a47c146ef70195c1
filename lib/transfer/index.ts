/** Interactions to a file and from it. */
export { exportFile } from './export.js';
export type { ExportOptions } from './export.js';
export { importFile } from './import.js';
export type { ImportOptions, ImportProgress } from './import.js';
export { openPool } from './pool.js';
export type { TransferPool } from './pool.js';
export type { Format } from './records.js';
export type { Fault } from './tasks.js';
