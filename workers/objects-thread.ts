/** Entry of the worker thread in which configuration objects are read, checked and compared. */
import { hostObjects } from '../lib/control/objects-thread.js';

hostObjects();
