/** Embedding the server: `import { startServer } from 'ixion'`. See docs/operating/embedding.md. */
export { IxionError } from './errors.js';
export type { FatalEnd } from './server/fatal.js';
export { type InitOptions, type InitReport, initStore } from './data/init.js';
export type { Log } from './log.js';
export type { ReloadReport } from './control/reload.js';
export type { StartOptions, StopReport } from './server/options.js';
export { StartRefused } from './refusal.js';
export type { Server } from './server/server.js';
export { type ServerOptions, startServer } from './server/embedding.js';
export type { ServerState, ServerStatus } from './server/status.js';
