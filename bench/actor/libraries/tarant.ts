/**
 * tarant: actors of one thread; every call of a method is a message with a promise of its answer.
 * An actor takes one message in each tick of a timer, of one millisecond unless told otherwise.
 */
import { packagesOf } from '../../support/packages.js';
import { askInBatches, framesPerBatch, newFrame, replyBytes, type Side } from '../rates.js';
import { tellTurns } from './calls.js';

type ActorClass = new () => object;
interface Tarant {
  readonly Actor: ActorClass;
  readonly ActorSystem: { default(): System };
}
interface System {
  actorOf<Actor>(actor: new () => Actor, values: readonly unknown[]): Calls<Actor>;
}
/** What its proxies make of an actor's methods. */
type Calls<Actor> = {
  readonly [Name in keyof Actor]: Actor[Name] extends (...values: infer Values) => infer Answer
    ? (...values: Values) => Promise<Answer>
    : never;
};

export async function openTarant(): Promise<Side> {
  const { Actor, ActorSystem } = packagesOf('actor')<Tarant>('tarant');
  class Sink extends Actor {
    touched = 0;
    touch(frame: Uint8Array): void {
      this.touched += frame[0]!;
    }
    answer(frame: Uint8Array): Uint8Array {
      return new Uint8Array(replyBytes).fill(this.touched + frame[0]!);
    }
  }
  const sink = ActorSystem.default().actorOf(Sink, []);
  const frame = newFrame();
  const ask = (): Promise<unknown> => sink.answer(frame);
  return {
    tell: tellTurns((each) => void sink.touch(each), ask, framesPerBatch),
    ask: (seconds) => askInBatches(seconds, ask),
  };
}
