/** What a partition tells of an offer, or of what it gives, before its answer to that is read. */
import t from 'tap';
import { catchUp, keepsEarly } from '../../lib/agents/early-outcomes.js';
import type { Giver, Work } from '../../lib/agents/work.js';
import type { AgentOutcome, OutcomeKind } from '../../lib/interaction/invitation.js';

const kinds: readonly OutcomeKind[] = [
  'accepted',
  'rejected',
  'expired',
  'taken-back',
  'taken',
  'removed',
  'party-added',
  'party-removed',
  'supervised',
];
const names = { interactionId: 'i', agentId: 'a' };
const asked = (from: Giver | undefined, isAsked = true): Work => {
  return { ...names, slot: undefined, partition: 1, ticket: 0, isAsked, clients: [], from };
};
const giver = { kind: 'deliver' } as Giver;
const outcomeOf = (what: OutcomeKind): AgentOutcome => ({ ...names, what, number: 4 });
const keptOf = (work: () => Work, partition = 1): OutcomeKind[] =>
  kinds.filter((what) => keepsEarly(work(), outcomeOf(what), partition));

t.test('ends of an offer, and the loss of what is given, wait for the answer', async (t) => {
  t.strictSame(
    keptOf(() => asked(giver)),
    ['accepted', 'rejected', 'expired', 'taken-back'],
  );
  t.strictSame(
    keptOf(() => asked(undefined)),
    ['removed'],
  );
  t.strictSame(
    keptOf(() => asked(giver), 2),
    [],
    'another partition means something else',
  );
  t.strictSame(
    keptOf(() => asked(giver, false)),
    [],
    'it was answered',
  );
  t.notOk(keepsEarly(undefined, outcomeOf('taken-back'), 1));
});

t.test('it counts once, with the answer', async (t) => {
  const work = asked(giver);
  const told: [OutcomeKind, number][] = [];
  const outcome = ({ what }: AgentOutcome, partition: number): void => {
    told.push([what, partition]);
  };
  catchUp({ outcome }, work);
  t.strictSame(told, [], 'nothing was early');
  keepsEarly(work, outcomeOf('taken-back'), 1);
  catchUp({ outcome }, work);
  catchUp({ outcome }, work);
  t.strictSame(told, [['taken-back', 1]]);
});
