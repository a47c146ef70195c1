/** Direct messages as the SDK offers them. */
import type { KeyValues } from '../interaction/attached-data.js';
import type { Attributes } from '../protocol/index.js';
import { numberIn } from './administration.js';
import * as kinds from './argument-kinds.js';
import { check } from './arguments.js';
import type { Caller } from './caller.js';
import type { IxionError } from '../errors.js';
import { extensionOf, nonsense, textOf } from './results.js';
import type * as Sdk from './types.js';
import { Watches } from './watches.js';

const begin = 'RequestSubscribe';
const listOf = (topics: readonly string[]) => ({
  TopicList: Object.fromEntries(topics.map((topic) => [topic, ''])),
});

export class TopicCalls implements Sdk.Topics {
  readonly #caller: Caller;
  readonly #watches: Watches<Sdk.TopicNews>;

  constructor(caller: Caller) {
    this.#caller = caller;
    const end = 'RequestUnsubscribe';
    this.#watches = new Watches(caller, { begin, end, endBody: listOf, news: 'direct messages' });
  }

  subscribe(topics: readonly string[]): AsyncIterableIterator<Sdk.TopicNews> {
    const wrong = check(begin, undefined, topics, kinds.topics, 'topics');
    if (wrong !== undefined) return this.#watches.read([], {}, wrong);
    return this.#watches.read([...topics], listOf(topics));
  }

  publish(topic: string, message: KeyValues, options?: Sdk.CallOptions): Promise<number> {
    const name = 'RequestPublish';
    const wrong =
      check(name, options, topic, kinds.topic, 'topic') ??
      check(name, undefined, message, kinds.message, 'message');
    if (wrong !== undefined) return wrong;
    const result = (answer: Attributes): number => numberIn(extensionOf(answer), 'Receivers');
    const body = { Topic: topic, Message: message };
    return this.#caller.call(name, body, { route: 'agent', key: '', result, options });
  }

  /** Whether it is a direct message, which those who read its topic have got then. */
  event(name: string, attributes: Attributes, bytes: number): boolean {
    if (name !== 'EventUserEvent') return false;
    const { Message: message } = attributes;
    const topic = textOf(attributes, 'Topic');
    if (topic === undefined || typeof message !== 'object') throw nonsense('Topic and Message');
    const by = textOf(attributes, 'ActorId') ?? '';
    const news = { what: 'message', topic, message: message as KeyValues, by } as const;
    for (const watch of this.#watches.that(({ keys }) => keys.includes(topic))) {
      this.#watches.tell(watch, news, bytes);
    }
    return true;
  }

  lost(): void {
    this.#watches.lost();
  }

  again(): void {
    this.#watches.again();
  }

  ended(reason: IxionError | undefined): void {
    this.#watches.ended(reason);
  }
}
