/** A worker thread of the tests, and the behaviours that they run on any thread. */
import { hostThread } from '../../lib/actor/index.js';
import { behaviours } from './behaviours.js';

hostThread(behaviours);
