/** A structured message as its receiver sees it, with the way back for its answer. */
import { IxionError } from '../errors.js';
import type { MessageEnvelope } from './types.js';

/** Where an answer goes: the thread that asked, and the number of the ask there. */
export interface AnswerPath {
  answer(mail: Mail, value: unknown): void;
  fail(mail: Mail, error: IxionError): void;
}

export class Mail implements MessageEnvelope<unknown> {
  readonly kind = 'message';
  readonly message: unknown;
  readonly ask: boolean;
  /** Thread that sent it. */
  readonly thread: number;
  /** Index of the actor that got it. */
  readonly target: number;
  /** Number of the ask over there; 0 for a tell. */
  readonly askId: number;
  #path: AnswerPath | undefined;

  constructor(
    message: unknown,
    thread: number,
    target: number,
    askId: number,
    path: AnswerPath | undefined,
  ) {
    this.message = message;
    this.ask = path !== undefined;
    this.thread = thread;
    this.target = target;
    this.askId = askId;
    this.#path = path;
  }

  answer(value: unknown): void {
    const path = this.#path;
    this.#path = undefined;
    path?.answer(this, value);
  }

  fail(error: IxionError): void {
    const path = this.#path;
    this.#path = undefined;
    path?.fail(this, error);
  }

  /** Nobody will answer any more. */
  abandon(): void {
    if (this.#path === undefined) return;
    this.fail(new IxionError('Unavailable', 'the actor crashed or ended without an answer'));
  }
}
