/**
 * What the events say that there is, rebuilt from nothing else; and what there is: the rows on the
 * disks, and the desk.
 */
import { stateNow } from '../../lib/interaction/body.js';
import { InteractionState, type StateRecord } from '../../lib/interaction/state-record.js';
import { offer, parties, PartyKind, PartyRole } from '../../lib/interaction/state-sections.js';
import type { Desk } from '../../lib/desk/index.js';
import { Table } from '../../lib/store/contract.js';
import type { MemoryDisk } from '../../lib/store/memory.js';

type Body = Readonly<Record<string, unknown>>;

/** An interaction as its events tell it. */
interface Rebuilt {
  state: number;
  version: number;
  readonly agents: Set<string>;
  /** Those of them who joined what another one has. */
  readonly joined: Set<string>;
  /** All that ever had it. */
  readonly had: Set<string>;
  offered: string | undefined;
  isEnded: boolean;
}

/** A medium of an agent: whether it is ready for it. */
type Media = Map<string, boolean>;

const agentParty = 2;
const conferenceOperation = 2;

export class Replay {
  readonly complaints: string[] = [];
  readonly #events = new Map<string, { readonly name: string; readonly body: Body }[]>();
  readonly #agents = new Map<string, { readonly media: Media; isDisturbed: boolean }>();

  /** An event came, in the order of its partition. */
  told(name: string, body: Body): void {
    const { InteractionId: id, AgentId: agent } = body;
    if (typeof id === 'string' && id !== '') {
      const events = this.#events.get(id) ?? [];
      this.#events.set(id, events);
      events.push({ name, body });
    } else if (typeof agent === 'string') this.#ofAgent(name, agent, body);
  }

  /** Whether events tell that an agent had an interaction in hand. */
  had(id: string, agent: string): boolean {
    return this.#rebuild(id).had.has(agent);
  }

  /** Compares interactions with the rows, and agents with the desk. */
  compare(disks: readonly MemoryDisk[], desk: Desk): string[] {
    const rows = new Map(recordsOf(disks));
    const faults: string[] = [];
    for (const id of this.#events.keys()) {
      const told = this.#rebuild(id);
      const record = rows.get(id);
      if (told.isEnded !== (record === undefined)) {
        faults.push(`${id} is ${told.isEnded ? 'there' : 'not there'}, its events say otherwise`);
      }
      if (record === undefined || told.isEnded) continue;
      const is = textOf({
        state: record.state,
        version: record.version,
        agents: agentsOf(record).sort(),
        offered: offer.of(record)?.agent,
      });
      const says = textOf({ ...told, agents: [...told.agents].sort() });
      if (is !== says) faults.push(`${id} is ${is}, its events say ${says}`);
    }
    for (const id of rows.keys()) if (!this.#events.has(id)) faults.push(`no event of ${id}`);
    faults.push(...this.complaints, ...this.#compareAgents(desk), ...slotFaults(rows, desk));
    return faults;
  }

  #rebuild(id: string): Rebuilt {
    const built: Rebuilt = {
      state: 0,
      version: 0,
      agents: new Set(),
      joined: new Set(),
      had: new Set(),
      offered: undefined,
      isEnded: false,
    };
    const versionOf = ({ body }: { body: Body }): number => body['InteractionVersion'] as number;
    // Several of one version are of one partition, and came in their order.
    const events = [...(this.#events.get(id) ?? [])].sort((a, b) => versionOf(a) - versionOf(b));
    for (const { name, body } of events) {
      if (body['InteractionVersion'] !== built.version) this.#checkOwners(built, id);
      built.state = body['InteractionState'] as number;
      built.version = body['InteractionVersion'] as number;
      this.#apply(built, id, name, body);
    }
    this.#checkOwners(built, id);
    return built;
  }

  /** When all of a version was told, one has it at most; others have joined. */
  #checkOwners({ agents, joined, version }: Rebuilt, id: string): void {
    const owners = [...agents].filter((agent) => !joined.has(agent));
    if (owners.length > 1) this.complaints.push(`${id}, ${version}: owned by ${owners.join()}`);
  }

  #apply(built: Rebuilt, id: string, name: string, body: Body): void {
    const agent = body['PartyId'] as string;
    const isAgent = body['PartyType'] === agentParty;
    if (name === 'EventAgentInvited') {
      if (built.offered !== undefined) this.complaints.push(`${id} is offered to two agents`);
      built.offered = agent;
    } else if (name === 'EventRejected' || name === 'EventRevoked') built.offered = undefined;
    else if (name === 'EventPartyAdded' && isAgent) {
      built.agents.add(agent);
      if (body['Operation'] === conferenceOperation) built.joined.add(agent);
      built.had.add(agent);
      built.offered = undefined;
    } else if (name === 'EventPartyRemoved' && isAgent) {
      built.agents.delete(agent);
      built.joined.delete(agent);
    } else if (name === 'EventProcessingStopped') built.isEnded = true;
    else if (name === 'EventRestored') built.isEnded = false;
  }

  #ofAgent(name: string, id: string, body: Body): void {
    if (name === 'EventAgentLogin') {
      const list = Object.entries((body['MediaList'] ?? {}) as Record<string, number>);
      const media = new Map(list.map(([medium, isReady]) => [medium, isReady === 1]));
      const before = this.#agents.get(id);
      const isDisturbed = body['Resumed'] !== undefined && before?.isDisturbed === true;
      if (before !== undefined && body['Resumed'] === undefined) {
        this.complaints.push(`${id} logged in twice`);
      }
      this.#agents.set(id, { media, isDisturbed });
      return;
    }
    const agent = this.#agents.get(id);
    if (agent === undefined) return void this.complaints.push(`${name} of ${id}, not logged in`);
    const medium = body['MediaTypeName'] as string;
    if (name === 'EventAgentLogout') this.#agents.delete(id);
    else if (name === 'EventDoNotDisturbOn') agent.isDisturbed = true;
    else if (name === 'EventDoNotDisturbOff') agent.isDisturbed = false;
    else if (name === 'EventMediaAdded') {
      agent.media.set(medium, body['IsReady'] === true || body['IsReady'] === 1);
    } else if (name === 'EventMediaRemoved') agent.media.delete(medium);
    else if (name === 'EventReadyForMedia') agent.media.set(medium, true);
    else if (name === 'EventNotReadyForMedia') agent.media.set(medium, false);
  }

  #compareAgents(desk: Desk): string[] {
    const is = new Map<string, string>();
    for (const { agentId, login } of desk.all()) {
      if (login === undefined) continue;
      const media = login.media.map(({ name, state }) => `${name} ${state > 1}`);
      is.set(agentId, `${media.sort().join()} ${login.doNotDisturb}`);
    }
    const faults: string[] = [];
    for (const id of new Set([...is.keys(), ...this.#agents.keys()])) {
      const told = this.#agents.get(id);
      const media = [...(told?.media ?? [])].map(([name, isReady]) => `${name} ${isReady}`);
      const says = told && `${media.sort().join()} ${told.isDisturbed}`;
      if (is.get(id) !== says) faults.push(`${id} is ${is.get(id)}, its events say ${says}`);
    }
    return faults;
  }
}

const textOf = ({
  state,
  version,
  agents,
  offered,
}: {
  readonly state: number;
  readonly version: number;
  readonly agents: readonly string[];
  readonly offered: string | undefined;
}): string => JSON.stringify([state, version, agents, offered ?? null]);

/** All interactions on the disks. */
export function* recordsOf(
  disks: readonly MemoryDisk[],
): Generator<readonly [string, StateRecord]> {
  for (const disk of disks) {
    const states = disk.table(Table.state);
    for (const [id, row] of disk.table(Table.interaction).range({})) {
      yield [id, stateNow(row, states.get(id))];
    }
  }
}

/** The agents that have it in hand. */
export const agentsOf = (record: StateRecord): string[] =>
  (parties.of(record) ?? [])
    .filter(({ kind, role }) => kind === PartyKind.agentAtPlace && role === PartyRole.handling)
    .map(({ owner }) => owner[0]!);

/** What an interaction is in that it cannot be; undefined: it is in exactly one place. */
export function placeFault(id: string, record: StateRecord): string | undefined {
  const { state, owner, assignedTo } = record;
  const agents = agentsOf(record);
  const open = offer.of(record);
  const isIdle = agents.length === 0 && open === undefined;
  if (state === InteractionState.queued) {
    return isIdle && owner === '' ? undefined : `${id} waits, and somebody has it`;
  }
  if (owner === '') return `${id} is in nobody's hands, and does not wait`;
  if (state === InteractionState.routed) {
    return agents.length === 0 ? undefined : `${id} is with a router, and an agent has it`;
  }
  const isOnce = new Set(agents).size === agents.length;
  return isOnce && agents.includes(assignedTo)
    ? undefined
    : `${id} is ${assignedTo}'s, and in hand of ${agents.join()}`;
}

/** What the desk has of agents must be what the rows say, no more and no less. */
function slotFaults(rows: ReadonlyMap<string, StateRecord>, desk: Desk): string[] {
  const wanted = new Set<string>();
  for (const [id, record] of rows) {
    const open = offer.of(record);
    if (open !== undefined) wanted.add(`${open.agent} is offered ${id}`);
    for (const agent of agentsOf(record)) wanted.add(`${agent} has ${id}`);
  }
  const words = ['is offered', 'has', 'wraps up', 'has outside'] as const;
  const kept = new Set<string>();
  for (const { agentId, slots, login } of desk.all()) {
    for (const { interactionId } of login?.wrapUps ?? []) {
      wanted.add(`${agentId} wraps up ${interactionId}`);
    }
    for (const { interactionId, use } of slots)
      kept.add(`${agentId} ${words[use]} ${interactionId}`);
  }
  return [
    ...[...kept].filter((text) => !wanted.has(text)).map((text) => `only the desk says: ${text}`),
    ...[...wanted].filter((text) => !kept.has(text)).map((text) => `the desk misses: ${text}`),
  ];
}
