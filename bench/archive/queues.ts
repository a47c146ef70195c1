/** The two queues of one business process. */
import { queueNames } from '../support/record.js';

/** The one that is filled: where the client of `submit` submits when it has one queue. */
export const archiveQueue = queueNames(1)[0]!;
export const liveQueue = 'bench.live';
