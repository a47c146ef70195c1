/** From the answers of a partition to frames, and out to the front. */
import type { ActorRef } from '../actor/index.js';
import type { CounterLane } from '../counters/index.js';
import { errorTable } from '../errors.js';
import { clientTag } from '../mail/sessions.js';
import { ownerAttributes } from '../interaction/workbin.js';
import type { WorkbinNews } from '../interaction/workbin-news.js';
import type { Answer, Asker, Reply, Stop } from '../partition/request.js';
import { encodeBody, Packed } from '../protocol/encode.js';
import { FrameWriter } from '../protocol/frame-writer.js';
import { RouteKind } from '../protocol/message.js';
import { messageByName } from '../protocol/registry.js';
import { writeAck, writeError } from '../protocol/replies.js';

const ackNumber = messageByName('EventAck').number;
const propertiesNumber = messageByName('EventInteractionProperties').number;
const pulledNumber = messageByName('EventPulledInteractions').number;
const stoppedNumber = messageByName('EventProcessingStopped').number;
const changedNumber = messageByName('EventWorkbinContentChanged').number;

/** Bodies of the acknowledgements that nearly all answers are; only the identifier differs. */
const emptyAck = encodeBody(ackNumber, {});
const idLength = 16;
const submitAck = encodeBody(ackNumber, { Extension: { InteractionId: '0'.repeat(idLength) } });
const idAt = submitAck.length - idLength;

/** A mail of answers takes no more once it has this much. */
const mailBytes = 32_768;

export class Answers {
  readonly #front: ActorRef;
  readonly #lane: CounterLane;
  readonly #writer = new FrameWriter();

  constructor(front: ActorRef, lane: CounterLane) {
    this.#front = front;
    this.#lane = lane;
  }

  /** Sends answers in their order; those that follow each other to one session as one mail. */
  send(replies: readonly Reply[]): void {
    for (let index = 0; index < replies.length; index++) {
      const { to, answer } = replies[index]!;
      this.#write(to, answer);
      const { number: session } = to.session;
      const isLast = replies[index + 1]?.to.session.number !== session;
      if (isLast || this.#writer.length > mailBytes) {
        this.#front.tellBytes(session, this.#writer.take());
      }
    }
  }

  /** Tells clients of the end of what was submitted under their names, which answers nothing. */
  tellStops(partition: number, stops: readonly Stop[]): void {
    for (const { to, told } of stops) {
      const body = stopBody(partition, told);
      for (const { session, proxyClient } of to) {
        this.#writer.write(stoppedNumber, 0, 0, proxyClient, RouteKind.none, '', body);
        this.#front.tellBytes(clientTag(session), this.#writer.take());
      }
    }
  }

  /** Tells clients what has changed in workbins, which answers nothing. */
  tellWorkbins(partition: number, news: readonly WorkbinNews[]): void {
    for (const { to, told } of news) {
      const body = workbinBody(partition, told);
      for (const { session, proxyClient } of to) {
        this.#writer.write(changedNumber, 0, 0, proxyClient, RouteKind.none, '', body);
        this.#front.tellBytes(clientTag(session), this.#writer.take());
      }
    }
  }

  #write(to: Asker, answer: Answer): void {
    switch (answer.kind) {
      case 'ack':
        return this.#ack(to, answer);
      case 'error':
        if (this.#lane.enabled('errors')) {
          this.#lane.add('errors', errorTable[answer.error].code, 1);
        }
        return writeError(this.#writer, to, answer);
      case 'properties':
        return this.#frame(propertiesNumber, to, { Interaction: new Packed(answer.properties) });
      case 'pulled':
        return this.#frame(pulledNumber, to, {
          Interactions: answer.interactions.map((properties) => new Packed(properties)),
        });
    }
  }

  #ack(to: Asker, answer: Answer & { kind: 'ack' }): void {
    const { interactionId, duplicate } = answer;
    if (interactionId === undefined) return this.#frame(ackNumber, to, emptyAck);
    if (interactionId.length !== idLength || duplicate === true) {
      return writeAck(this.#writer, to, extensionOf(interactionId, duplicate));
    }
    // An identifier is ASCII.
    for (let at = 0; at < idLength; at++) submitAck[idAt + at] = interactionId.charCodeAt(at);
    this.#frame(ackNumber, to, submitAck);
  }

  #frame(message: number, to: Asker, body: Record<string, unknown> | Uint8Array): void {
    this.#writer.write(message, 0, to.reference, to.proxyClient, RouteKind.none, '', body);
  }
}

function stopBody(partition: number, { cause, ...told }: Stop['told']): Record<string, unknown> {
  const { interactionId, version, tenantId, submittedBy, atMs } = told;
  const { actorType, actorId, reasonSystemName, reasonDescription, extension } = cause;
  return {
    InteractionId: interactionId,
    InteractionVersion: version,
    TenantId: tenantId,
    SubmittedBy: submittedBy,
    EventTime: atMs,
    Partition: partition,
    ActorType: actorType === 0 ? undefined : actorType,
    ActorId: actorId === '' ? undefined : actorId,
    ReasonSystemName: reasonSystemName,
    ReasonDescription: reasonDescription,
    Extension: extension && new Packed(extension),
  };
}

function workbinBody(
  partition: number,
  { workbin, operation, cause, interaction, ...told }: WorkbinNews['told'],
): Record<string, unknown> {
  const { interactionId, version, atMs } = told;
  const { actorType, actorId, reasonSystemName, reasonDescription } = cause;
  return {
    WorkbinTypeId: workbin.type,
    [ownerAttributes[workbin.ownerKind]]: workbin.owner,
    Operation: operation,
    InteractionId: interactionId,
    InteractionVersion: version,
    Interaction: interaction && new Packed(interaction),
    EventTime: atMs,
    Partition: partition,
    ActorType: actorType === 0 ? undefined : actorType,
    ActorId: actorId === '' ? undefined : actorId,
    ReasonSystemName: reasonSystemName,
    ReasonDescription: reasonDescription,
  };
}

const extensionOf = (InteractionId: string, isDuplicate: boolean = false) =>
  isDuplicate ? { InteractionId, Duplicate: 1 } : { InteractionId };
