/** The runtime itself: an actor on a thread of its own. */
import { startActorSystem } from '../../lib/actor/index.js';
import {
  askInBatches,
  deadlineMs,
  framesPerTurn,
  newFrame,
  nextTurn,
  rateOf,
  type Side,
} from './rates.js';

/** No bound on credit, as bare messages have none: else the sender's waiting would be measured. */
export async function openIxion(): Promise<Side> {
  const module = new URL('./sink.js', import.meta.url);
  const system = await startActorSystem({
    threads: [{ name: 'sink', module }],
    behaviours: {},
    intensity: 1,
    periodMs: 1_000,
    onReport: () => undefined,
    onEscalation: () => undefined,
    onThreadDeath: () => undefined,
  });
  await system.start([
    {
      id: 'sink',
      behaviour: 'sink',
      argument: {},
      thread: 1,
      restart: 'permanent',
      shutdownMs: 1_000,
      creditBytes: Infinity,
    },
  ]);
  const ref = system.ref<Uint8Array>('sink');
  const frame = newFrame();
  const tellSome = async (): Promise<number> => {
    for (let n = 0; n < framesPerTurn; n += 1) ref.tellBytes(n, frame);
    await nextTurn();
    return framesPerTurn;
  };
  return {
    tell: (seconds) => rateOf(seconds, tellSome, () => ref.ask(frame, { deadlineMs })),
    ask: (seconds) => askInBatches(seconds, () => ref.ask(frame, { deadlineMs })),
  };
}
