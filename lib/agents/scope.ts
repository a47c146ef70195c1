/**
 * Whom a supervisor sees: an application of that role may be bound to groups of agents and to
 * queues. What is outside of them is as if it were not there. Without groups and queues, it sees
 * all of its tenants.
 */
import type { Clock } from '../clock.js';
import type { ConfigurationFeed } from '../control/feed.js';
import { ObjectCache } from '../control/object-cache.js';
import { fieldsOf } from '../control/object-fields.js';
import type { KindName } from '../objects/field.js';
import type { Client } from './client.js';

interface ApplicationObject {
  readonly agentGroups?: readonly string[];
  readonly queues?: readonly string[];
}
interface GroupObject {
  readonly agents?: readonly string[];
  readonly groups?: readonly string[];
}

/** What a client is bound to; a part that is undefined binds to nothing. */
export interface Scope {
  readonly agents: ReadonlySet<string> | undefined;
  /** The groups that these are members of. */
  readonly groups: ReadonlySet<string> | undefined;
  readonly queues: ReadonlySet<string> | undefined;
}

interface Bound {
  readonly agents: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
}

const entriesMax = 4_096;

/** Whether an agent is there for somebody. */
export const seesAgent = (scope: Scope | undefined, agentId: string): boolean =>
  scope?.agents?.has(agentId) !== false;

/** Whether a queue is. */
export const seesQueue = (scope: Scope | undefined, queue: string): boolean =>
  scope?.queues?.has(queue) !== false;

export class Scopes {
  readonly #applications: ObjectCache<ApplicationObject>;
  readonly #groups: ObjectCache<GroupObject>;
  /** Members by the names of groups, and all these groups; forgotten with every change of one. */
  #members = new Map<string, Bound>();

  constructor(feed: ConfigurationFeed, clock: Clock) {
    const cache = <T>(kind: KindName): ObjectCache<T> =>
      new ObjectCache<T>({ clock, feed, kind, entriesMax, read: (json) => fieldsOf<T>(json) });
    this.#applications = cache('application');
    this.#groups = cache('agentGroup');
    feed.attachKeyed({
      name: 'scopes of supervisors',
      kinds: ['agentGroup'],
      changed: () => void (this.#members = new Map()),
    });
  }

  /**
   * What a client is bound to, as its object says now; undefined: to nothing.
   * @throws {IxionError} Unavailable and its like
   */
  async of({ info }: Pick<Client, 'info'>): Promise<Scope | undefined> {
    if (info.role !== 'supervisor') return undefined;
    const { agentGroups = [], queues = [] } = (await this.#applications.get(info.clientName)) ?? {};
    if (agentGroups.length === 0 && queues.length === 0) return undefined;
    const bound = agentGroups.length === 0 ? undefined : await this.#membersOf(agentGroups);
    return {
      agents: bound?.agents,
      groups: bound?.groups,
      queues: queues.length === 0 ? undefined : new Set(queues),
    };
  }

  async #membersOf(names: readonly string[]): Promise<Bound> {
    const key = names.join('\0');
    const all = this.#members;
    const known = all.get(key);
    if (known !== undefined) return known;
    const members = new Set<string>();
    const seen = new Set(names);
    // What is added while it is gone through is gone through, too.
    for (const name of seen) {
      const { agents = [], groups = [] } = (await this.#groups.get(name)) ?? {};
      for (const agent of agents) members.add(agent);
      for (const group of groups) seen.add(group);
    }
    const bound = { agents: members, groups: seen };
    all.set(key, bound);
    return bound;
  }
}
