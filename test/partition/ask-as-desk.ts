/** What the desk asks of a partition, as tests ask it. */
import { IxionError } from '../../lib/errors.js';
import type { Partition } from '../../lib/partition/partition.js';
import type { Rig } from './support.js';

type ForDesk<Answer> = Parameters<typeof Partition.prototype.forDesk<Answer>>;

/** Resolves with the answer, which may be a refusal, once it is durable and all is quiet. */
export async function askAsDesk<Answer>(
  rig: Rig,
  partition: number,
  work: ForDesk<Answer>[0],
  does?: ForDesk<Answer>[2],
): Promise<Answer | IxionError> {
  const told: (Answer | IxionError)[] = [];
  const at = rig.world.partition(partition);
  at.forDesk(work, (answer) => told.push(answer), does);
  at.commit();
  await rig.quiet();
  if (told.length !== 1) throw new Error(`it is answered ${told.length} times`);
  return told[0]!;
}

/** The same; throws what is refused. */
export async function doneAsDesk<Answer>(
  ...asked: Parameters<typeof askAsDesk<Answer>>
): Promise<Answer> {
  const answer = await askAsDesk(...asked);
  if (answer instanceof IxionError) throw answer;
  return answer;
}
