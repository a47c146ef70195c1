/** Which requests a nearly full disk lets pass: work that frees room goes on longest. */
import type { PartitionDoing } from '../../protocol/doing.js';
import { DiskLevel, type DiskAllowance } from '../../store/contract.js';
import { Refusal } from '../request.js';

/** The highest level at which what does this is executed. */
const passesUpTo: Readonly<Record<PartitionDoing, DiskLevel>> = {
  handsIn: DiskLevel.normal,
  takes: DiskLevel.noSubmits,
  changes: DiskLevel.noSubmits,
  makesRoom: DiskLevel.onlyEnds,
  reads: DiskLevel.nothing,
};
const retryAfterMs = 1_000;

/** @throws {Refusal} StoreFull */
export function checkDisk({ level }: DiskAllowance, does: PartitionDoing): void {
  if (level <= passesUpTo[does]) return;
  const what = does === 'handsIn' ? 'takes no new interactions' : 'changes nothing';
  throw new Refusal('StoreFull', `the disk is nearly full; the server ${what}`, retryAfterMs);
}
