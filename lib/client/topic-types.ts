/** The public types of the SDK for direct messages. */
import type { KeyValues } from '../interaction/attached-data.js';
import type { CallOptions } from './call-options.js';

/**
 * What is told of topics. `begun`: it is told from now on, for the first time or anew after a lost
 * connection; what was published meanwhile is not.
 */
export type TopicNews =
  | { readonly what: 'begun' }
  | {
      readonly what: 'message';
      readonly topic: string;
      readonly message: KeyValues;
      /** The `clientName` of who published it. */
      readonly by: string;
    };

/** Direct messages: what clients of a tenant tell each other by topics. Nothing is kept. */
export interface Topics {
  /**
   * What is published under some topics from now on, by whomever, also by this client. Leaving a
   * `for await` loop ends it, and so does the end of the client.
   * @throws {IxionError} (from the iterator) MissingAttribute, InvalidName, NotPermitted,
   *   TooManySubscriptions; TooMuchHeld: it is read too slowly
   */
  subscribe(topics: readonly string[]): AsyncIterableIterator<TopicNews>;
  /**
   * Tells all who have subscribed to a topic; resolves with how many that were. One that is
   * repeated after a lost connection may be told twice.
   * @throws {IxionError} InvalidName, NotPermitted
   */
  publish(topic: string, message: KeyValues, options?: CallOptions): Promise<number>;
}
