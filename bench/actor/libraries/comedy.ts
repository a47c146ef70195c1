/** comedy in its mode `threaded`: an actor on a worker thread, spoken to by cloned messages. */
import { packagesOf } from '../../support/packages.js';
import { askInBatches, newFrame, type Side } from '../rates.js';
import { tellTurns } from './calls.js';

interface ComedyActor {
  createChild(behaviour: object, options: object): Promise<ComedyActor>;
  send(topic: string, message: unknown): Promise<void>;
  sendAndReceive(topic: string, message: unknown): Promise<unknown>;
}
interface ComedySystem {
  rootActor(): Promise<ComedyActor>;
  getLog(): { setLevel(level: number): void };
}

/** The library takes its text to the other thread: nothing of this module is there. */
class Sink {
  touched = 0;
  touch(frame: Uint8Array): void {
    this.touched += frame[0]!;
  }
  answer(frame: Uint8Array): Uint8Array {
    return new Uint8Array(16).fill(this.touched + frame[0]!);
  }
}

export async function openComedy(): Promise<Side> {
  const createSystem = packagesOf('actor')<(options: object) => ComedySystem>('comedy');
  const system = createSystem({ log: { level: 'silent' } });
  system.getLog().setLevel(0);
  const root = await system.rootActor();
  const actor = await root.createChild(Sink, { mode: 'threaded' });
  const frame = newFrame();
  const ask = (): Promise<unknown> => actor.sendAndReceive('answer', frame);
  return {
    tell: tellTurns((each) => void actor.send('touch', each), ask),
    ask: (seconds) => askInBatches(seconds, ask),
  };
}
