/** Which requests a nearly full disk lets pass: work that frees room goes on longest. */
import { DiskLevel, type DiskRoom } from '../../store/contract.js';
import { Refusal, type Operation } from '../request.js';

/** The highest level at which each request is executed. */
const passesUpTo: Readonly<Record<Operation['kind'], DiskLevel>> = {
  submit: DiskLevel.normal,
  pull: DiskLevel.noSubmits,
  place: DiskLevel.noSubmits,
  change: DiskLevel.noSubmits,
  hold: DiskLevel.noSubmits,
  stop: DiskLevel.onlyEnds,
  resume: DiskLevel.onlyEnds,
  get: DiskLevel.nothing,
};
const retryAfterMs = 1_000;

/** @throws {Refusal} StoreFull */
export function checkDisk(room: DiskRoom | undefined, kind: Operation['kind']): void {
  if (room === undefined || room.level <= passesUpTo[kind]) return;
  const what = kind === 'submit' ? 'takes no new interactions' : 'changes nothing';
  throw new Refusal('StoreFull', `the disk is nearly full; the server ${what}`, retryAfterMs);
}
