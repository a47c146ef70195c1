/** How a free agent comes to the first contact of a queue: it pulls, or it is invited. */
import { type Contact, type DayClient, stepOptions } from './contact.js';

/** An agent on one of its spans. */
export class Working {
  readonly agentName: string;
  readonly types: readonly string[];
  readonly client: DayClient;
  /** Its span has ended. */
  isOver = false;
  /** Orders those that are free by when they became so. */
  freeSince = 0;
  /**
   * When it would have become free if it had been at work ever since: time away is not idle time,
   * and does not end it. Simulated seconds.
   */
  idleFromSeconds = 0;
  #wake: (() => void) | undefined;

  constructor(agentName: string, types: readonly string[], client: DayClient) {
    this.agentName = agentName;
    this.types = types;
    this.client = client;
  }

  /** Resolves when it is woken. */
  sleep(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  wake(): void {
    this.#wake?.();
  }
}

export interface Taking {
  /** Who comes first of two that are free: negative is the one. */
  compare(one: Working, other: Working): number;
  /** It is at work from now on. */
  begins(agentName: string): Promise<void>;
  /** It has a break. */
  pauses(agentName: string): Promise<void>;
  /** It has gone home. */
  ends(agentName: string): Promise<void>;
  /**
   * Takes one of those that wait in the queue of a type, in their order of entry; undefined: none
   * came. Rejects with `IxionError` as the client does.
   */
  take(type: string, waiting: Iterable<Contact>, agent: Working): Promise<Contact | undefined>;
}

const nothing = (): Promise<void> => Promise.resolve();

/** The agent pulls, and the server decides which contact it gets. */
export function pulling(
  queueOf: (type: string) => string,
  contacts: ReadonlyMap<string, Contact>,
): Taking {
  return {
    compare: (one, other) => one.freeSince - other.freeSince,
    begins: nothing,
    pauses: nothing,
    ends: nothing,
    async take(type, _, { client }) {
      const [taken] = await client.pull({ queue: queueOf(type) }, stepOptions);
      if (taken === undefined) return undefined;
      const contact = contacts.get(taken.InteractionId);
      if (contact !== undefined) return contact;
      throw new TypeError(`${taken.InteractionId} in ${taken.Queue} is not of this day`);
    },
  };
}
