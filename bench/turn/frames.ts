/** Requests of a client as the actor of a partition gets them: views into the buffer of a batch. */
import { requestKeys, submitBody } from '../../lib/client/bodies.js';
import type { Body } from '../../lib/protocol/index.js';
import { FrameWriter } from '../../lib/protocol/frame-writer.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { messageByName, type RequestName } from '../../lib/protocol/registry.js';
import { makeRecord, queueNames } from '../support/record.js';

/** What is done to each interaction, in this order. */
export const stages = ['submit', 'pull', 'place', 'pullAgain', 'stop'] as const;
export type Stage = (typeof stages)[number];

const [firstQueue, secondQueue] = queueNames(2) as [string, string];
/** Number and name of the queues of the bench. */
export const benchQueues = [firstQueue, secondQueue] as const;

const requests: Readonly<Record<Stage, RequestName>> = {
  submit: 'RequestSubmit',
  pull: 'RequestPull',
  place: 'RequestPlaceInQueue',
  pullAgain: 'RequestPull',
  stop: 'RequestStopProcessing',
};

/** Makes the frames of one side, each with a key of its own. */
export class Frames {
  readonly #writer = new FrameWriter();
  readonly #nextKey = requestKeys();
  readonly #isKeyed: boolean;
  #record = 0;
  #reference = 0;

  /** @param isKeyed whether requests have a RequestKey, as those of the SDK do */
  constructor(isKeyed: boolean) {
    this.#isKeyed = isKeyed;
  }

  /** One request of each interaction; a submit needs only their number. */
  batch(stage: Stage, ids: readonly (string | undefined)[]): Uint8Array[] {
    const ends = ids.map((id) => {
      this.#write(stage, id);
      return this.#writer.length;
    });
    const { buffer } = Uint8Array.from(this.#writer.take());
    return ends.map((end, index) => {
      const start = index === 0 ? 0 : ends[index - 1]!;
      return new Uint8Array(buffer, start, end - start);
    });
  }

  #write(stage: Stage, id: string | undefined): void {
    const isById = stage === 'place' || stage === 'stop';
    const key = isById ? id! : stage === 'pullAgain' ? secondQueue : firstQueue;
    this.#writer.write(
      messageByName(requests[stage]).number,
      0,
      ++this.#reference,
      0,
      isById ? RouteKind.id : RouteKind.queue,
      key,
      this.#body(stage, key),
    );
  }

  #body(stage: Stage, routeKey: string): Body {
    const RequestKey = this.#isKeyed ? this.#nextKey() : undefined;
    switch (stage) {
      case 'submit': {
        const record = makeRecord(this.#record++, routeKey);
        return { ...submitBody(record, this.#nextKey(), undefined), RequestKey };
      }
      case 'place':
        return { InteractionId: routeKey, Queue: secondQueue, RequestKey };
      case 'stop':
        return { InteractionId: routeKey, RequestKey };
      default:
        return { ViewId: routeKey, RequestKey };
    }
  }
}
