/** What each request does: the one place that knows all of them. */
import type { OperationName, OperationRow } from '../../protocol/registry.js';
import { DiskLevel, type DiskAllowance } from '../../store/contract.js';
import type { Operation, Request } from '../request.js';
import type { Turn } from '../turn.js';
import { accept, reject } from './answer-invitation.js';
import { changeProperties } from './change.js';
import type { RequestCore } from './core.js';
import { checkDisk } from './disk.js';
import { getProperties } from './get.js';
import { hold, resume } from './hold.js';
import { leave } from './leave.js';
import { placeInQueue } from './place.js';
import { placeInWorkbin } from './place-in-workbin.js';
import { pull } from './pull.js';
import { report } from './report.js';
import { stop } from './stop.js';
import { actOnOthers } from './supervised-singly.js';
import { submit } from './submit.js';

/** How an operation is executed, and what it does, as the message table says. */
interface Executed<Kind extends OperationName> {
  readonly does: OperationRow<Kind>['does'];
  /** @throws {Refusal} {IxionError} before it has changed anything */
  execute(
    core: RequestCore,
    turn: Turn,
    request: Request,
    attributes: Operation<Kind>['attributes'],
  ): void;
}

/** A line for every operation that the message table names, and for no other. */
export type PartitionRequests = { readonly [Kind in OperationName]: Executed<Kind> };

export const partitionRequests: PartitionRequests = {
  submit: { does: 'handsIn', execute: submit },
  pull: { does: 'takes', execute: pull },
  stop: { does: 'makesRoom', execute: stop },
  place: { does: 'changes', execute: placeInQueue },
  placeInWorkbin: { does: 'changes', execute: placeInWorkbin },
  change: { does: 'changes', execute: changeProperties },
  hold: { does: 'changes', execute: hold },
  resume: { does: 'makesRoom', execute: resume },
  accept: { does: 'changes', execute: accept },
  reject: { does: 'makesRoom', execute: reject },
  leave: { does: 'makesRoom', execute: leave },
  report: { does: 'changes', execute: report },
  get: { does: 'reads', execute: getProperties },
};

/**
 * Executes a request in a turn; what a supervisor does to the work of others is noted.
 * @param disk what the disk lets the turn write
 * @throws {Refusal} {IxionError}
 */
export function execute(
  core: RequestCore,
  turn: Turn,
  request: Request,
  disk: DiskAllowance | undefined,
): void {
  if (request.session.supervises !== true) return executePlain(core, turn, request, disk);
  const act = actOnOthers(turn, request);
  executePlain(core, turn, request, disk);
  if (act !== undefined) turn.outcomes.push(act);
}

function executePlain(
  core: RequestCore,
  turn: Turn,
  request: Request,
  disk: DiskAllowance | undefined,
): void {
  const { operation } = request;
  if (disk !== undefined && disk.level !== DiskLevel.normal) {
    checkDisk(disk, partitionRequests[operation.kind].does);
  }
  // What a server does all day is called by its name, which costs less than a look into the table.
  switch (operation.kind) {
    case 'submit':
      return submit(core, turn, request, operation.attributes);
    case 'pull':
      return pull(core, turn, request, operation.attributes);
    case 'stop':
      return stop(core, turn, request, operation.attributes);
    default:
      executeOf(core, turn, request, operation);
  }
}

function executeOf<Kind extends OperationName>(
  core: RequestCore,
  turn: Turn,
  request: Request,
  { kind, attributes }: Operation<Kind>,
): void {
  const executed: Executed<Kind> = partitionRequests[kind];
  executed.execute(core, turn, request, attributes);
}
