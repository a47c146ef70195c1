/** What the configuration says of agents, places and media: read when it is first needed. */
import type { Clock } from '../clock.js';
import type { ConfigurationFeed } from '../control/feed.js';
import { ObjectCache } from '../control/object-cache.js';
import type { MediumInfo, OnLogout } from '../desk/index.js';
import { IxionError } from '../errors.js';
import { usualHandlingMinutes } from '../limits.js';
import type { KindName } from '../objects/field.js';
import type { LoginRecord } from '../desk/index.js';
import { fieldsOf } from '../control/object-fields.js';
import type { StartOptions } from '../objects/rows.js';

/** Objects of a kind that are kept: of what is needed at a login only. */
const entriesMax = 4_096;
/** Media that are no objects. */
const guessedMost = 256;
const onlineGraceMs = 30_000;
const offlineGraceMs = 600_000;
const second = 1_000;
const minute = 60 * second;

/** What all of them may say. */
interface Belonging {
  readonly tenant?: string;
  readonly enabled?: boolean;
  readonly capacityRule?: string;
}
interface TenantObject {
  readonly id: number;
  readonly capacityRule?: string;
}
interface AgentObject extends Belonging {
  readonly user?: string;
  readonly place?: string;
}
interface MediumObject {
  readonly online?: boolean;
  readonly disconnectGraceSeconds?: number;
  readonly onLogout?: OnLogout | 'workbin';
  readonly onAgentLost?: 'queue' | 'workbin';
  readonly workbin?: string;
  readonly deliveringTimeoutSeconds?: number;
  readonly handlingTimeoutMinutes?: number;
  readonly rejectDelaySeconds?: number;
}

/** How an agent may be logged in more than once. */
export type Connections = 'true' | 'false' | 'force-logout';

/** The options that concern agents. */
export interface AgentOptions {
  readonly connections: Connections;
  /** The place of a login is replaced by the AgentId. */
  readonly ignoresPlace: boolean;
  readonly checksReasons: boolean;
  /** An invitation that expires sets its medium not ready. */
  readonly notReadyOnTimeout: boolean;
  /** Refusals and expiries after which an interaction is set aside, and the queue for that. */
  readonly failuresMax: number;
  readonly setAsideQueue: string | undefined;
  /** Interactions of a snapshot that does not say it. */
  readonly snapshotMost: number;
  /** Outside load takes back open invitations that it leaves no room for. */
  readonly interruptsInvitations: boolean;
  readonly reserving: {
    /** How long a reservation holds that does not say it. */
    readonly usualMs: number;
    readonly gatherMs: number;
    readonly renews: boolean;
  };
}

type Writable<Of> = { -readonly [Key in keyof Of]: Of[Key] };

/** How long things may take. */
export interface InvitationTimes {
  readonly deliveringMs: number;
  readonly handlingMs: number;
  readonly restMs: number;
}

type Who = Pick<LoginRecord, 'agentId' | 'placeId'>;

/** Who logs in where, as the configuration has it. */
export interface Placed {
  readonly placeId: string;
  readonly tenantId: number;
}

export class Directory {
  readonly #agents: ObjectCache<AgentObject>;
  readonly #users: ObjectCache<Belonging>;
  readonly #places: ObjectCache<Belonging>;
  readonly #reasons: ObjectCache<Belonging>;
  readonly #media: ObjectCache<MediumObject>;
  readonly #tenants: ObjectCache<TenantObject>;
  /** Media that agents have or had: each is one object for all, and changes in place. */
  readonly #infos = new Map<string, Writable<MediumInfo>>();
  /** Needed before they were read, or not among the objects: as if nothing were said of them. */
  readonly #guessed = new Map<string, Writable<MediumInfo>>();
  /** What media say of times. */
  readonly #times = new Map<string, Partial<InvitationTimes>>();
  #usual: InvitationTimes = {
    deliveringMs: 30 * second,
    handlingMs: usualHandlingMinutes * minute,
    restMs: 30 * second,
  };
  options: AgentOptions = {
    connections: 'true',
    ignoresPlace: false,
    checksReasons: false,
    notReadyOnTimeout: true,
    failuresMax: 5,
    setAsideQueue: undefined,
    snapshotMost: 500,
    interruptsInvitations: false,
    reserving: { usualMs: 10 * second, gatherMs: 100, renews: false },
  };

  constructor(feed: ConfigurationFeed, clock: Clock) {
    const cache = <T>(kind: KindName): ObjectCache<T> => {
      return new ObjectCache<T>({
        clock,
        feed,
        kind,
        entriesMax,
        read: (json) => fieldsOf<T>(json),
      });
    };
    this.#agents = cache('agent');
    this.#users = cache('user');
    this.#places = cache('place');
    this.#reasons = cache('notReadyReason');
    this.#media = cache('medium');
    this.#tenants = cache('tenant');
    feed.attachKeyed({
      name: 'media of agents',
      kinds: ['medium'],
      changed: async () => {
        const names = [...this.#infos.keys(), ...this.#guessed.keys()];
        for (const name of names) await this.#readMedium(name);
      },
    });
  }

  /** Works by other options. */
  take(options: StartOptions): void {
    const connections = options['settings/allow-multiple-agent-connections'] ?? 'true';
    this.options = {
      connections: String(connections) as Connections,
      ignoresPlace: options['settings/agent-login-control'] === 'ignore',
      checksReasons: options['ixion/check-not-ready-reasons'] === true,
      notReadyOnTimeout: options['settings/not-ready-on-invitation-timeout'] !== false,
      failuresMax: countOf(options['ixion/max-failed-offers'], 5),
      setAsideQueue: options['ixion/set-aside-queue'] as string | undefined,
      snapshotMost: countOf(options['settings/max-interactions-per-snapshot'], 500),
      interruptsInvitations: options['ixion/interrupt-invitations'] === true,
      reserving: {
        usualMs: countOf(options['agent-reservation/reservation-time'], 10 * second),
        gatherMs: countOf(options['agent-reservation/request-collection-time'], 100),
        renews: options['agent-reservation/reject-subsequent-request'] === false,
      },
    };
    this.#usual = {
      deliveringMs: countOf(options['settings/delivering-timeout'], 30) * second,
      handlingMs: countOf(options['settings/handling-timeout'], usualHandlingMinutes) * minute,
      restMs: countOf(options['ixion/reject-delay'], 30) * second,
    };
  }

  /**
   * Where an agent of a tenant works; `place`: as it says, undefined: as its object says.
   * @throws {IxionError} UnknownAgent, UnknownPlace; (all of them) Unavailable and its like
   */
  async place(agentId: string, tenantId: number, place: string | undefined): Promise<Placed> {
    const agent = await this.#agents.get(agentId);
    const isOurs = await this.#isOf(agent, tenantId);
    if (agent === undefined || !isOurs) {
      throw new IxionError('UnknownAgent', `no agent "${agentId}" in tenant ${tenantId}`);
    }
    if (agent.enabled === false) {
      throw new IxionError('UnknownAgent', `agent "${agentId}" is not enabled`);
    }
    if (agent.user !== undefined && (await this.#users.get(agent.user))?.enabled === false) {
      throw new IxionError(
        'UnknownAgent',
        `user "${agent.user}" of agent "${agentId}" is not enabled`,
      );
    }
    const placeId = this.options.ignoresPlace ? agentId : (place ?? agent.place);
    if (placeId === undefined) {
      throw new IxionError(
        'UnknownPlace',
        `PlaceId is missing, and agent "${agentId}" has no place`,
      );
    }
    const found = await this.#places.get(placeId);
    if (found === undefined || !(await this.#isOf(found, tenantId))) {
      throw new IxionError('UnknownPlace', `no place "${placeId}" in tenant ${tenantId}`);
    }
    if (found.enabled === false) {
      throw new IxionError('UnknownPlace', `place "${placeId}" is not enabled`);
    }
    return { placeId, tenantId };
  }

  /** The name of the capacity rule of an agent: its own, its place's, its tenant's. */
  async ruleOf({ agentId, placeId }: Who): Promise<string | undefined> {
    const agent = await this.#agents.get(agentId);
    const own = agent?.capacityRule ?? (await this.#places.get(placeId))?.capacityRule;
    if (own !== undefined || agent?.tenant === undefined) return own;
    return (await this.#tenants.get(agent.tenant))?.capacityRule;
  }

  /** Whether there is such a medium. */
  async isMedium(name: string): Promise<boolean> {
    return (await this.#media.get(name)) !== undefined;
  }

  /** @throws {IxionError} UnknownReason, if reasons are checked */
  async checkReason(name: string | undefined): Promise<void> {
    if (name === undefined || !this.options.checksReasons) return;
    const reason = await this.#reasons.get(name);
    if (reason === undefined || reason.enabled === false) {
      throw new IxionError('UnknownReason', `no not-ready reason "${name}"`);
    }
  }

  /** @throws {IxionError} UnknownMedium */
  async checkMedia(names: Iterable<string>): Promise<void> {
    for (const name of names) {
      if (this.#infos.has(name)) continue;
      if (!(await this.#readMedium(name))) {
        throw new IxionError('UnknownMedium', `no medium "${name}"`);
      }
    }
  }

  /** Media that are kept. */
  get mediaKept(): number {
    return this.#infos.size + this.#guessed.size;
  }

  /** Reads media that agents have, whether they are still there or not. */
  async knowMedia(names: Iterable<string>): Promise<void> {
    for (const name of names) if (!this.#infos.has(name)) await this.#readMedium(name);
  }

  /** What a medium is; of one that is not known, as of one that nothing is said of, until it is. */
  medium(name: string): MediumInfo {
    const known = this.#infos.get(name) ?? this.#guessed.get(name);
    if (known !== undefined) return known;
    const guess = infoOf(name, {}, defaultGraceMs(name));
    if (name === '') return guess;
    this.#guessed.set(name, guess);
    // Clients name them as they like.
    for (const first of this.#guessed.keys()) {
      if (this.#guessed.size <= guessedMost) break;
      this.#guessed.delete(first);
    }
    void this.#readMedium(name).catch(() => undefined);
    return guess;
  }

  /** How long an invitation of a medium, and what follows it, may take. */
  times(medium: string | undefined): InvitationTimes {
    return { ...this.#usual, ...this.#times.get(medium ?? '') };
  }

  /** The time for inactivity that a medium has of its own. */
  handlingMsOf(medium: string): number | undefined {
    return this.#times.get(medium)?.handlingMs;
  }

  /** Whether there is such a medium. */
  async #readMedium(name: string): Promise<boolean> {
    const medium = await this.#media.get(name);
    if (medium === undefined) {
      this.#infos.delete(name);
      this.#times.delete(name);
      return false;
    }
    this.#times.set(name, timesOf(medium));
    const info = infoOf(name, medium, medium.online === true ? onlineGraceMs : offlineGraceMs);
    const known = this.#infos.get(name) ?? this.#guessed.get(name);
    this.#guessed.delete(name);
    this.#infos.set(name, known === undefined ? info : Object.assign(known, info));
    return true;
  }

  /** Whether it belongs to a tenant, or to all. */
  async #isOf(object: Belonging | undefined, tenantId: number): Promise<boolean> {
    if (object?.tenant === undefined) return true;
    return (await this.#tenants.get(object.tenant))?.id === tenantId;
  }
}

function infoOf(name: string, medium: MediumObject, usualMs: number): Writable<MediumInfo> {
  const { online = false, disconnectGraceSeconds: seconds } = medium;
  const graceMs = seconds === undefined ? usualMs : seconds * second;
  const { onAgentLost, workbin } = medium;
  const offline = workbin === undefined ? 'return' : 'workbin';
  const logout = medium.onLogout ?? (online ? 'refuse' : offline);
  const workbins = workbin !== undefined && {
    onLogout: logout === 'workbin' ? workbin : undefined,
    onLost: onAgentLost === 'workbin' ? workbin : undefined,
  };
  const onLogout = logout === 'workbin' ? 'return' : logout;
  return { name, online, graceMs, onLogout, workbins: workbins || undefined };
}

const countOf = (said: unknown, usual: number): number => (typeof said === 'number' ? said : usual);

const timesOf = (medium: MediumObject): Partial<InvitationTimes> => {
  const { deliveringTimeoutSeconds, handlingTimeoutMinutes, rejectDelaySeconds } = medium;
  return {
    ...(deliveringTimeoutSeconds && { deliveringMs: deliveringTimeoutSeconds * second }),
    ...(handlingTimeoutMinutes && { handlingMs: handlingTimeoutMinutes * minute }),
    ...(rejectDelaySeconds !== undefined && { restMs: rejectDelaySeconds * second }),
  };
};

/** An agent without media is gone as soon as one with online media. */
const defaultGraceMs = (name: string): number => (name === '' ? onlineGraceMs : offlineGraceMs);
