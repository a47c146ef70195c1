/**
 * Clients at work while the configuration changes: everything that was acknowledged is remembered,
 * to be looked for afterwards.
 */
import { type Client, connect, IxionError, type ClientType } from '../../lib/client/index.js';
import type { Random } from '../../lib/clock.js';

export interface LoadOptions {
  readonly server: string;
  readonly random: Random;
  /** Queues that are always there. */
  readonly fixed: readonly string[];
  /** Name and token of the applications of both types. */
  readonly media: { readonly name: string; readonly token: string };
  readonly agent: { readonly name: string; readonly token: string };
}

const mediaLanes = 4;
const agentLanes = 2;
/** Of a hundred submits so many go into queues that come and go. */
const straysInHundred = 8;

export class Load {
  /** Where each interaction is that was acknowledged and not stopped. */
  readonly places = new Map<string, string>();
  readonly complaints: string[] = [];
  submitted = 0;
  placed = 0;
  stopped = 0;
  /** Submits into a queue that was no longer there. */
  tooLate = 0;
  readonly #options: LoadOptions;
  readonly #clients: Client[] = [];
  #strays: readonly string[] = [];
  #lanes: Promise<void>[] = [];
  #isOver = false;

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const media = await this.#connect('MediaServer', this.#options.media);
    const agent = await this.#connect('AgentApplication', this.#options.agent);
    const lanes = [
      ...Array.from({ length: mediaLanes }, () => () => this.#submit(media)),
      ...Array.from({ length: agentLanes }, () => () => this.#pull(agent)),
    ];
    this.#lanes = lanes.map((step) => this.#lane(step));
  }

  /** Queues that come and go, as they are now. */
  setStrays(names: readonly string[]): void {
    this.#strays = names;
  }

  /** Ends the work; nothing is unanswered then. */
  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#lanes);
    await Promise.all(this.#clients.map((client) => client.close()));
  }

  async #connect(clientType: ClientType, { name, token }: LoadOptions['media']): Promise<Client> {
    const { server } = this.#options;
    const identity = { clientName: name, clientType, credentials: token };
    // A change must end no session of theirs: there is no second connection.
    const client = await connect({ ...identity, server, reconnect: false });
    this.#clients.push(client);
    return client;
  }

  async #lane(step: () => Promise<void>): Promise<void> {
    while (!this.#isOver && this.complaints.length === 0) {
      try {
        await step();
      } catch (error) {
        this.complaints.push(`a client got ${String(error)}: ${String((error as Error).cause)}`);
      }
    }
  }

  #draw<T>(from: readonly T[]): T | undefined {
    return from[Math.floor(this.#options.random.fraction() * from.length)];
  }

  async #submit(media: Client): Promise<void> {
    const isStray = this.#options.random.fraction() * 100 < straysInHundred;
    const queue =
      (isStray ? this.#draw(this.#strays) : undefined) ?? this.#draw(this.#options.fixed)!;
    const submission = { queue, mediaType: 'email', interactionType: 'Inbound' };
    try {
      const { interactionId } = await media.submit(submission);
      this.submitted += 1;
      this.places.set(interactionId, queue);
      if (this.#options.fixed.includes(queue)) return;
      await media.stop(interactionId);
      this.stopped += 1;
      this.places.delete(interactionId);
    } catch (error) {
      const isKnown = error instanceof IxionError && error.errorName === 'UnknownQueue';
      if (!isKnown || this.#options.fixed.includes(queue)) throw error;
      this.tooLate += 1;
    }
  }

  async #pull(agent: Client): Promise<void> {
    const { fixed, random } = this.#options;
    const pulled = await agent.pull({ queue: this.#draw(fixed)!, count: 3 });
    if (pulled.length === 0) return new Promise((resolve) => setTimeout(resolve, 5));
    for (const { InteractionId: id } of pulled) {
      if (random.fraction() < 0.6) {
        await agent.stop(id);
        this.stopped += 1;
        this.places.delete(id);
      } else {
        const queue = this.#draw(fixed)!;
        await agent.placeInQueue(id, queue);
        this.placed += 1;
        this.places.set(id, queue);
      }
    }
  }
}
