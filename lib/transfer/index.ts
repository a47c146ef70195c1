/** Interactions to a file and from it. */
export { exportFile, exportStream } from './export.js';
export type { ExportOptions, StreamExportOptions } from './export.js';
export { FileFault } from './file-fault.js';
export { importFile } from './import.js';
export type { ImportOptions, ImportProgress } from './import.js';
export { openPool } from './pool.js';
export type { TransferPool } from './pool.js';
export type { Format } from './records.js';
export { openSource } from './source.js';
export type { Source } from './source.js';
export { openDevice, targetOf } from './target.js';
export type { Target } from './target.js';
export type { Fault } from './tasks.js';
