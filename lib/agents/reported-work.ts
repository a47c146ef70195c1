/** What a partition reports of agents: a page at a time, however often it has to be asked. */
import type { ActorRef } from '../actor/index.js';
import { untilRebuilt } from '../control/until-rebuilt.js';
import type { AgentWork, AgentWorkPage } from '../interaction/invitation.js';
import type { PartitionMessage } from '../mail/partition.js';
import type { InvitationsOptions } from './work.js';

const deadlineMs = 10_000;
const rowsPerPage = 500;

/** Pages of what agents are offered and have in hand there. */
export async function* workIn(
  partition: ActorRef<PartitionMessage>,
  { clock, isOver }: Pick<InvitationsOptions, 'clock' | 'isOver'>,
): AsyncGenerator<readonly AgentWork[]> {
  let after: string | undefined;
  do {
    const message: PartitionMessage = { type: 'agent-work', after, limit: rowsPerPage };
    const page = await untilRebuilt(() => partition.ask<AgentWorkPage>(message, { deadlineMs }), {
      clock,
      patienceMs: Infinity,
      isOver,
    });
    yield page.work;
    after = page.next;
  } while (after !== undefined);
}
