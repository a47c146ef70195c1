import type { ActorSystem, ActorSystemOptions } from './types.js';

/** Starts the threads of a system; resolves when all of them can take children. */
export function startActorSystem(_options: ActorSystemOptions): Promise<ActorSystem> {
  throw new Error('not there yet');
}
