/**
 * nact: actors of one thread; a message is handed over by reference, one in a turn
 * of the event loop.
 */
import { packagesOf } from '../../support/packages.js';
import { askInBatches, deadlineMs, newFrame, replyBytes, type Side } from '../rates.js';
import { tellTurns } from './calls.js';

interface Context {
  readonly sender: object;
}
interface Nact {
  start(): object;
  spawn(
    parent: object,
    receive: (state: number | undefined, frame: Message, context: Context) => number,
  ): object;
  dispatch(to: object, message: unknown): void;
  query(to: object, message: Message, timeoutMs: number): Promise<unknown>;
}
interface Message {
  readonly frame: Uint8Array;
  readonly isAsked: boolean;
}

export async function openNact(): Promise<Side> {
  const { start, spawn, dispatch, query } = packagesOf('actor')<Nact>('nact');
  const sink = spawn(start(), (touched = 0, { frame, isAsked }, { sender }) => {
    if (isAsked) dispatch(sender, new Uint8Array(replyBytes).fill(touched));
    return touched + frame[0]!;
  });
  const frame = newFrame();
  const ask = (): Promise<unknown> => query(sink, { frame, isAsked: true }, deadlineMs);
  return {
    tell: tellTurns((each) => dispatch(sink, { frame: each, isAsked: false }), ask),
    ask: (seconds) => askInBatches(seconds, ask),
  };
}
