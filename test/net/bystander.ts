/** A client that works beside others, and tells when it notices them. */
import { RouteKind } from '../../lib/protocol/message.js';
import { errorOf, type RawClient } from './harness.js';

const plain = { MediaType: 'chat', InteractionType: 'Inbound' };

/** A client that works all the time and must never notice. */
export class Bystander {
  readonly #client: RawClient;
  #reference = 10;

  constructor(client: RawClient) {
    this.#client = client;
  }

  /** Submits to both partitions, changes and stops: each must be acknowledged. */
  async work(): Promise<string[]> {
    const faults: string[] = [];
    for (const queue of ['aside', 'other']) {
      const route = { kind: RouteKind.queue, key: queue };
      const submitted = await this.#ask(101, { ...plain, Queue: queue }, route);
      const id = (submitted.body['Extension'] as { InteractionId?: string })?.InteractionId ?? '';
      const byId = { kind: RouteKind.id, key: id };
      const answers = [
        submitted,
        await this.#ask(103, { InteractionId: id, Priority: 3 }, byId),
        await this.#ask(188, { InteractionId: id }, byId),
        await this.#ask(102, { InteractionId: id }, byId),
      ];
      for (const answer of answers) {
        if (errorOf(answer) !== 0) faults.push(`the bystander got ${JSON.stringify(answer.body)}`);
      }
    }
    return faults;
  }

  #ask(...[message, body, route]: [number, object, { kind: RouteKind; key: string }]) {
    return this.#client.ask(message, this.#reference++, { ...body }, route);
  }
}
