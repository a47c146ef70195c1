/** Locking and unlocking for a snapshot: the desk asks for it, some interactions at a time. */
import { InteractionState, type StateRecord } from '../../interaction/state-record.js';
import { lock } from '../../interaction/state-sections.js';
import type { IxionError } from '../../errors.js';
import { limits } from '../../limits.js';
import { causeOfSession } from '../ledger/cause.js';
import { holderNameOf } from '../ledger/holders.js';
import { readRecord } from '../ledger/interactions.js';
import { lockedBy } from '../ledger/locks.js';
import { seesTenant } from '../ledger/tenancy.js';
import type { Refusal, SessionInfo } from '../request.js';
import type { Turn } from '../turn.js';
import type { RequestCore } from './core.js';
import { wrongType } from './find.js';
import { whereabouts } from './snapshot-rows.js';

/** What is to be locked, or freed. */
export interface LockOrder {
  readonly snapshot: number;
  readonly isLocking: boolean;
  readonly ids: readonly string[];
  /** Of each: only if it waits with this assignment still; absent: if it waits. */
  readonly assignments?: readonly number[] | undefined;
  readonly reasonSystemName?: string | undefined;
  readonly reasonDescription?: string | undefined;
  /** A packed map. */
  readonly extension?: Uint8Array | undefined;
}

/** What became of one: done, the partition where it lives, or why not. */
export type LockOutcome =
  | true
  | number
  | { readonly error: IxionError['errorName']; readonly detail: string };

/**
 * Does it to each that lives here, or says why not.
 * @throws {Refusal} Busy, WrongClientType: nothing was done
 */
export function lockSome(
  core: RequestCore,
  turn: Turn,
  order: LockOrder,
  asker: SessionInfo,
): LockOutcome[] {
  if (asker.clientType === 'ReportingEngine') throw wrongType(asker);
  core.locks.checkReady();
  return order.ids.map((id, at) => {
    const record = readRecord(turn, id);
    if (record === undefined) return whereabouts(core, turn, id) ?? unknown(id);
    if (!seesTenant(asker, record.tenantId)) return unknown(id);
    const assignment = order.assignments?.[at];
    return order.isLocking
      ? lockOne(core, turn, { id, record, assignment, order, asker })
      : unlockOne(core, turn, { id, record, order, asker });
  });
}

interface One {
  readonly id: string;
  readonly record: StateRecord;
  readonly order: LockOrder;
  readonly asker: SessionInfo;
}

function lockOne(
  core: RequestCore,
  turn: Turn,
  { id, record, assignment, order, asker }: One & { readonly assignment: number | undefined },
): LockOutcome {
  const { snapshot } = order;
  if (record.isLocked) {
    return lock.of(record)!.snapshot === snapshot || refused(lockedBy(record, id));
  }
  const isOther = assignment !== undefined && record.assignment !== assignment;
  if (isOther || record.state !== InteractionState.queued) {
    const detail = `${id} does not wait as it did when the snapshot was taken`;
    return { error: 'NotInRequiredState', detail };
  }
  const untilMs = turn.wallMs + limits.snapshotIdleMs;
  const holder = { snapshot, client: holderNameOf(asker), untilMs };
  const { sessionKey } = asker;
  core.locks.lock(turn, id, record, { holder, sessionKey, cause: causeOfSession(asker, order) });
  return true;
}

function unlockOne(core: RequestCore, turn: Turn, { id, record, order, asker }: One): LockOutcome {
  if (!record.isLocked || lock.of(record)!.snapshot !== order.snapshot) {
    const detail = `snapshot ${order.snapshot} has not locked ${id}`;
    return { error: 'NotLocked', detail };
  }
  core.locks.unlock(turn, id, record, causeOfSession(asker, order));
  return true;
}

const unknown = (id: string): LockOutcome => ({
  error: 'UnknownInteraction',
  detail: `no interaction is called ${id}`,
});

const refused = ({ answer }: Refusal): LockOutcome => ({
  error: answer.error,
  detail: answer.detail ?? '',
});
