/**
 * A client that reads all events from the first on, comes back where it was after each end of its
 * connection, and knows which must come: of each partition every number once, of each interaction
 * every version, up to the last.
 */
import type { World } from '../../lib/world/index.js';
import { type Asked, type Came, toFront } from '../world/frame-client.js';
import { SimClient } from './sim-client.js';

/** What is known of an interaction by its events. */
interface Told {
  readonly versions: Set<number>;
  last: number;
  /** Version of its end; undefined: it goes on. */
  ended: number | undefined;
}

export class EventReader {
  readonly client: SimClient;
  readonly complaints: string[] = [];
  /** The last number of each partition. */
  readonly #sequences: number[];
  readonly #told = new Map<string, Told>();
  readonly #world: World;
  readonly #listener: (name: string, body: Came['body']) => void;
  #timeline: string | undefined;
  #subscribing = 0;
  #subscription: number | undefined;

  /** @param told each event, once and in the order of its partition */
  constructor(
    world: World,
    partitions: number,
    told: (name: string, body: Came['body']) => void = () => undefined,
  ) {
    this.#world = world;
    this.#listener = told;
    this.#sequences = new Array<number>(partitions).fill(0);
    const key = world.random.bytes(16);
    this.client = new SimClient(world, [{ name: 'events', type: 'ReportingEngine', key }], {
      ready: () => this.#subscribe(),
      came: (came) => this.#came(came),
      complain: (what) => this.#complain(what),
    });
  }

  /** The last numbers. */
  get sequences(): readonly number[] {
    return this.#sequences;
  }

  /** Whether a subscription is there. */
  get isReading(): boolean {
    return this.#subscription !== undefined;
  }

  /** Compares with what the client of an interaction knows. */
  check(id: string, version: number, isThere: boolean): void {
    const told = this.#told.get(id);
    if (told === undefined) return this.#complain(`no event told of ${id}`);
    if (told.last !== version) this.#complain(`${id}: version ${version}, ${told.last} by events`);
    if (told.versions.size !== told.last) {
      this.#complain(`${id}: ${told.versions.size} of ${told.last} versions were told`);
    }
    const isEnded = told.ended !== undefined;
    if (isEnded === isThere) this.#complain(`${id}: ${isEnded ? 'ended' : 'there'} by events`);
  }

  #subscribe(): void {
    this.#subscription = undefined;
    const position = this.#sequences.some((sequence) => sequence > 0)
      ? { ResumeToken: this.#sequences, Timeline: this.#timeline }
      : { FromStart: true };
    const asked: Asked = {
      name: 'RequestStartPlaceAgentStateReportingAll',
      route: toFront,
      body: { ...position, ServerEvents: true },
    };
    this.#subscribing = this.client.send(0, asked, false);
  }

  #came({ name, reference, body, error }: Came): void {
    if (reference === this.#subscribing && reference !== 0) {
      if (error !== undefined) {
        // It cannot be now: once more, unless another connection does it.
        const again = (): void => {
          if (this.#subscribing === reference && this.client.isReady) this.#subscribe();
        };
        this.#world.clock.setTimer(this.#world.random.fraction() * 20, again);
        return;
      }
      const { SubscriptionId, Timeline } = body['Extension'] as {
        SubscriptionId: number;
        Timeline: string;
      };
      this.#subscription = SubscriptionId;
      this.#timeline = Timeline;
      return;
    }
    if (name === 'EventGap') return this.#complain('events are missing');
    const { Partition, Sequence, InteractionId, InteractionVersion } = body as Partial<{
      Partition: number;
      Sequence: number;
      InteractionId: string;
      InteractionVersion: number;
    }>;
    if (Partition === undefined || Sequence === undefined) return;
    if (Sequence !== this.#sequences[Partition]! + 1) {
      const expected = this.#sequences[Partition]! + 1;
      this.#complain(`event ${Sequence} of partition ${Partition}, not ${expected}`);
    }
    this.#sequences[Partition] = Sequence;
    this.#listener(name, body);
    if (InteractionId !== undefined) this.#note(InteractionId, InteractionVersion!, name);
  }

  #note(id: string, version: number, name: string): void {
    let told = this.#told.get(id);
    if (told === undefined) {
      this.#told.set(id, (told = { versions: new Set(), last: 0, ended: undefined }));
    }
    told.versions.add(version);
    told.last = Math.max(told.last, version);
    if (name === 'EventProcessingStopped') told.ended = version;
  }

  #complain(what: string): void {
    this.complaints.push(`events: ${what}`);
  }
}
