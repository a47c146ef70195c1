/**
 * Mode `order` with `--invite`: agents log in, and a router offers them what waits. Whoever has
 * been idle for longest is offered the first contact: that of the greatest priority, then that
 * which came first. Idle time counts from the end of the last service; time away neither counts
 * nor ends it.
 *
 * A contact that is offered still waits as far as the day is concerned; it is taken when the
 * agent's acceptance was answered. After a lost connection the router asks what became of it.
 */
import type { Agent, Client, Invitation } from '../client/index.js';
import { IxionError, type ErrorName } from '../errors.js';
import { type Contact, idOf, mediaType, stepOptions } from './contact.js';
import type { Schedule } from './schedule.js';
import type { Taking, Working } from './taking.js';

/** What inviting needs of a client that routes, and of one that speaks for an agent. */
export type RouterClient = Pick<Client, 'deliver' | 'getProperties'>;
export type DesktopClient = Pick<Client, 'login'>;

/** An agent, its place or the medium is not among the objects of the server. */
export class AgentsMissingError extends Error {
  override name = 'AgentsMissingError';
}

const missing: ReadonlySet<ErrorName> = new Set(['UnknownAgent', 'UnknownPlace', 'UnknownMedium']);
/** The contact has ended, or is offered in vain. */
const over: ReadonlySet<ErrorName> = new Set(['UnknownInteraction', 'WrongTicket']);
/** Nothing was offered, or nobody can say; so it is looked after, and tried again. */
const passing: ReadonlySet<ErrorName> = new Set([
  'AgentNotAvailable',
  'AgentNotLoggedIn',
  'ConnectionLost',
  'HeldByAnother',
  'InteractionOffered',
  'NotInRequiredState',
]);
const pauseMs = 20;
const away = { reason: { systemName: 'Break' } };

interface Desktop {
  readonly agent: Agent;
  /** By interaction: the answer to its last acceptance; false: it was too late. */
  readonly accepted: Map<string, Promise<boolean>>;
}

export class Inviting implements Taking {
  readonly #router: RouterClient;
  readonly #schedule: Schedule;
  readonly #desktops: ReadonlyMap<string, Desktop>;
  readonly #offered = new Set<Contact>();

  private constructor(
    router: RouterClient,
    schedule: Schedule,
    desktops: ReadonlyMap<string, Desktop>,
  ) {
    this.#router = router;
    this.#schedule = schedule;
    this.#desktops = desktops;
  }

  /**
   * Logs all agents in, not ready.
   * @throws {AgentsMissingError} naming those that the server does not know
   * @throws {IxionError} as `Client.login`
   */
  static async open(
    router: RouterClient,
    schedule: Schedule,
    clients: ReadonlyMap<string, DesktopClient>,
  ): Promise<Inviting> {
    const desktops = new Map<string, Desktop>();
    const lines: string[] = [];
    for (const [agentName, client] of clients) {
      try {
        const login = { agentId: agentName, media: { [mediaType]: false } };
        desktops.set(agentName, openDesktop(await client.login(login, stepOptions)));
      } catch (error) {
        if (!isOf(error, missing)) throw error;
        lines.push((error as IxionError).message);
      }
    }
    if (lines.length > 0) throw new AgentsMissingError(lines.join('\n'));
    return new Inviting(router, schedule, desktops);
  }

  compare(one: Working, other: Working): number {
    return one.idleFromSeconds - other.idleFromSeconds || one.freeSince - other.freeSince;
  }

  begins(agentName: string): Promise<void> {
    return this.#desktop(agentName).agent.ready(mediaType, stepOptions);
  }

  pauses(agentName: string): Promise<void> {
    return this.#desktop(agentName).agent.notReady(mediaType, { ...stepOptions, ...away });
  }

  ends(agentName: string): Promise<void> {
    return this.#desktop(agentName).agent.logout(stepOptions);
  }

  async take(
    _: string,
    waiting: Iterable<Contact>,
    { agentName }: Working,
  ): Promise<Contact | undefined> {
    const contact = this.#first(waiting);
    if (contact === undefined) return undefined;
    this.#offered.add(contact);
    try {
      return (await this.#offer(contact, agentName)) ? contact : undefined;
    } finally {
      this.#offered.delete(contact);
      this.#desktop(agentName).accepted.delete(idOf(contact));
    }
  }

  /** Of those that nobody is offered. */
  #first(waiting: Iterable<Contact>): Contact | undefined {
    let first: Contact | undefined;
    for (const contact of waiting) {
      if (this.#offered.has(contact)) continue;
      if (first === undefined || isBefore(contact, first)) first = contact;
    }
    return first;
  }

  /** Whether the agent has it then. */
  async #offer(contact: Contact, agentName: string, isAgain = false): Promise<boolean> {
    const id = idOf(contact);
    const to = { agentId: agentName, medium: mediaType };
    try {
      const { outcome } = await (await this.#router.deliver(id, to, stepOptions)).outcome;
      const isAccepted = outcome === 'accepted' || outcome === 'unknown';
      if (isAccepted && (await this.#desktop(agentName).accepted.get(id)) === true) return true;
      if (outcome !== 'unknown' && outcome !== 'accepted') return false;
    } catch (error) {
      if (isOf(error, over)) return false;
      if (!isOf(error, passing)) throw error;
      // What it ended a moment ago may still count: the desk is told of it behind the answer.
      await this.#schedule.pause(isAgain ? pauseMs : 0);
      if (!isAgain) return this.#offer(contact, agentName, true);
    }
    return this.#lookAfter(id, agentName);
  }

  /** Asks until it is clear whether an agent has it. */
  async #lookAfter(id: string, agentName: string): Promise<boolean> {
    for (;;) {
      if ((await this.#desktop(agentName).accepted.get(id)) === true) return true;
      try {
        const { AssignedTo, InteractionState } = await this.#router.getProperties(id, stepOptions);
        if (InteractionState === 0) return false;
        if (InteractionState === 3) return AssignedTo === agentName;
      } catch (error) {
        if (isOf(error, over)) return false;
        throw error;
      }
      await this.#schedule.pause(pauseMs);
    }
  }

  #desktop(agentName: string): Desktop {
    const desktop = this.#desktops.get(agentName);
    if (desktop === undefined) throw new TypeError(`no client for agent ${agentName}`);
    return desktop;
  }
}

/** Reads what the agent is offered, and accepts it. */
function openDesktop(agent: Agent): Desktop {
  const accepted = new Map<string, Promise<boolean>>();
  void (async () => {
    for await (const invitation of agent.invitations()) {
      accepted.set(invitation.interactionId, accept(invitation));
    }
  })().catch(() => undefined);
  return { agent, accepted };
}

/** Whether it was answered; if not, who offers it looks after it. */
const accept = (invitation: Invitation): Promise<boolean> =>
  invitation.accept(stepOptions).then(
    () => true,
    () => false,
  );

const isOf = (error: unknown, names: ReadonlySet<ErrorName>): boolean =>
  error instanceof IxionError && names.has(error.errorName);

function isBefore(one: Contact, other: Contact): boolean {
  const [a, b] = [one.journey, other.journey];
  const byPriority = (b.record.priority ?? 0) - (a.record.priority ?? 0);
  return (byPriority || a.submitAtSeconds - b.submitAtSeconds) < 0;
}
