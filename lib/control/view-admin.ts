/** What operators ask about views, of all partitions. */
import type { ActorRef } from '../actor/index.js';
import { IxionError } from '../errors.js';
import type { PartitionMessage, ViewAnswer, ViewQuestion } from '../mail/partition.js';

const deadlineMs = 10_000;

/** What the admin listener asks about views. */
export interface ViewsPort {
  /**
   * What the partitions answer that have it.
   * @throws {IxionError} UnknownView, UnknownInteraction and its like
   */
  ask(question: ViewQuestion): Promise<ViewAnswer>;
}

export class ViewAdmin implements ViewsPort {
  readonly #partitions: readonly ActorRef<PartitionMessage>[];

  constructor(partitions: readonly ActorRef<PartitionMessage>[]) {
    this.#partitions = partitions;
  }

  async ask(question: ViewQuestion): Promise<ViewAnswer> {
    const message = { type: 'explain-views', question } as const;
    const answers = await Promise.all(
      this.#partitions.map((ref) => ref.ask<ViewAnswer | undefined>(message, { deadlineMs })),
    );
    const found = answers.filter((answer): answer is ViewAnswer => answer !== undefined);
    if (question.kind === 'list') return joined(found);
    const [first] = found;
    if (first !== undefined) return first;
    if (question.kind === 'interaction') {
      throw new IxionError('UnknownInteraction', `no interaction is called ${question.id}`);
    }
    throw new IxionError('Unavailable', 'its queue is on the move');
  }
}

function joined(answers: readonly ViewAnswer[]): ViewAnswer {
  const lists = answers.flatMap((answer) => (answer.kind === 'list' ? [answer] : []));
  return {
    kind: 'list',
    views: lists.flatMap(({ views }) => views),
    isCut: lists.some(({ isCut }) => isCut),
  };
}
