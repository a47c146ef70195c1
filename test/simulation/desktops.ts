/**
 * Agents of the simulation: a connection with some of them, who log in whenever it is there, answer
 * what they are offered, or do not, and end what they have. What they are answered is not foretold:
 * events, rows and the desk are compared at the end.
 */
import type { World } from '../../lib/world/index.js';
import { RouteKind } from '../../lib/protocol/index.js';
import { type Asked, type Came, toId } from '../world/frame-client.js';
import { SimClient } from './sim-client.js';

/** Nothing takes longer; a timer draws how long. */
const thinkMs = 60;
const workMs = 300;

export interface DesktopsOptions {
  readonly agents: readonly string[];
  readonly queues: readonly string[];
  /** All agents, to transfer to. */
  readonly everybody: readonly string[];
  readonly transferChance: number;
  /** That another one is asked to join. */
  readonly conferenceChance: number;
  complain(what: string): void;
  /** An agent was acknowledged to have an interaction. */
  accepted(id: string, agent: string): void;
}

export class Desktops {
  readonly client: SimClient;
  /** They do nothing more by themselves. */
  isOver = false;
  readonly #world: World;
  readonly #options: DesktopsOptions;
  /** What a request of the present connection is for, by its reference. */
  readonly #asked = new Map<number, { readonly name: string; done(): void }>();
  readonly #isOut: boolean[];

  constructor(world: World, options: DesktopsOptions) {
    this.#world = world;
    this.#options = options;
    this.#isOut = options.agents.map(() => false);
    const logical = options.agents.map((name) => ({
      name,
      type: 'AgentApplication' as const,
      key: world.random.bytes(16),
    }));
    this.client = new SimClient(world, logical, {
      ready: () => this.#ready(),
      came: (came) => this.#came(came),
      complain: options.complain,
    });
  }

  /** One of them changes something about itself. */
  act(): void {
    if (!this.client.isReady || this.isOver) return;
    const at = this.#any(this.#options.agents.length);
    const medium = this.#any(2) === 0 ? 'voice' : 'email';
    const changes: readonly Asked[] = [
      this.#ofAgent('RequestNotReadyForMedia', { MediaTypeName: medium }),
      this.#ofAgent('RequestNotReadyForMedia', { AfterCurrent: true }),
      this.#ofAgent('RequestDoNotDisturbOn', {}),
      this.#ofAgent('RequestRemoveMedia', { MediaTypeName: medium }),
    ];
    const dice = this.#world.random.fraction();
    if (this.#isOut[at] === true) this.#logIn(at);
    else if (dice < 0.15) this.#logOut(at);
    else if (dice < 0.45) this.#send(at, changes[this.#any(changes.length)]!);
    else this.#makeReady(at);
  }

  #any(count: number): number {
    return Math.floor(this.#world.random.fraction() * count);
  }

  #makeReady(at: number): void {
    this.#send(at, this.#ofAgent('RequestAddMedia', { MediaTypeName: 'voice', IsReady: true }));
    this.#send(at, this.#ofAgent('RequestAddMedia', { MediaTypeName: 'email', IsReady: true }));
    this.#send(at, this.#ofAgent('RequestCancelNotReadyForMedia', {}));
    this.#send(at, this.#ofAgent('RequestDoNotDisturbOff', {}));
  }

  #ready(): void {
    this.#asked.clear();
    for (const at of this.#options.agents.keys()) if (this.#isOut[at] !== true) this.#logIn(at);
  }

  #logIn(at: number): void {
    this.#isOut[at] = false;
    const AgentId = this.#options.agents[at]!;
    const route = { kind: RouteKind.agent, key: AgentId };
    const body = { AgentId, MediaList: { voice: 1, email: 1 } };
    this.#send(at, { name: 'RequestAgentLogin', route, body });
  }

  #logOut(at: number): void {
    this.#send(at, this.#ofAgent('RequestAgentLogout', {}), () => (this.#isOut[at] = true));
  }

  #ofAgent(name: Asked['name'], body: Asked['body']): Asked {
    return { name, route: { kind: RouteKind.agent, key: '' }, body };
  }

  #send(at: number, asked: Asked, done: () => void = () => undefined): void {
    if (!this.client.isReady) return;
    const reference = this.client.send(at, asked, false);
    this.#asked.set(reference, { name: asked.name, done });
  }

  #came({ name, reference, proxyClient, body, error }: Came): void {
    if (name === 'EventInvite') return this.#invited(proxyClient, body);
    const asked = this.#asked.get(reference);
    this.#asked.delete(reference);
    if (error === 'Internal') this.#options.complain(`${asked?.name}: ${error}`);
    if (error === undefined) asked?.done();
  }

  #later(withinMs: number, work: () => void): void {
    this.#world.clock.setTimer(this.#world.random.fraction() * withinMs, () => {
      if (!this.isOver) work();
    });
  }

  #invited(at: number, { InteractionId, TicketId }: Came['body']): void {
    const id = InteractionId as string;
    const dice = this.#world.random.fraction();
    // It forgets to answer.
    if (dice > 0.95) return;
    const isTaken = dice < 0.8;
    const body = { InteractionId: id, TicketId, RequestKey: this.#world.random.bytes(16) };
    const name = isTaken ? 'RequestAccept' : 'RequestReject';
    this.#later(thinkMs, () =>
      this.#send(at, { name, route: toId(id), body: body as Asked['body'] }, () => {
        if (!isTaken) return;
        this.#options.accepted(id, this.#options.agents[at]!);
        this.#later(workMs, () => this.#finish(at, id));
      }),
    );
  }

  #finish(at: number, InteractionId: string): void {
    const { queues, everybody, transferChance, conferenceChance } = this.#options;
    const route = toId(InteractionId);
    const RequestKey = this.#world.random.bytes(16);
    if (this.#world.random.fraction() < conferenceChance) return this.#share(at, InteractionId);
    const dice = this.#world.random.fraction();
    if (dice < transferChance) {
      const AgentId = everybody[this.#any(everybody.length)]!;
      const asked = this.#ofAgent('RequestTransfer', { InteractionId, AgentId });
      return this.#send(at, { ...asked, route: { kind: RouteKind.agent, key: AgentId } });
    }
    if (dice < transferChance + 0.1) {
      const Queue = queues[this.#any(queues.length)]!;
      const body = { InteractionId, Queue, RequestKey };
      return this.#send(at, { name: 'RequestPlaceInQueue', route, body });
    }
    // It forgets to end it.
    if (dice > 0.97) return;
    const body = { InteractionId, RequestKey };
    this.#send(at, { name: 'RequestStopProcessing', route, body }, () => this.#wrapUp(at, body));
  }

  /** Another one is asked to join, or it leaves that alone; it goes on with it later. */
  #share(at: number, InteractionId: string): void {
    const { everybody } = this.#options;
    const AgentId = everybody[this.#any(everybody.length)]!;
    if (this.#any(3) > 0) {
      const asked = this.#ofAgent('RequestConference', { InteractionId, AgentId });
      this.#send(at, { ...asked, route: { kind: RouteKind.agent, key: AgentId } });
    } else {
      const RequestKey = this.#world.random.bytes(16);
      const body = { InteractionId, RequestKey };
      this.#send(at, { name: 'RequestLeaveInteraction', route: toId(InteractionId), body });
    }
    this.#later(workMs, () => this.#finish(at, InteractionId));
  }

  /** It says that it is done, if a wrap-up follows; now and then it forgets to. */
  #wrapUp(at: number, { InteractionId }: { readonly InteractionId: string }): void {
    if (this.#any(4) === 0) return;
    this.#later(thinkMs, () =>
      this.#send(at, this.#ofAgent('RequestEndWrapUp', { InteractionId })),
    );
  }
}
