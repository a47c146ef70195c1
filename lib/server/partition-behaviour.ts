/** The partition actor on a worker thread. */
import type { Behaviour } from '../actor/index.js';
import type { PartitionArguments, PartitionMessage } from './messages.js';

export const partitionBehaviour: Behaviour<PartitionArguments, PartitionMessage> = {
  start() {
    throw new Error('not there yet');
  },
  unavailable: () => undefined,
};
