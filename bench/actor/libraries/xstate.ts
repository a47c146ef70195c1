/**
 * xstate: actors of one thread, run within `send`; an ask is an event that carries
 * who wants to know.
 */
import { packagesOf } from '../../support/packages.js';
import { askInBatches, newFrame, replyBytes, type Side } from '../rates.js';
import { tellTurns } from './calls.js';

interface Event {
  readonly type: 'frame';
  readonly frame: Uint8Array;
  readonly answer?: (reply: Uint8Array) => void;
}
interface Machine {
  start(): Machine;
  send(event: Event): void;
}
interface XState {
  fromTransition(transition: (touched: number, event: Event) => number, first: number): object;
  createActor(logic: object): Machine;
}

export async function openXState(): Promise<Side> {
  const { fromTransition, createActor } = packagesOf('actor')<XState>('xstate');
  const logic = fromTransition((touched, { frame, answer }) => {
    answer?.(new Uint8Array(replyBytes).fill(touched));
    return touched + frame[0]!;
  }, 0);
  const sink = createActor(logic).start();
  const frame = newFrame();
  const ask = (): Promise<unknown> =>
    new Promise((answer) => sink.send({ type: 'frame', frame, answer }));
  return {
    tell: tellTurns((each) => sink.send({ type: 'frame', frame: each }), ask),
    ask: (seconds) => askInBatches(seconds, ask),
  };
}
