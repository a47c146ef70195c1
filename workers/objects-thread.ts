/** Entry of the worker thread in which configuration objects are read, checked and compared. */
import { hostObjects } from '../lib/server/objects-thread.js';

hostObjects();
