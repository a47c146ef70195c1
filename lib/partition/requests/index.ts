/** What each request does: the one place that knows all of them. */
import type { DiskRoom } from '../../store/contract.js';
import type { RequestCore } from './core.js';
import { checkDisk } from './disk.js';
import type { Request } from '../request.js';
import { changeProperties } from './change.js';
import { getProperties } from './get.js';
import { hold, resume } from './hold.js';
import { placeInQueue } from './place.js';
import { pull } from './pull.js';
import { stop } from './stop.js';
import { submit } from './submit.js';
import type { Turn } from '../turn.js';

/**
 * Executes a request in a turn.
 * @param disk what the disk lets the turn write
 * @throws {Refusal} {IxionError}
 */
export function execute(
  core: RequestCore,
  turn: Turn,
  request: Request,
  disk: DiskRoom | undefined,
): void {
  const { operation } = request;
  checkDisk(disk, operation.kind);
  switch (operation.kind) {
    case 'submit':
      return submit(core, turn, request, operation.attributes);
    case 'pull':
      return pull(core, turn, request, operation.attributes);
    case 'stop':
      return stop(core, turn, request, operation.attributes);
    case 'place':
      return placeInQueue(core, turn, request, operation.attributes);
    case 'change':
      return changeProperties(core, turn, request, operation.attributes);
    case 'hold':
      return hold(core, turn, request, operation.attributes);
    case 'resume':
      return resume(core, turn, request, operation.attributes);
    case 'get':
      return getProperties(core, turn, request, operation.attributes);
  }
}
