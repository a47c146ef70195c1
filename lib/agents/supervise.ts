/** RequestSuperviseInteractions: a supervisor acts on what others have. */
import type { Agent } from '../desk/index.js';
import { IxionError } from '../errors.js';
import { homeOf } from '../interaction/identifier.js';
import {
  supervisorActs,
  type Assignee,
  type SuperviseAnswer,
  type SuperviseOrder,
  type SupervisorAct,
} from '../interaction/supervision.js';
import { Packed } from '../protocol/encode.js';
import type { AttributesOf } from '../protocol/registry.js';
import { bulkAnswer, inBulk } from './bulk.js';
import type { Client } from './client.js';
import { targetOf } from './deliver.js';
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
  const outcome = await inBulk(parts, client, body, InteractionIds, entry, async (id) => {
    const { was } = await new Supervising(parts, client, body, act, agent).one(id);
    const { queue: Queue, state: InteractionState, assignedTo } = was;
    return { Queue, InteractionState, AssignedTo: assignedTo === '' ? undefined : assignedTo };
  });
  const answer = bulkAnswer(outcome, 'InteractionId', 'Interactions');
  parts.frames.answer(client.info.session, asker, 'EventInteractionsSupervised', answer);
};

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
  readonly #act: SupervisorAct;
  readonly #agent: Agent | undefined;
  #work: Work | undefined;

  constructor(
    parts: DeskParts,
    client: Client,
    body: Body,
    act: SupervisorAct,
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
    const { Queue: queue, Preview, ReasonSystemName, ReasonDescription, Extension } = this.#body;
    return {
      act: this.#act,
      interactionId,
      isPreview: Preview === true,
      queue,
      assignee: this.#agent && this.#assignee(this.#agent, medium),
      reasonSystemName: ReasonSystemName,
      reasonDescription: ReasonDescription,
      // Its bytes are a part of a frame, which is not to travel with it.
      extension: Extension && Uint8Array.from(Extension),
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
    const shown = new Set(agent.clientsFor(this.#work.slot.medium.name).map((one) => one.session));
    for (const { info } of this.#parts.clientsOf(agent)) {
      if (!shown.has(info.session)) continue;
      frames.tell(info, 'EventAssigned', { ...about, ...more, Extension: extension });
    }
  }
}
