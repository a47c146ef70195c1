/**
 * A connection of the simulation: logical clients that register, and come back with their session
 * keys when the connection ends, which it may at any moment.
 */
import type { World } from '../../lib/world/index.js';
import { type Asked, type Came, FrameClient, registration } from '../world/frame-client.js';

/** A logical client; its place in the list of its connection is its ProxyClientId. */
export interface Logical {
  readonly name: string;
  readonly type: 'AgentApplication' | 'MediaServer' | 'ReportingEngine' | 'RoutingEngine';
  readonly key: Uint8Array;
}

export interface SimClientEvents {
  /** All of them are registered: what was sent before and not answered is to be sent again. */
  ready(): void;
  came(came: Came): void;
  complain(what: string): void;
}

/** Longest time before it comes back. */
const backMs = 20;

export class SimClient {
  readonly #world: World;
  readonly #logical: readonly Logical[];
  readonly #events: SimClientEvents;
  #frames: FrameClient | undefined;
  #isReady = false;
  #reference = 0;
  /** References of the registrations that are not answered, by ProxyClientId. */
  readonly #registering = new Map<number, number>();
  /** References of this connection that are not answered. */
  readonly #open = new Set<number>();
  /** It has ended, and comes back. */
  #isComing = false;
  #isGone = false;

  constructor(world: World, logical: readonly Logical[], events: SimClientEvents) {
    this.#world = world;
    this.#logical = logical;
    this.#events = events;
    this.#connect();
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** Requests of this connection that have no answer. */
  get unanswered(): number {
    return this.#open.size;
  }

  /** Sends a request, where it is ready; returns its reference. */
  send(logical: number, asked: Asked, isRetried: boolean): number {
    const reference = ++this.#reference;
    this.#open.add(reference);
    this.#frames!.send(logical, reference, asked, isRetried);
    return reference;
  }

  /** The connection ends, as if its process or its network had. */
  cut(): void {
    this.#frames?.destroy();
  }

  /** The connection ends, and it does not come back. */
  leave(): void {
    this.#isReady = false;
    this.#isGone = true;
    this.cut();
  }

  #connect(): void {
    if (this.#isGone) return;
    this.#isComing = false;
    this.#open.clear();
    this.#registering.clear();
    const frames: FrameClient = new FrameClient(this.#world, {
      came: (came) => this.#came(came),
      closed: () => this.#closed(),
    });
    this.#frames = frames;
    for (const logical of this.#logical.keys()) this.#register(logical);
  }

  #register(logical: number): void {
    const { name, type, key } = this.#logical[logical]!;
    const reference = ++this.#reference;
    this.#registering.set(logical, reference);
    this.#frames!.send(logical, reference, registration(name, type, key));
  }

  #came(came: Came): void {
    const { proxyClient, reference, error, name } = came;
    if (this.#registering.get(proxyClient) === reference) {
      this.#registering.delete(proxyClient);
      // It does not take anybody just now: another time, on another connection.
      if (error !== undefined) return this.cut();
      this.#isReady = this.#registering.size === 0;
      if (this.#isReady) this.#events.ready();
      return;
    }
    if (name === 'EventForcedDisconnect') {
      return this.#events.complain(`ended by the server: ${String(came.body['ErrorDescription'])}`);
    }
    if (reference !== 0 && !this.#open.delete(reference)) {
      this.#events.complain(`a second answer to ${reference}: ${name}`);
    }
    this.#events.came(came);
  }

  #closed(): void {
    this.#isReady = false;
    const { random, clock } = this.#world;
    if (this.#isComing) return;
    this.#isComing = true;
    clock.setTimer(random.fraction() * backMs, () => this.#connect());
  }
}
