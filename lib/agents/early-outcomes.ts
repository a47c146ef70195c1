/**
 * What became of an offer, or of what was given, before the partition's answer to it was read: all
 * of it may come of one turn, and an outcome is told at once while an answer is waited for.
 */
import type { AgentOutcome, OutcomeKind } from '../interaction/invitation.js';
import type { Work } from './work.js';

/** The ends of an offer. */
const ends: ReadonlySet<OutcomeKind> = new Set(['accepted', 'rejected', 'expired', 'taken-back']);

/**
 * Keeps an outcome for `catchUp`. True: it may be of what the partition is being asked for, which
 * is an offer by its ticket, and only the answer tells that; or of what is given, when the agent
 * has it no more.
 */
export function keepsEarly(
  work: Work | undefined,
  outcome: AgentOutcome,
  partition: number,
): boolean {
  if (work === undefined || !work.isAsked || work.partition !== partition) return false;
  const isOf = work.from === undefined ? outcome.what === 'removed' : ends.has(outcome.what);
  if (isOf) work.early = outcome;
  return isOf;
}

/** The partition has answered: what it told before that counts now. */
export function catchUp(
  invitations: { outcome(outcome: AgentOutcome, partition: number): void },
  work: Work,
): void {
  const { early } = work;
  work.early = undefined;
  if (early !== undefined) invitations.outcome(early, work.partition);
}
