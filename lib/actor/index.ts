/** The actor runtime. See docs/internals/actor.md. */
export {
  type CounterBlock,
  type CounterLane,
  createCounterBlock,
  readCounters,
  setCounterGroup,
} from '../counters/index.js';
export { type ErrorName, IxionError } from '../errors.js';
export { Gate } from './gate.js';
export { hostThread } from './host.js';
export { type SpawnedThread, spawnThread } from './spawn.js';
export { startActorSystem } from './system.js';
export type * from './types.js';
