/**
 * A client that subscribes with the state, goes on where it was after most ends of its connection,
 * and begins anew after others. What it makes of states and events has to be what was on the disks,
 * at every point that it comes to.
 */
import type { World } from '../../lib/world/index.js';
import { type Came, toFront } from '../world/frame-client.js';
import { SimClient } from './sim-client.js';
import { StateTruth, textOfAgent, textOfCounts } from './state-truth.js';

interface Known {
  place: string;
  doNotDisturb: boolean;
  readonly media: Map<string, boolean>;
}

/** What it knew at some point. */
interface Claim {
  readonly sequence: number;
  readonly agents: ReadonlyMap<string, string>;
}

const anewChance = 0.3;
const againMs = 20;

export class StateReader {
  readonly client: SimClient;
  readonly faults: string[] = [];
  readonly #world: World;
  readonly #truth: StateTruth;
  readonly #names: readonly string[];
  readonly #queues: readonly string[];
  readonly #agents = new Map<string, Known>();
  readonly #counts = new Map<string, string>();
  /** The last event of each partition; undefined: the state has not come. */
  #token: number[] | undefined;
  #timeline: unknown;
  readonly #complete = new Set<number>();
  #isAnew = false;
  #subscribing = 0;
  #claims: Claim[] = [];
  /** States that were complete, and claims that could be looked at. */
  states = 0;
  compared = 0;

  /** @param queues by number, from 1 on */
  constructor(world: World, names: readonly string[], queues: readonly string[]) {
    this.#world = world;
    this.#truth = new StateTruth(world);
    this.#names = names;
    this.#queues = queues;
    const key = world.random.bytes(16);
    this.client = new SimClient(world, [{ name: 'state', type: 'ReportingEngine', key }], {
      ready: () => this.#subscribe(),
      came: (came) => this.#came(came),
      complain: (what) => void this.faults.push(what),
    });
  }

  /** To be called after every step. */
  look(): void {
    this.#truth.look();
  }

  get #isComplete(): boolean {
    return this.#token !== undefined && this.#complete.size === this.#token.length;
  }

  #subscribe(): void {
    const isAnew = !this.#isComplete || this.#world.random.fraction() < anewChance;
    if (isAnew) this.#complete.clear();
    this.#isAnew = isAnew;
    const position = isAnew ? {} : { ResumeToken: this.#token, Timeline: this.#timeline };
    const body = { TenantList: { 1: {} }, FullState: true, ...position };
    const name = 'RequestStartPlaceAgentStateReportingAll';
    this.#subscribing = this.client.send(0, { name, route: toFront, body }, false);
  }

  #came({ name, reference, body, error }: Came): void {
    if (reference === this.#subscribing && reference !== 0)
      return this.#answered(body, error, reference);
    const { Partition: partition, Sequence: sequence } = body as Record<string, number>;
    if (partition === undefined || sequence === undefined || this.#token === undefined) return;
    if (name === 'EventPlaceAgentState') return this.#state(body);
    if (name === 'EventQueueState') return this.#queue(body, partition, sequence);
    if (name === 'EventUpToDate') {
      if (this.#complete.has(partition)) return;
      this.#complete.add(partition);
      if (this.#isComplete) this.states++;
      if (partition === 0) this.#claim();
      return;
    }
    if (sequence !== this.#token[partition]! + 1) {
      this.faults.push(`event ${sequence} of ${partition}, behind ${this.#token[partition]}`);
    }
    if (!this.#complete.has(partition)) this.faults.push(`event ${sequence} before the state`);
    this.#token[partition] = sequence;
    if (partition !== 0) return;
    this.#event(name, body);
    this.#claim();
  }

  #answered(body: Came['body'], error: Came['error'], reference: number): void {
    if (error !== undefined) {
      const again = (): void => {
        if (this.#subscribing === reference && this.client.isReady) this.#subscribe();
      };
      this.#world.clock.setTimer(this.#world.random.fraction() * againMs, again);
      return;
    }
    const { ResumeToken, Timeline } = body['Extension'] as Record<string, unknown>;
    this.#timeline = Timeline;
    if (!this.#isAnew) return;
    this.#token = [...(ResumeToken as number[])];
    this.#agents.clear();
    this.#counts.clear();
  }

  #state(body: Came['body']): void {
    const { AgentId, PlaceId, DoNotDisturb, Media, Sequence } = body as Record<string, unknown>;
    if (Sequence !== this.#token![0]) this.faults.push(`a state of ${String(Sequence)}`);
    const media = (Media as { Name: string; State: string }[]).map(
      ({ Name, State }) => [Name, State !== 'not-ready'] as const,
    );
    this.#agents.set(String(AgentId), {
      place: String(PlaceId),
      doNotDisturb: DoNotDisturb === true,
      media: new Map(media),
    });
  }

  #queue(body: Came['body'], partition: number, sequence: number): void {
    const queue = this.#queues.indexOf(String(body['Queue'])) + 1;
    const { Submitted, Entered, Left, Waiting, Processing } = body;
    const text = textOfCounts([Submitted, Entered, Left, Waiting, Processing]);
    if (!this.#truth.hadCounts(partition, queue, sequence, text)) {
      this.faults.push(`queue ${queue} of ${partition} was never ${text} at ${sequence}`);
    }
    this.#counts.set(`${partition} ${queue}`, text);
  }

  #event(name: string, body: Came['body']): void {
    const { AgentId, PlaceId, MediaTypeName, MediaList, IsReady } = body as Record<string, unknown>;
    if (typeof AgentId !== 'string') return;
    const medium = String(MediaTypeName);
    if (name === 'EventAgentLogin') {
      const before = this.#agents.get(AgentId);
      const media = Object.entries(MediaList as Record<string, number>);
      this.#agents.set(AgentId, {
        place: String(PlaceId),
        doNotDisturb: before?.doNotDisturb ?? false,
        media: new Map(media.map(([one, isReady]) => [one, isReady === 1])),
      });
      return;
    }
    if (name === 'EventAgentLogout') return void this.#agents.delete(AgentId);
    const known = this.#agents.get(AgentId);
    if (known === undefined) return void this.faults.push(`${name} of ${AgentId}, who is nobody`);
    if (name === 'EventDoNotDisturbOn') known.doNotDisturb = true;
    else if (name === 'EventDoNotDisturbOff') known.doNotDisturb = false;
    else if (name === 'EventMediaAdded') known.media.set(medium, Boolean(IsReady));
    else if (name === 'EventMediaRemoved') known.media.delete(medium);
    else if (name === 'EventReadyForMedia') known.media.set(medium, true);
    else if (name === 'EventNotReadyForMedia') known.media.set(medium, false);
  }

  /** What it knows now is compared when the disks have been looked at. */
  #claim(): void {
    const agents = [...this.#agents].map(
      ([agent, { place, doNotDisturb, media }]) =>
        [agent, textOfAgent(place, doNotDisturb, media)] as const,
    );
    this.#claims.push({ sequence: this.#token![0]!, agents: new Map(agents) });
  }

  /** Compares all; at its end everything is up to date. */
  finish(): readonly string[] {
    for (const { sequence, agents } of this.#claims) {
      for (const name of this.#names) {
        const was = this.#truth.agentAt(name, sequence);
        if (was === undefined) break;
        this.compared++;
        const says = agents.get(name) ?? '';
        if (says !== was) this.faults.push(`${name} at ${sequence}: ${was}, not ${says}`);
      }
    }
    if (!this.#isComplete) this.faults.push('the state is not complete');
    for (const [key, says] of this.#counts) {
      const [partition, queue] = key.split(' ').map(Number);
      const is = this.#truth.countsNow(partition!, queue!) ?? says;
      if (is !== says) this.faults.push(`queue ${queue} of ${partition} is ${is}, not ${says}`);
    }
    if (this.compared === 0) this.faults.push('nothing was compared');
    return this.faults.map((what) => `state: ${what}`);
  }
}
