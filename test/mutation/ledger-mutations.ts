/** Each assertion of the ledger left out, and the ledger broken where its assertions see it. */
import type { Mutation } from './mutations.js';

const ledger = 'lib/partition/ledger/ledger.js';
const checks = 'lib/interaction/record-checks.js';
const passing = 'lib/partition/ledger/checks.js';
const queues = 'lib/partition/ledger/queues.js';
const orders = 'lib/partition/ledger/orders.js';
const sequences = 'lib/partition/ledger/sequences.js';
const writers = 'lib/partition/ledger/writers.js';
const window = 'lib/queue/window.js';
const transition = 'lib/interaction/transition.js';
const changes = 'lib/interaction/record-changes.js';
const taking = 'lib/partition/requests/taking.js';

/** File, condition and message of every assertion, as compiled. */
const assertions: readonly (readonly [file: string, condition: string, message: string])[] = [
  [ledger, '!change.isOpen', 'a change is begun within another one'],
  [
    ledger,
    '(transition.fromMask >>> record.state) & 1',
    'a transition from a state that has none such',
  ],
  [ledger, "transition.hold !== 'ends' || record.isHeld", 'the end of a hold that is not'],
  [ledger, 'change === this.#change && change.isOpen', 'a change is ended that is not under way'],
  [ledger, 'record.version === change.version', 'a version is counted by another than the ledger'],
  [
    ledger,
    'record.assignment === change.assignment',
    'an assignment is counted by another than the ledger',
  ],
  [
    ledger,
    'record.placeSeq === change.placeSeq',
    'an interaction is placed by another than the ledger',
  ],
  [checks, 'assignment >= 1 && assignment <= version', 'more assignments than versions'],
  [checks, 'submitSeq > 0', 'an interaction without a number of its submit'],
  [
    checks,
    'placeSeq >= submitSeq || isNeverPlaced',
    'an interaction waits and was not placed after its submit',
  ],
  [
    passing,
    '!isAssigned || record.assignment !== change.assignment',
    'an owner, queue or state is changed and not counted',
  ],
  [
    ledger,
    "!transition.isLeaving || transition.isBirth || record.owner === ''",
    'an interaction leaves its partition with its owner',
  ],
  [ledger, '!this.#change.isOpen', 'a change is begun and not ended'],
  [
    checks,
    "(owner !== '') === (state !== InteractionState.queued)",
    'an interaction has an owner and waits, or has none and does not wait',
  ],
  [checks, 'times.HoldUntil === undefined || isHeld', 'a hold has an end and is none'],
  [checks, 'version >= 1', 'an interaction without a version'],
  [
    ledger,
    '(transition.toMask >>> record.state) & 1',
    'a transition to a state that it does not lead to',
  ],
  [passing, '!transition.staysInState || record.state === state', 'a state is changed in passing'],
  [passing, 'transition.changesOwner || record.owner === owner', 'an owner is changed in passing'],
  [passing, 'transition.changesQueue || record.queue === queue', 'a queue is changed in passing'],
  [
    passing,
    '!transition.keepsPlace || record.priority === priority',
    'a place in the order is changed in passing',
  ],
  [passing, 'record.tenantId === tenantId', 'a tenant is changed'],
  [passing, 'record.isLocked === isLocked', 'a lock is changed in passing'],
  [passing, 'record.isHeld === isHeld', 'a hold is changed in passing'],
  [passing, 'record.isHeld', 'a hold that has not begun'],
  [passing, '!record.isHeld', 'a hold that has not ended'],
  [queues, 'totals.waiting >= 0 && totals.processing >= 0', 'totals of a queue are below zero'],
  [queues, 'totals.waiting >= 0', 'fewer than no interactions wait in a queue'],
  [queues, 'totals.processing >= 0', 'fewer than no interactions of a queue are in work'],
  [window, 'keys[at] !== key', 'a key is added that is in the order already'],
  [window, '!this.#covers(key)', 'a key is removed that is not in the order'],
  [transition, 'isOnePlace', 'a transition begins, and ends, inside a partition or outside'],
  [taking, 'isAvailable(record) && record.queue === queue', 'what is listed cannot be pulled'],
];

const left = assertions.map(([file, condition, message]): Mutation => {
  const from = `assert(${condition}, '${message}')`;
  const to = `assert(true, '${message}')`;
  return {
    name: `not asserted: ${message}`,
    replacements: [{ file, from, to }],
    caughtBy: ['partition/ledger.test.js'],
  };
});

/** What is wrong, and the tests that run into an assertion, or see what it would have prevented. */
const broken: readonly Mutation[] = [
  {
    name: 'the ledger: who pulls is not made the owner',
    replacements: [{ file: changes, from: 'record.owner = sessionKey;', to: '' }],
    caughtBy: ['partition/ledger.test.js', 'partition/pulls.test.js'],
  },
  {
    name: 'the ledger: what is taken stays in the order',
    replacements: [
      {
        file: orders,
        from: 'turn.delete(Table.order, key);',
        to: '',
      },
    ],
    caughtBy: ['partition/ledger.test.js', 'simulation/moves.test.js'],
  },
  {
    name: 'the ledger: a placement is not counted out of its queue',
    replacements: [{ file: queues, from: 'totals.waiting--;', to: '' }],
    caughtBy: ['partition/ledger.test.js', 'partition/relocation.test.js'],
  },
  {
    name: 'the ledger: the row of an owner stays',
    replacements: [
      { file: writers, from: 'turn.delete(Table.party, sessionPartyKey(owner, id));', to: '' },
    ],
    caughtBy: ['partition/ledger.test.js', 'partition/owners.test.js'],
  },
  {
    name: 'the ledger: the deadline of a hold stays when it ends',
    replacements: [
      {
        file: writers,
        from: 'turn.delete(Table.deadline, deadlineKey(HoldUntil, DeadlineKind.resume, id));',
        to: '',
      },
    ],
    caughtBy: ['partition/ledger.test.js'],
  },
  {
    name: 'the ledger: a change does not count as one',
    replacements: [{ file: ledger, from: 'record.version++;', to: '' }],
    caughtBy: ['partition/ledger.test.js'],
  },
  {
    name: 'the ledger: a change of owner, state or place does not count as an assignment',
    replacements: [{ file: ledger, from: 'record.assignment++;', to: '' }],
    caughtBy: ['partition/ledger.test.js'],
  },
  {
    name: 'the ledger: what comes back to its place is placed anew',
    replacements: [{ file: ledger, from: 'if (placesAnew || isFirst)', to: 'if (!isBirth)' }],
    caughtBy: ['partition/ledger.test.js', 'partition/places.test.js'],
  },
  {
    name: 'the numbers of places: what arrives does not raise the counter',
    replacements: [{ file: sequences, from: 'if (count > this.#count)', to: 'if (false)' }],
    caughtBy: ['partition/places.test.js'],
  },
  {
    name: 'the numbers of places: their mark is not stored',
    replacements: [{ file: sequences, from: 'if (this.#count <= this.#leased)', to: 'if (true)' }],
    caughtBy: ['partition/places.test.js'],
  },
  {
    name: 'the ledger: a listener is not told',
    replacements: [
      {
        file: ledger,
        from: 'if (this.onChanged === undefined)\n            return;',
        to: 'return;',
      },
    ],
    caughtBy: ['partition/ledger.test.js'],
  },
];

export const ledgerMutations: readonly Mutation[] = [...left, ...broken];
