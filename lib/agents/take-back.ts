/** Takes from an agent what it is offered or has in hand, wherever that is, however long it takes. */
import { untilRebuilt } from '../control/until-rebuilt.js';
import { IxionError } from '../errors.js';
import type { InvitationsOptions, Work } from './work.js';

const deadlineMs = 10_000;
/** An interaction that is asked for moves no more often than so. */
const stepsMax = 8;

/** What is taken from whom; `partition`: where it was last. */
export type Taken = Pick<Work, 'interactionId' | 'agentId' | 'partition'>;

/** Resolves once the agent has it no more, or it is over. */
export async function takeBack(
  { partitions, clock, isOver }: InvitationsOptions,
  { interactionId, agentId, partition }: Taken,
  reason: string,
): Promise<void> {
  const taking = { interactionId, agentId, reason };
  const take = async (): Promise<void> => {
    let at = partition;
    for (let step = 0; step < stepsMax; step++) {
      const message = { type: 'take-from-agent', taking } as const;
      const answer = await partitions[at]!.ask<true | number>(message, { deadlineMs });
      if (answer === true) return;
      at = answer;
    }
    throw new IxionError('Busy');
  };
  try {
    await untilRebuilt(take, { clock, patienceMs: Infinity, isOver });
  } catch (error) {
    if (!isOver()) throw error;
  }
}
