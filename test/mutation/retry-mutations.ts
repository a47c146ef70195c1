/** Changes that make a repeated request be done twice, or be answered otherwise. */
import type { Mutation } from './mutations.js';

const repetition = 'lib/partition/requests/repetition.js';
const awayResults = 'lib/partition/moves/away-results.js';
const retryKeys = 'lib/partition/ledger/retry-keys.js';
const inPartition = 'partition/repetition.test.js';
const history = 'crash/history.test.js';

export const retryMutations: readonly Mutation[] = [
  {
    name: 'retry keys forgotten: a repeated request is executed again',
    replacements: [
      { file: repetition, from: 'if (kept !== undefined)', to: 'if (kept !== undefined && false)' },
    ],
    caughtBy: ['simulation/simulation.test.js', 'crash/kill.test.js', history],
  },
  {
    name: 'eight results stay with an interaction, the others are lost',
    replacements: [
      {
        file: awayResults,
        from: 'record.results = [...youngResults(core, record), noted];',
        to: 'record.results = [...youngResults(core, record), noted].slice(-8);',
      },
    ],
    caughtBy: [inPartition, 'simulation/simulation.test.js', history],
  },
  {
    name: 'home says that it has noted results before they are stored',
    replacements: [
      {
        file: awayResults,
        from: "turn.send(from, { type: 'results-noted', id, results });",
        to: "core.ports.send(from, { type: 'results-noted', id, results });",
      },
    ],
    caughtBy: [inPartition],
  },
  {
    name: 'an end away from home sends only its own result',
    replacements: [
      {
        file: 'lib/partition/requests/stop.js',
        from: 'results: record.results };',
        to: 'results: record.results.slice(-1) };',
      },
    ],
    caughtBy: [inPartition, 'simulation/simulation.test.js', history],
  },
  {
    name: 'results are dropped when an interaction comes home',
    replacements: [
      {
        file: 'lib/partition/moves/hand-off.js',
        from: 'for (const result of record.results)',
        to: 'for (const result of [])',
      },
    ],
    caughtBy: [inPartition, 'simulation/simulation.test.js', history],
  },
  {
    name: 'the content of a request is not compared: any with its key is the same',
    replacements: [
      { file: repetition, from: '&& known.digest === request.digest', to: '' },
      { file: repetition, from: 'if (kind === kindOf(request)', to: 'if (true' },
    ],
    caughtBy: [inPartition, history],
  },
  {
    name: 'what may be forgotten is executed again',
    replacements: [{ file: repetition, from: "if (past !== 'forgotten')", to: 'if (true)' }],
    caughtBy: [inPartition, 'simulation/simulation.test.js'],
  },
  {
    name: 'keys are not read back for a request without the flag',
    replacements: [
      { file: repetition, from: 'Infinity : limits.unflaggedRetryMs', to: 'Infinity : -Infinity' },
    ],
    caughtBy: [inPartition],
  },
  {
    name: 'a partition believes after a start that it has forgotten nothing',
    replacements: [
      { file: retryKeys, from: 'this.#floorMs = head.floorMs;', to: 'this.#floorMs = 0;' },
    ],
    caughtBy: ['partition/retry-keys.test.js'],
  },
];
