/** Entry of a worker thread that hosts partitions. */
import { hostThread } from '../lib/actor/index.js';
import { partitionBehaviour } from '../lib/host/behaviour.js';

hostThread({ partition: partitionBehaviour });
