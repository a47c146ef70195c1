/** How an actor, or code that is none, reaches an actor by its name. */
import { IxionError } from '../errors.js';
import { givenUp, type AskOptions } from './asks.js';
import type { Cell } from './cell.js';
import { bytesCharge, entryKind, messageCharge } from './packet.js';
import type { Route, ThreadRuntime } from './thread-runtime.js';
import type { ActorRef } from './types.js';

export class Reference<M> implements ActorRef<M> {
  readonly name: string;
  readonly #runtime: ThreadRuntime;
  /** The actor that uses it: crashed when it sends what cannot be sent. */
  readonly #owner: Cell | undefined;
  #route: Route | undefined;

  constructor(runtime: ThreadRuntime, name: string, owner: Cell | undefined) {
    this.#runtime = runtime;
    this.name = name;
    this.#owner = owner;
  }

  get sent(): number {
    const { link, index } = (this.#route ??= this.#runtime.route(this.name));
    return link.sent(index);
  }

  get settled(): number {
    const { link, index } = (this.#route ??= this.#runtime.route(this.name));
    return link.settled(index);
  }

  tell(message: M, bytes?: number): boolean {
    const { link, index, creditBytes } = (this.#route ??= this.#runtime.route(this.name));
    const charge = messageCharge(bytes);
    if (link.dead || !link.charge(index, charge, creditBytes)) return false;
    link.message(entryKind.tell, index, 0, message, this.#owner, charge);
    this.#runtime.touch(link);
    return true;
  }

  tellBytes(tag: number, source: Uint8Array, start = 0, end = source.length): boolean {
    const { link, index, creditBytes } = (this.#route ??= this.#runtime.route(this.name));
    if (link.dead || !link.charge(index, bytesCharge(end - start), creditBytes)) return false;
    link.bytes(index, tag, source, start, end);
    this.#runtime.touch(link);
    return true;
  }

  ask<A>(message: M, options: AskOptions): Promise<A> {
    const { link, index, creditBytes } = (this.#route ??= this.#runtime.route(this.name));
    if (options.signal?.aborted === true) return Promise.reject(givenUp());
    if (link.dead) {
      const detail = `the thread of actor ${this.name} has ended`;
      return Promise.reject(new IxionError('Unavailable', detail));
    }
    const charge = messageCharge(options.bytes);
    if (!link.charge(index, charge, creditBytes)) {
      const detail = `actor ${this.name} has all the mail that it may`;
      return Promise.reject(new IxionError('Busy', detail));
    }
    const { id, answer } = this.#runtime.asks.add<A>(link.thread, this.#owner, options);
    link.message(entryKind.ask, index, id, message, this.#owner, charge);
    this.#runtime.touch(link);
    return answer;
  }
}
