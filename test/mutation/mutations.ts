/** Changes to the compiled server that the tests must notice. */

/** One text in a file of `dist/`, which must stand there once, and what replaces it. */
export interface Replacement {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export interface Mutation {
  readonly name: string;
  readonly replacements: readonly Replacement[];
  /** Tests, under `dist/test/`; each of them alone must fail. */
  readonly caughtBy: readonly string[];
}

/** A mutation of one place. */
export const changed = (
  name: string,
  file: string,
  from: string,
  to: string,
  ...caughtBy: readonly string[]
): Mutation => ({ name, replacements: [{ file, from, to }], caughtBy });

const lmdb = 'lib/store/lmdb.js';
const flight = 'lib/partition/flight.js';
const access = 'lib/partition/requests/find.js';

export const mutations: readonly Mutation[] = [
  {
    name: 'noSync: commits do not wait for the disk',
    replacements: [
      { file: lmdb, from: 'overlappingSync: false,', to: 'overlappingSync: false, noSync: !0,' },
    ],
    caughtBy: ['parts/durability.test.js'],
  },
  {
    name: 'reply before commit',
    replacements: [
      {
        file: flight,
        from: 'this.#newest = core.store.append(writeSet).then((outcome) => {',
        to: 'this.#finish(turn); this.#newest = core.store.append(writeSet).then((outcome) => {',
      },
    ],
    caughtBy: ['parts/durability.test.js', 'simulation/simulation.test.js'],
  },
  {
    name: 'a failed commit is taken for a durable one',
    replacements: [
      { file: lmdb, from: 'observe(error);', to: "observe(error); return resolve('durable');" },
    ],
    caughtBy: ['parts/failing-disk.test.js'],
  },
  {
    name: 'outbox skipped: events are not stored',
    replacements: [
      { file: flight, from: 'core.outbox.append(turn, core.time.takeStep());', to: '' },
    ],
    caughtBy: ['crash/kill.test.js'],
  },
  {
    name: 'forwarding skipped: requests for another partition vanish',
    replacements: [
      {
        file: 'lib/partition/moves/pass-on.js',
        from: "core.ports.send(partition, { type: 'forward', request: forwarded, waitLeftMs, waitedFor });",
        to: 'true;',
      },
    ],
    caughtBy: ['partition/hand-off.test.js'],
  },
  {
    name: 'forwarding skipped: who was moved is unknown at home',
    replacements: [
      { file: access, from: 'if (at === undefined)', to: 'if (at === undefined || true)' },
    ],
    caughtBy: ['simulation/simulation.test.js', 'partition/hand-off.test.js'],
  },
  {
    name: 'requests for one interaction overtake others that wait for its move',
    replacements: [
      {
        file: 'lib/partition/moves/home-order.js',
        from: 'if (byId.size === 0 && waiting.isEmpty)',
        to: 'if (true)',
      },
    ],
    caughtBy: ['simulation/order.test.js'],
  },
  {
    name: 'overlay off for ranges, of what is on its way to the disk',
    replacements: [
      {
        file: 'lib/store/layered.js',
        from: 'return layeredRange(this.medium, this.layers, table, options);',
        to: 'return this.medium.range(table, options);',
      },
    ],
    caughtBy: ['store/conformance.test.js', 'partition/ranges.test.js'],
  },
  {
    name: 'overlay off for ranges, of the turn itself',
    replacements: [
      {
        file: 'lib/store/draft.js',
        from: 'return layeredRange(this.base, this.layers, table, options);',
        to: 'return this.base.range(table, options);',
      },
    ],
    caughtBy: ['store/conformance.test.js', 'partition/ranges.test.js'],
  },
  {
    name: 'counter lane reset when an actor is built again',
    replacements: [
      {
        file: 'lib/counters/index.js',
        from: 'enabled: (group) =>',
        to: 'reset: () => counters.fill(0), enabled: (group) =>',
      },
      {
        file: 'lib/actor/cell.js',
        from: 'lane: runtime.lane,',
        to: 'lane: (runtime.lane.reset(), runtime.lane),',
      },
    ],
    caughtBy: ['crash/actor-crash.test.js'],
  },
  {
    name: 'a row that was deleted and put again counts as new: its delete goes no further',
    replacements: [{ file: 'lib/store/overlay.js', from: 'if (wasSaid)', to: 'if (false)' }],
    caughtBy: ['store/overlay.test.js', 'store/conformance.test.js'],
  },
  {
    name: 'every row counts as new: what LMDB has of it stays',
    replacements: [
      {
        file: 'lib/store/draft.js',
        from: 'put(table, key, value, isNew = false)',
        to: 'put(table, key, value, isNew = true)',
      },
    ],
    caughtBy: ['store/overlay.test.js'],
  },
  {
    name: 'a request that was passed on is also refused by the actor that crashes',
    replacements: [
      {
        file: 'lib/host/actor.js',
        from: 'this.#passedOn.add(message.request.frame);',
        to: ';',
      },
    ],
    caughtBy: ['crash/actor-crash.test.js'],
  },
];
