/**
 * Collects garbage in all threads of this process, so that what is left is what is in use: actors
 * have heaps of their own, which `gc` on the main thread does not touch.
 */
import { type InspectorNotification, type NodeWorker, Session } from 'node:inspector';

/** Each finds a little more. */
const collections = 4;
const settleMs = 50;

interface WorkerAnswer {
  readonly id?: number;
}

/** Made once: it knows the threads that there are, and those that begin later. */
export class Collector {
  readonly #session = new Session();
  readonly #threads = new Set<string>();
  readonly #waiting = new Map<number, () => void>();
  #asked = 0;

  constructor() {
    const session = this.#session;
    session.connect();
    session.on('NodeWorker.attachedToWorker', ({ params }) => this.#threads.add(params.sessionId));
    session.on('NodeWorker.detachedFromWorker', ({ params }) =>
      this.#threads.delete(params.sessionId),
    );
    session.on('NodeWorker.receivedMessageFromWorker', (told) => this.#answered(told));
  }

  /** Collects in every thread, several times. */
  async collect(): Promise<void> {
    await this.#post('NodeWorker.enable', { waitForDebuggerOnStart: false });
    for (let at = 0; at < collections; at++) {
      await this.#post('HeapProfiler.collectGarbage', {});
      for (const thread of this.#threads) await this.#collectIn(thread);
      await new Promise((resolve) => setTimeout(resolve, settleMs));
    }
    await this.#post('NodeWorker.disable', {});
    this.#threads.clear();
  }

  #post(method: string, params: object): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#session.post(method, params, (error) => (error === null ? resolve() : reject(error)));
    });
  }

  async #collectIn(sessionId: string): Promise<void> {
    const id = ++this.#asked;
    const answered = new Promise<void>((resolve) => this.#waiting.set(id, resolve));
    const message = JSON.stringify({ id, method: 'HeapProfiler.collectGarbage' });
    await this.#post('NodeWorker.sendMessageToWorker', { sessionId, message });
    await answered;
  }

  #answered({
    params,
  }: InspectorNotification<NodeWorker.ReceivedMessageFromWorkerEventDataType>): void {
    const { id } = JSON.parse(params.message) as WorkerAnswer;
    if (id === undefined) return;
    this.#waiting.get(id)?.();
    this.#waiting.delete(id);
  }
}
