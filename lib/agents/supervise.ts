/** RequestSuperviseInteractions: a supervisor acts on what others have. */
import type { Agent } from '../desk/index.js';
import { IxionError } from '../errors.js';
import { homeOf } from '../interaction/identifier.js';
import {
  supervisorActs,
  type Assignee,
  type KeptPage,
  type SuperviseAnswer,
  type SuperviseOrder,
  type SupervisorAct,
} from '../interaction/supervision.js';
import { limits } from '../limits.js';
import { Packed } from '../protocol/encode.js';
import type { AttributesOf } from '../protocol/registry.js';
import { bulkAnswer, inBulk } from './bulk.js';
import type { Client } from './client.js';
import { targetOf } from './target.js';
import { given, giving } from './giving.js';
import type { Handler } from './handler.js';
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
  const { InteractionIds, Queue: queue } = body;
  const entry = {
    event: 'interactions supervised',
    kind: 'interactions',
    act,
    agent: agent?.agentId,
    queue,
  } as const;
  const outcome = await inBulk(
    parts,
    client,
    body,
    InteractionIds,
    entry,
    async (id, operation) => {
      const supervising = new Supervising(parts, client, body, { act, operation }, agent);
      return rowOf(await supervising.one(id));
    },
  );
  const answer = bulkAnswer(outcome, 'InteractionId', 'Interactions');
  parts.frames.answer(client.info.session, asker, 'EventInteractionsSupervised', answer);
};

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
  const { InteractionIds, OfOperation: of } = body;
  if ((InteractionIds === undefined) === (of === undefined)) {
    throw new IxionError('MissingAttribute', 'InteractionIds or OfOperation, and not both');
  }
  const kept = of === undefined ? undefined : await keptOf(parts, of);
  const ids = InteractionIds ?? kept!.ids;
  if (ids.length === 0) {
    throw new IxionError('InteractionNotKept', `nothing is kept of the act ${of}`);
  }
  const entry = { event: 'interactions restored', kind: 'interactions', ofOperation: of } as const;
  const { session } = client.info;
  const outcome = await inBulk(parts, client, body, ids, entry, async (interactionId) => {
    const order = { interactionId, isPreview: body.Preview === true, ...whyOf(body) };
    const message = { type: 'restore', order, asker: session } as const;
    const home = parts.partitions[homeOf(interactionId, parts.partitions.length)]!;
    const answer = await home.ask<SuperviseAnswer>(message, { deadlineMs });
    return answer.result === 'done' ? rowOf(answer) : {};
  });
  const answer = bulkAnswer(outcome, 'InteractionId', 'Interactions');
  const More = kept?.hasMore === true ? true : undefined;
  parts.frames.answer(session, asker, 'EventInteractionsSupervised', { ...answer, More });
};

/** The first of what all partitions keep of an act. */
async function keptOf({ partitions }: DeskParts, operation: number) {
  const most = limits.supervisedAtOnce;
  const ids: string[] = [];
  let hasMore = false;
  for (const ref of partitions) {
    const limit = most - ids.length + 1;
    const message = { type: 'kept', operation, after: undefined, limit } as const;
    const page = await ref.ask<KeptPage>(message, { deadlineMs });
    ids.push(...page.ids);
    hasMore = ids.length > most;
    if (hasMore) break;
  }
  return { ids: ids.slice(0, most), hasMore };
}

/** Why, for the events; the bytes of a part of a frame are not to travel with it. */
const whyOf = (body: Pick<Body, 'ReasonSystemName' | 'ReasonDescription' | 'Extension'>) => ({
  reasonSystemName: body.ReasonSystemName,
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

/** One interaction of an act. */
class Supervising {
  readonly #parts: DeskParts;
  readonly #client: Client;
  readonly #body: Body;
  readonly #act: { readonly act: SupervisorAct; readonly operation: number };
  readonly #agent: Agent | undefined;
  #work: Work | undefined;

  constructor(
    parts: DeskParts,
    client: Client,
    body: Body,
    act: { readonly act: SupervisorAct; readonly operation: number },
    agent: Agent | undefined,
  ) {
    this.#parts = parts;
    this.#client = client;
    this.#body = body;
    this.#act = act;
    this.#agent = agent;
  }

  /** @throws {IxionError} what the partition refuses with, AgentNotAvailable, InteractionOffered */
  async one(id: string): Promise<Done> {
    try {
      const answer = await this.#ask(id);
      if (this.#body.Preview !== true) this.#tell(id, answer);
      return answer;
    } catch (error) {
      if (this.#work !== undefined) this.#parts.invitations.drop(this.#work, error);
      throw error;
    }
  }

  async #ask(id: string): Promise<Done> {
    const { partitions, directory, invitations } = this.#parts;
    const { session: asker } = this.#client.info;
    let partition = homeOf(id, partitions.length);
    let medium: string | undefined;
    for (let step = 0; step < stepsMax; step++) {
      const message = { type: 'supervise', order: this.#order(id, medium), asker } as const;
      const answer = await partitions[partition]!.ask<SuperviseAnswer>(message, { deadlineMs });
      if (answer.result === 'done') return answer;
      if (this.#work !== undefined) invitations.drop(this.#work, undefined);
      this.#work = undefined;
      if (answer.result === 'elsewhere') partition = answer.partition;
      else {
        medium = answer.medium;
        await directory.knowMedia([medium]);
        this.#work = giving(this.#parts, this.#agent!, medium, id, partition);
      }
    }
    throw new IxionError('Busy', 'the interaction is on the move', { retryAfterMs: 100 });
  }

  #order(interactionId: string, medium: string | undefined): SuperviseOrder {
    const { Queue: queue, Preview } = this.#body;
    return {
      ...this.#act,
      interactionId,
      isPreview: Preview === true,
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
