/** Direct messages: who has subscribed to which topic, and telling them. Nothing is kept. */
import { IxionError } from '../errors.js';
import { limits } from '../limits.js';
import type { Client } from './client.js';

export class Topics {
  /** By tenant and topic. */
  readonly #subscribers = new Map<string, Set<Client>>();
  readonly #ofClient = new Map<Client, Set<string>>();

  /** Subscriptions of all clients. */
  get size(): number {
    return [...this.#ofClient.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** @throws {IxionError} TooManySubscriptions: then nothing has changed */
  subscribe(client: Client, topics: readonly string[]): void {
    if (client.isGone) return;
    const all = new Set(this.#ofClient.get(client));
    const fresh = topics.map((topic) => keyOf(client, topic)).filter((key) => !all.has(key));
    for (const key of fresh) all.add(key);
    if (all.size > limits.topicsPerClient) {
      throw new IxionError('TooManySubscriptions', `more than ${limits.topicsPerClient} topics`);
    }
    const full = fresh.find((key) => this.#of(key).size >= limits.subscribersPerTopic);
    if (full !== undefined) {
      const detail = `the topic has ${limits.subscribersPerTopic} subscribers`;
      throw new IxionError('TooManySubscriptions', detail);
    }
    for (const key of fresh) this.#subscribers.set(key, this.#of(key).add(client));
    this.#ofClient.set(client, all);
  }

  /** @throws {IxionError} UnknownSubscription: then nothing has changed */
  unsubscribe(client: Client, topics: readonly string[]): void {
    const all = this.#ofClient.get(client);
    const unknown = topics.find((topic) => all?.has(keyOf(client, topic)) !== true);
    if (unknown !== undefined) {
      throw new IxionError('UnknownSubscription', `this client has not subscribed to "${unknown}"`);
    }
    for (const topic of topics) this.#remove(client, keyOf(client, topic));
  }

  /** Those who are told of a topic. */
  of(client: Client, topic: string): ReadonlySet<Client> {
    return this.#of(keyOf(client, topic));
  }

  gone(client: Client): void {
    for (const key of this.#ofClient.get(client) ?? []) this.#remove(client, key);
  }

  #of(key: string): Set<Client> {
    return this.#subscribers.get(key) ?? new Set();
  }

  #remove(client: Client, key: string): void {
    const all = this.#ofClient.get(client);
    all?.delete(key);
    if (all?.size === 0) this.#ofClient.delete(client);
    const others = this.#subscribers.get(key);
    others?.delete(client);
    if (others?.size === 0) this.#subscribers.delete(key);
  }
}

/** Of different tenants the same topic is another one. */
const keyOf = ({ info }: Client, topic: string): string => `${info.tenantId}\0${topic}`;
