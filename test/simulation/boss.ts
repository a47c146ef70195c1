/**
 * A supervisor of the simulation: gives what waits or is in hand to agents, takes it back, ends it,
 * and takes that back. What it is answered is not foretold.
 */
import { openAdmission, type Admission } from '../../lib/security/admission.js';
import { bitsOf } from '../../lib/security/permissions.js';
import { RouteKind } from '../../lib/protocol/index.js';
import type { World } from '../../lib/world/index.js';
import type { Came } from '../world/frame-client.js';
import { SimClient } from './sim-client.js';

const name = 'boss';
const role = 'supervisor';

/** Who is called so is a supervisor; all others are what their types say. */
export const withBoss: Admission = {
  admit(registration) {
    const grant = openAdmission.admit(registration);
    if (registration.clientName !== name) return grant;
    const application = { name, role, tenants: undefined, tokenHashes: [] } as const;
    return { ...grant, application, role, permissions: bitsOf([role]) };
  },
  isStillAdmitted: () => true,
};

export interface BossOptions {
  readonly agents: readonly string[];
  readonly queues: readonly string[];
  complain(what: string): void;
  /** It has ended an interaction, as it was told. */
  ended(id: string): void;
  /** And taken that back. */
  restored(id: string): void;
}

export class Boss {
  readonly client: SimClient;
  readonly #world: World;
  readonly #options: BossOptions;
  readonly #asked = new Map<number, () => void>();
  readonly #stopped: string[] = [];

  constructor(world: World, options: BossOptions) {
    this.#world = world;
    this.#options = options;
    const logical = { name, type: 'AgentApplication', key: world.random.bytes(16) } as const;
    this.client = new SimClient(world, [logical], {
      ready: () => this.#asked.clear(),
      complain: options.complain,
      came: (came) => this.#came(came),
    });
  }

  /** Does something to an interaction, or to one that it has ended. */
  act(id: string | undefined): void {
    if (!this.client.isReady || this.client.unanswered > 2) return;
    const { agents, queues } = this.#options;
    const dice = this.#world.random.fraction();
    if (dice < 0.3 && this.#stopped.length > 0) return this.#restore();
    if (id === undefined) return;
    const [AgentId, Queue] = [agents[this.#any(agents.length)]!, queues[this.#any(queues.length)]!];
    if (dice < 0.6) this.#supervise('assign', id, { AgentId });
    else if (dice < 0.75) this.#supervise('pull-back', id, {});
    else if (dice < 0.85) this.#supervise('requeue', id, { Queue });
    else {
      this.#supervise('stop', id, {}, () => {
        this.#stopped.push(id);
        this.#options.ended(id);
      });
    }
  }

  #any(count: number): number {
    return Math.floor(this.#world.random.fraction() * count);
  }

  #restore(): void {
    const id = this.#stopped.splice(this.#any(this.#stopped.length), 1)[0]!;
    const body = { InteractionIds: [id], ReasonSystemName: 'Mistake' };
    this.#send('RequestRestoreInteractions', body, () => this.#options.restored(id));
  }

  #supervise(Act: string, id: string, more: object, done: () => void = () => undefined): void {
    const body = { Act, InteractionIds: [id], ReasonSystemName: 'Test', ...more };
    this.#send('RequestSuperviseInteractions', body, done);
  }

  #send(
    request: 'RequestSuperviseInteractions' | 'RequestRestoreInteractions',
    body: object,
    done: () => void,
  ): void {
    const route = { kind: RouteKind.agent, key: '' };
    const asked = { name: request, route, body: body as Came['body'] } as const;
    this.#asked.set(this.client.send(0, asked as never, false), done);
  }

  #came({ reference, body, error }: Came): void {
    const done = this.#asked.get(reference);
    this.#asked.delete(reference);
    if (error === 'Internal') this.#options.complain(`a supervisor: ${error}`);
    if (error === undefined && body['Done'] === 1) done?.();
  }
}
