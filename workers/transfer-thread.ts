/** Entry of a thread of the pool of import and export. */
export { format, parse } from '../lib/transfer/tasks.js';
