/** Rows that can hardly be what happened. They are simulated as they are, and told. Pure. */
import type { Journey } from './journey.js';

const longWaitSeconds = 2 * 3_600;
const longServiceSeconds = 4 * 3_600;
/** Contacts of one agent that overlap by more than the clocks of a recording disagree. */
const overlapSeconds = 5;

/** One kind of oddity, and the lines that have it. */
export interface RowWarning {
  readonly what: string;
  readonly lines: readonly number[];
}

type Test = (journey: Journey) => boolean;

const tests: readonly { readonly what: string; readonly test: Test }[] = [
  {
    what: 'the contact left the menu before it came (vru_time is negative)',
    test: ({ record }) => record.vruTimeSeconds < 0,
  },
  {
    what: `a wait of more than ${longWaitSeconds / 3_600} hours`,
    test: ({ waitSeconds }) => waitSeconds > longWaitSeconds,
  },
  {
    what: `a service of more than ${longServiceSeconds / 3_600} hours`,
    test: ({ serviceSeconds }) => serviceSeconds > longServiceSeconds,
  },
  {
    what: 'served in no time',
    test: ({ kind, serviceSeconds }) => kind === 'served' && serviceSeconds === 0,
  },
  {
    what: 'served, and nobody is named',
    test: ({ kind, agentName }) => kind === 'served' && agentName === undefined,
  },
  {
    what: 'gave up, and has a time of service',
    test: ({ kind, record }) =>
      kind !== 'served' && kind !== 'phantom' && record.serviceTimeSeconds > 0,
  },
];

/** What is odd about these contacts; kinds that nothing has are left out. */
export function warningsOf(journeys: readonly Journey[]): RowWarning[] {
  const lines = (of: readonly Journey[]): number[] =>
    of.map(({ record }) => record.lineNumber).toSorted((a, b) => a - b);
  return [
    ...tests.map(({ what, test }) => ({ what, lines: lines(journeys.filter(test)) })),
    { what: 'its agent serves another at the time', lines: lines(overlapping(journeys)) },
  ].filter((warning) => warning.lines.length > 0);
}

/** Those that begin while their agent's contact before is not over. */
function overlapping(journeys: readonly Journey[]): Journey[] {
  const freeAt = new Map<string, number>();
  return journeys
    .filter(({ kind, agentName }) => kind === 'served' && agentName !== undefined)
    .toSorted((a, b) => a.queueExitAtSeconds - b.queueExitAtSeconds)
    .filter(({ agentName = '', queueExitAtSeconds, serviceSeconds }) => {
      const before = freeAt.get(agentName) ?? Number.NEGATIVE_INFINITY;
      freeAt.set(agentName, Math.max(before, queueExitAtSeconds + serviceSeconds));
      return queueExitAtSeconds + overlapSeconds < before;
    });
}
