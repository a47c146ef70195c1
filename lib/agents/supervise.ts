/** RequestSuperviseInteractions: a supervisor acts on what others have. */
import { Load, SlotUse, type Agent } from '../desk/index.js';
import { IxionError } from '../errors.js';
import { homeOf } from '../interaction/identifier.js';
import {
  supervisorActs,
  type Assignee,
  type KeptPage,
  type SuperviseAnswer,
  type Supervised,
  type SuperviseOrder,
  type SupervisorAct,
} from '../interaction/supervision.js';
import { limits } from '../limits.js';
import { Packed } from '../protocol/encode.js';
import type { AttributesOf } from '../protocol/registry.js';
import { bulkAnswer, inBulk, type BulkResult } from './bulk.js';
import type { Client } from './client.js';
import { notLoggedIn } from './logins.js';
import { seesAgent, seesQueue, type Scope } from './scope.js';
import { targetOf } from './target.js';
import { given, giving } from './giving.js';
import type { Handler, Why } from './handler.js';
import type { DeskParts } from './parts.js';
import type { Work } from './work.js';

const deadlineMs = 10_000;
/** An interaction that is asked for moves no more often than so. */
const stepsMax = 8;

type Body = AttributesOf<'RequestSuperviseInteractions'>;
type Done = SuperviseAnswer & { readonly result: 'done' };

export const superviseInteractions: Handler<'RequestSuperviseInteractions'> = async (
  parts,
  client,
  body,
  asker,
) => {
  const act = actOf(body);
  const agent = act === 'assign' ? targetOf(parts, client, body) : undefined;
  const scope = await parts.scopes.of(client);
  if (agent !== undefined && !seesAgent(scope, agent.agentId)) throw notLoggedIn(agent.agentId);
  if (body.Queue !== undefined && !seesQueue(scope, body.Queue)) {
    throw new IxionError('UnknownQueue', `no queue is called "${body.Queue}"`);
  }
  const { InteractionIds, Queue: queue } = body;
  const entry = {
    event: 'interactions supervised',
    kind: 'interactions',
    act,
    agent: agent?.agentId,
    queue,
  } as const;
  /** By identifier, of those that a preview gives the agent. */
  const media = new Map<string, string>();
  const one = async (id: string, operation: number) => {
    const supervising = new Supervising(parts, client, body, { act, operation }, agent);
    const done = await supervising.within(scope, id);
    if (done.medium !== undefined) media.set(id, done.medium);
    return { ...rowOf(done), Exceeds: supervising.exceeds ? true : undefined };
  };
  const outcome = await inBulk(parts, client, body, InteractionIds, entry, one);
  if (agent !== undefined) await foresee(new Room(agent, parts), outcome.results, media);
  const answer = bulkAnswer(outcome, 'InteractionId', 'Interactions');
  parts.frames.answer(client.info.session, asker, 'EventInteractionsSupervised', answer);
};

/**
 * Whether a supervisor sees an interaction, and all who have a part in it.
 * @throws {IxionError} UnknownInteraction, and what a partition refuses a preview with
 */
export async function checkSeen(
  parts: DeskParts,
  client: Client,
  InteractionId: string,
): Promise<void> {
  const scope = await parts.scopes.of(client);
  if (scope === undefined) return;
  const preview = { Preview: true, ReasonSystemName: '', InteractionIds: [InteractionId] };
  const act = { act: 'stop', operation: 0 } as const;
  await new Supervising(parts, client, preview as never, act, undefined).within(
    scope,
    InteractionId,
  );
}

/** How one was before, for the answer. */
const rowOf = ({ was }: Done): Readonly<Record<string, unknown>> => ({
  Queue: was.queue,
  InteractionState: was.state,
  AssignedTo: was.assignedTo === '' ? undefined : was.assignedTo,
});

/** Takes back the end of interactions, of some or of all that an act has ended. */
export const restoreInteractions: Handler<'RequestRestoreInteractions'> = async (
  parts,
  client,
  body,
  asker,
) => {
  const { InteractionIds, OfOperation: of, After: after } = body;
  if ((InteractionIds === undefined) === (of === undefined)) {
    throw new IxionError('MissingAttribute', 'InteractionIds or OfOperation, and not both');
  }
  if (of === undefined && after !== undefined) {
    throw new IxionError('MissingAttribute', 'After is given without OfOperation');
  }
  const kept = of === undefined ? undefined : await keptOf(parts, of, after);
  const ids = InteractionIds ?? kept!.ids;
  if (ids.length === 0) {
    throw new IxionError('InteractionNotKept', `nothing is kept of the act ${of}`);
  }
  const entry = { event: 'interactions restored', kind: 'interactions', ofOperation: of } as const;
  const { session } = client.info;
  const scope = await parts.scopes.of(client);
  const restore = async (interactionId: string, isPreview: boolean): Promise<Done> => {
    const order = { interactionId, isPreview, ...whyOf(body) };
    const message = { type: 'restore', order, asker: session } as const;
    const home = parts.partitions[homeOf(interactionId, parts.partitions.length)]!;
    return (await home.ask<SuperviseAnswer>(message, { deadlineMs })) as Done;
  };
  const outcome = await inBulk(parts, client, body, ids, entry, async (id) => {
    // What is kept is not changed by anybody, so that what was looked at is what comes back.
    const isSeen = scope === undefined || seesQueue(scope, (await restore(id, true)).was.queue);
    if (!isSeen) throw new IxionError('InteractionNotKept', `nothing is kept of ${id}`);
    return rowOf(await restore(id, body.Preview === true));
  });
  const answer = bulkAnswer(outcome, 'InteractionId', 'Interactions');
  const more = kept?.hasMore === true ? { More: true, Next: ids.at(-1) } : {};
  parts.frames.answer(session, asker, 'EventInteractionsSupervised', { ...answer, ...more });
};

/** The first of what all partitions keep of an act, one after the other; those behind `after`. */
async function keptOf({ partitions }: DeskParts, operation: number, after: string | undefined) {
  const most = limits.supervisedAtOnce;
  const first = after === undefined ? 0 : homeOf(after, partitions.length);
  const ids: string[] = [];
  let hasMore = false;
  for (let at = first; at < partitions.length; at++) {
    const limit = most - ids.length + 1;
    const behind = at === first ? after : undefined;
    const message = { type: 'kept', operation, after: behind, limit } as const;
    const page = await partitions[at]!.ask<KeptPage>(message, { deadlineMs });
    ids.push(...page.ids);
    hasMore = ids.length > most;
    if (hasMore) break;
  }
  return { ids: ids.slice(0, most), hasMore };
}

/** Why, for the events; the bytes of a part of a frame are not to travel with it. */
export const whyOf = <Named extends Why>(body: Named) => ({
  reasonSystemName: body.ReasonSystemName as Named['ReasonSystemName'],
  reasonDescription: body.ReasonDescription,
  extension: body.Extension && Uint8Array.from(body.Extension),
});

/** @throws {IxionError} WrongAttributeType, MissingAttribute */
function actOf({ Act, AgentId, PlaceId, Queue }: Body): SupervisorAct {
  const act = supervisorActs.find((one) => one === Act);
  if (act === undefined) {
    const detail = `Act "${Act}" is none of ${supervisorActs.join(', ')}`;
    throw new IxionError('WrongAttributeType', detail);
  }
  const hasAgent = AgentId !== undefined || PlaceId !== undefined;
  if (act !== 'assign' && hasAgent) throw notOf(act, 'AgentId and PlaceId');
  if (act !== 'requeue' && Queue !== undefined) throw notOf(act, 'Queue');
  if (act === 'requeue' && Queue === undefined) {
    throw new IxionError('MissingAttribute', 'Queue is missing');
  }
  return act;
}

const notOf = (act: SupervisorAct, names: string): IxionError =>
  new IxionError('WrongAttributeType', `${names}: an act "${act}" has none`);

type How = Pick<SuperviseOrder, 'isPreview' | 'ifVersion'>;

/** Whether a supervisor sees an interaction: its queue, and all agents that have a part in it. */
const isWithin = (scope: Scope, { queue, state, assignedTo, agents }: Supervised): boolean =>
  seesQueue(scope, queue) &&
  agents.every((agent) => seesAgent(scope, agent)) &&
  (state !== handledState || seesAgent(scope, assignedTo));
const handledState = 3;

/** What an agent would have after each that a preview gives it. */
class Room {
  readonly #agent: Agent;
  readonly #directory: DeskParts['directory'];
  readonly #load = new Load();

  constructor(agent: Agent, { directory }: DeskParts) {
    this.#agent = agent;
    this.#directory = directory;
    for (const { medium, use } of agent.slots) this.#load.add(medium, use, 1);
  }

  /** Whether one more of a medium is above its capacity. */
  async exceeds(name: string): Promise<boolean> {
    await this.#directory.knowMedia([name]);
    const medium = this.#directory.medium(name);
    const isMore = !this.#agent.rule.allows(medium, this.#load);
    this.#load.add(medium, SlotUse.inHand, 1);
    return isMore;
  }
}

/** Tells what a preview would give above the capacity: one after the other, as they are listed. */
async function foresee(
  room: Room,
  results: readonly BulkResult[],
  media: ReadonlyMap<string, string>,
): Promise<void> {
  for (const { id, row } of results) {
    const medium = media.get(id);
    if (medium !== undefined && (await room.exceeds(medium))) row['Exceeds'] = true;
  }
}

/** What of its request an act goes by. */
type ActBody = Pick<Body, 'ReasonSystemName' | 'ReasonDescription' | 'Extension'> & {
  readonly Queue?: string | undefined;
  readonly Preview?: boolean | undefined;
};

/** Where an interaction was, and how, when a snapshot was taken. */
interface Noted {
  readonly partition: number;
  /** Only if it is as it was; undefined: whatever it is now. */
  readonly assignment: number | undefined;
}

/** One interaction of an act. */
export class Supervising {
  readonly #parts: DeskParts;
  readonly #client: Client;
  readonly #body: ActBody;
  readonly #act: { readonly act: SupervisorAct; readonly operation: number };
  readonly #agent: Agent | undefined;
  #work: Work | undefined;
  /** It was given above the agent's capacity. */
  exceeds = false;

  constructor(
    parts: DeskParts,
    client: Client,
    body: ActBody,
    act: { readonly act: SupervisorAct; readonly operation: number },
    agent: Agent | undefined,
  ) {
    this.#parts = parts;
    this.#client = client;
    this.#body = body;
    this.#act = act;
    this.#agent = agent;
  }

  /**
   * Does it where the supervisor sees the interaction, and everybody who has a part in it.
   * @throws {IxionError} UnknownInteraction, and as `one`
   */
  async within(scope: Scope | undefined, id: string, noted?: Noted): Promise<Done> {
    if (scope === undefined) return this.one(id, undefined, noted);
    for (let attempt = 0; ; attempt++) {
      const { was } = await this.#ask(id, { isPreview: true }, noted);
      if (!isWithin(scope, was))
        throw new IxionError('UnknownInteraction', `no interaction is called ${id}`);
      try {
        return await this.one(id, was.version, noted);
      } catch (error) {
        const isOther = error instanceof IxionError && error.errorName === 'Busy';
        if (!isOther || attempt === stepsMax) throw error;
      }
    }
  }

  /** @throws {IxionError} what the partition refuses with, AgentNotAvailable, InteractionOffered */
  async one(id: string, ifVersion?: number, noted?: Noted): Promise<Done> {
    try {
      const isPreview = this.#body.Preview === true;
      const answer = await this.#ask(id, { isPreview, ifVersion }, noted);
      if (this.#body.Preview !== true) this.#tell(id, answer);
      return answer;
    } catch (error) {
      if (this.#work !== undefined) this.#parts.invitations.drop(this.#work, error);
      throw error;
    }
  }

  async #ask(id: string, how: How, noted?: Noted): Promise<Done> {
    const { partitions, directory, invitations } = this.#parts;
    const { session: asker } = this.#client.info;
    let partition = noted?.partition ?? homeOf(id, partitions.length);
    let medium: string | undefined;
    for (let step = 0; step < stepsMax; step++) {
      const order = this.#order(id, medium, how, noted);
      const message = { type: 'supervise', order, asker } as const;
      const answer = await partitions[partition]!.ask<SuperviseAnswer>(message, { deadlineMs });
      if (answer.result === 'done') return answer;
      if (this.#work !== undefined) invitations.drop(this.#work, undefined);
      this.#work = undefined;
      if (answer.result === 'elsewhere') partition = answer.partition;
      else {
        medium = answer.medium;
        await directory.knowMedia([medium]);
        const { exceeded } = this.#agent!;
        this.#work = giving(this.#parts, this.#agent!, medium, id, partition);
        this.exceeds = this.#agent!.exceeded > exceeded;
      }
    }
    throw new IxionError('Busy', 'the interaction is on the move', { retryAfterMs: 100 });
  }

  #order(
    interactionId: string,
    medium: string | undefined,
    how: How,
    noted: Noted | undefined,
  ): SuperviseOrder {
    const { Queue: queue } = this.#body;
    return {
      ...this.#act,
      ...how,
      interactionId,
      assignment: noted?.assignment,
      queue,
      assignee: this.#agent && this.#assignee(this.#agent, medium),
      ...whyOf(this.#body),
    };
  }

  /** The client that shows the medium owns it; while that is not known, any of the agent's. */
  #assignee(agent: Agent, medium: string | undefined): Assignee {
    const { agentId, login, clients } = agent;
    const [first] = medium === undefined ? clients : agent.clientsFor(medium);
    const { handlingMs } = this.#parts.directory.times(medium);
    const session = first?.session ?? 0;
    return { agentId, placeId: login?.placeId ?? '', medium, session, handlingMs };
  }

  #tell(id: string, { interaction, holder }: Done): void {
    const { frames } = this.#parts;
    const { ReasonSystemName, ReasonDescription, Extension } = this.#body;
    const about = {
      InteractionId: id,
      Interaction: interaction && new Packed(interaction),
      ReasonSystemName,
      ReasonDescription,
    };
    if (holder !== undefined) frames.tellSession(holder, 'EventRevoked', about);
    const agent = this.#agent;
    if (this.#work === undefined || agent === undefined) return;
    if (!given(this.#parts, this.#work)) return;
    const { agentId } = agent;
    const PlaceId = agent.login?.placeId;
    const ActorId = this.#client.info.clientName;
    const more = { AgentId: agentId, PlaceId, ActorId };
    const extension = Extension && new Packed(Uint8Array.from(Extension));
    const shown = new Set(agent.clientsFor(this.#work.slot!.medium.name).map((one) => one.session));
    for (const { info } of this.#parts.clientsOf(agent)) {
      if (!shown.has(info.session)) continue;
      frames.tell(info, 'EventAssigned', { ...about, ...more, Extension: extension });
    }
  }
}
