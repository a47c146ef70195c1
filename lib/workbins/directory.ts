/** What the objects say of workbins: their types, who owns them, who is a member of a group. */
import type { Clock } from '../clock.js';
import type { ConfigurationFeed } from '../control/feed.js';
import { ObjectCache } from '../control/object-cache.js';
import { fieldsOf } from '../control/object-fields.js';
import { WorkbinOwner } from '../interaction/state-sections.js';
import { ownerKinds } from '../interaction/workbin.js';
import type { WorkbinQuestion, WorkbinVerdict } from '../interaction/workbin-rights.js';
import type { KindName } from '../objects/field.js';
import type { WorkbinOwnerKind } from '../queue/entry.js';

/** Objects of a kind that are kept. */
const entriesMax = 4_096;

/** A type of workbins, as far as it matters here. */
export interface WorkbinType {
  readonly owner: WorkbinOwnerKind;
  readonly displayName?: string;
  readonly enabled?: boolean;
}
interface Owner {
  readonly tenant?: string;
  readonly enabled?: boolean;
  /** Of groups: members, and groups whose members are members too. */
  readonly agents?: readonly string[];
  readonly places?: readonly string[];
  readonly groups?: readonly string[];
}
interface Tenant {
  readonly id: number;
}

/** Kinds of objects by which rights in workbins go. */
export const kindsOfRights = [
  'tenant',
  'agent',
  'agentGroup',
  'place',
  'placeGroup',
  'workbinType',
] as const satisfies readonly KindName[];

const yes: WorkbinVerdict = { detail: '' };

export class WorkbinDirectory {
  readonly #types: ObjectCache<WorkbinType>;
  readonly #owners: Readonly<Record<WorkbinOwnerKind, ObjectCache<Owner>>>;
  readonly #tenants: ObjectCache<Tenant>;
  /** Grows with every change of the objects. */
  #changes = 0;

  constructor(feed: ConfigurationFeed, clock: Clock) {
    const cache = <T>(kind: KindName): ObjectCache<T> => {
      const read = (json: string): T => fieldsOf<T>(json);
      return new ObjectCache<T>({ clock, feed, kind, entriesMax, read });
    };
    this.#types = cache('workbinType');
    this.#tenants = cache('tenant');
    this.#owners = {
      agent: cache('agent'),
      agentGroup: cache('agentGroup'),
      place: cache('place'),
      placeGroup: cache('placeGroup'),
    };
  }

  /** Objects have changed: what is being found out now is found out anew. */
  changed(): void {
    this.#changes++;
  }

  /** A type of workbins; undefined: there is none of this name. */
  type(name: string): Promise<WorkbinType | undefined> {
    return this.#types.get(name);
  }

  /** Whether there is such an owner, of these tenants; undefined: of any. */
  async isOwner(
    kind: WorkbinOwner,
    name: string,
    tenants: readonly number[] | undefined,
  ): Promise<boolean> {
    const owner = await this.#owners[ownerKinds[kind]].get(name);
    if (owner === undefined) return false;
    if (owner.tenant === undefined || tenants === undefined) return true;
    const tenant = await this.#tenants.get(owner.tenant);
    return tenant !== undefined && tenants.includes(tenant.id);
  }

  /** Whether an agent, or the place where it works, is a member of a group. */
  async isMember(
    kind: WorkbinOwner,
    group: string,
    { agentId, placeId }: { readonly agentId: string; readonly placeId: string },
  ): Promise<boolean> {
    const cache = this.#owners[ownerKinds[kind]];
    const seen = new Set([group]);
    for (const name of seen) {
      const { agents = [], places = [], groups = [] } = (await cache.get(name)) ?? {};
      if (kind === WorkbinOwner.agentGroup ? agents.includes(agentId) : places.includes(placeId)) {
        return true;
      }
      for (const inner of groups) seen.add(inner);
    }
    return false;
  }

  /** Whether there is a workbin of this type of an agent that is enabled, as the type is. */
  async mayFile(type: string, agentId: string): Promise<boolean> {
    const known = await this.#types.get(type);
    if (known?.owner !== 'agent' || known.enabled === false) return false;
    const agent = await this.#owners.agent.get(agentId);
    return agent !== undefined && agent.enabled !== false;
  }

  /**
   * Answers a partition by one version of the objects.
   * @throws {IxionError} Unavailable and its like while objects cannot be read
   */
  async verdict(question: WorkbinQuestion): Promise<WorkbinVerdict> {
    for (;;) {
      const before = this.#changes;
      const verdict = await this.#judge(question);
      if (before === this.#changes) return verdict;
    }
  }

  async #judge(question: WorkbinQuestion): Promise<WorkbinVerdict> {
    const { ownerKind, owner } = question;
    const what = `${ownerKinds[ownerKind]} "${owner}"`;
    if (question.about === 'use') {
      if (await this.isMember(ownerKind, owner, question)) return yes;
      return { error: 'NotWorkbinOwner', detail: `the workbin is that of ${what}` };
    }
    const { type, tenantId } = question;
    const known = await this.#types.get(type);
    if (known === undefined || known.enabled === false) {
      const detail = `the workbins "${type}" are ${known === undefined ? 'gone' : 'not enabled'}`;
      return { error: 'UnknownWorkbin', detail };
    }
    if (!(await this.isOwner(ownerKind, owner, [tenantId]))) {
      return { error: 'UnknownWorkbinOwner', detail: `no ${what} in tenant ${tenantId}` };
    }
    const { enabled } = (await this.#owners[ownerKinds[ownerKind]].get(owner)) ?? {};
    if (enabled !== false) return yes;
    return { error: 'UnknownWorkbinOwner', detail: `${what} is not enabled` };
  }
}
