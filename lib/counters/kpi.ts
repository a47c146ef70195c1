/**
 * The KPI counters: which groups there are, what their slots mean, and the options that
 * switch them. Slots of `requests` and `esp-errors` are message numbers, those of `errors` are
 * codes, those of `latency` a histogram for each kind of request.
 */
import { counterGroupEnabled, readCounters, setCounterGroup } from './index.js';
import type { CounterBlock } from './index.js';
import { latencyRanges, latencySlots, summarizeLatency, type LatencySummary } from './latency.js';
import { IxionError, errorNameOf } from '../errors.js';
import { requests } from '../protocol/requests.js';

/**
 * The histograms of group `latency`, in their order; see `RequestKind` for what belongs to which.
 */
const latencyKinds = ['Other', 'NewWork', 'Pull', 'Read'] as const;
export type LatencyKind = (typeof latencyKinds)[number];
export const latencyGroup = 'latency';

/** Slots of each group: for `createCounterBlock`. */
export const counterGroups = {
  requests: 2_048,
  errors: 2_048,
  'esp-errors': 2_048,
  [latencyGroup]: latencyKinds.length * latencySlots,
} as const;
export type CounterGroup = keyof typeof counterGroups;

/** Option of section [settings] for each group. */
const groupOfOption: Readonly<Record<string, CounterGroup>> = {
  'collect-request-counters': 'requests',
  'collect-error-counters': 'errors',
  'collect-esp-error-counters': 'esp-errors',
  'collect-latency': latencyGroup,
};

/** Names of the options that can be switched while the server runs. */
export const kpiOptionNames: readonly string[] = Object.keys(groupOfOption);

/**
 * Switches counters by option name and value "true" or "false"; all of them or, on an error, none.
 * @throws {IxionError} OptionInvalid, naming the option
 */
export function applyKpiOptions(
  block: CounterBlock,
  options: Readonly<Record<string, unknown>>,
): void {
  const changes = Object.entries(options).map(([name, value]): [CounterGroup, boolean] => {
    const group = Object.hasOwn(groupOfOption, name) ? groupOfOption[name] : undefined;
    if (group === undefined) {
      const known = kpiOptionNames.join(', ');
      throw new IxionError('OptionInvalid', `no option "${name}"; there are: ${known}`);
    }
    if (value !== 'true' && value !== 'false' && typeof value !== 'boolean') {
      throw new IxionError('OptionInvalid', `option "${name}" takes "true" or "false"`);
    }
    return [group, value === true || value === 'true'];
  });
  for (const [group, on] of changes) setCounterGroup(block, group, on);
}

/** The sums of the groups that are on, by name; what was never counted is left out. */
export function readKpi(block: CounterBlock): {
  Requests?: Record<string, number>;
  Errors?: Record<string, number>;
  EspErrors?: Record<string, number>;
  Latency?: Partial<Record<LatencyKind, LatencySummary>>;
} {
  const sums = readCounters(block);
  const read = (
    group: CounterGroup,
    nameOf: (slot: number) => string | undefined,
  ): Record<string, number> | undefined => {
    if (!counterGroupEnabled(block, group)) return undefined;
    const named: Record<string, number> = {};
    for (const [slot, count] of (sums[group] as Float64Array).entries()) {
      if (count > 0) named[nameOf(slot) ?? String(slot)] = count;
    }
    return named;
  };
  const Requests = read('requests', (slot) => requestNames.get(slot));
  const Errors = read('errors', errorNameOf);
  const EspErrors = read('esp-errors', (slot) => requestNames.get(slot));
  const Latency = readLatency(block, summarizeLatency);
  return {
    ...(Requests && { Requests }),
    ...(Errors && { Errors }),
    ...(EspErrors && { EspErrors }),
    ...(Latency && { Latency }),
  };
}

/** What the histograms say that have something; undefined while they are off. */
function readLatency<Report>(
  block: CounterBlock,
  tell: (slots: Float64Array) => Report,
): Partial<Record<LatencyKind, Report>> | undefined {
  if (!counterGroupEnabled(block, latencyGroup)) return undefined;
  const all = readCounters(block)[latencyGroup]!;
  const told: Partial<Record<LatencyKind, Report>> = {};
  for (const [index, kind] of latencyKinds.entries()) {
    const slots = all.subarray(index * latencySlots, (index + 1) * latencySlots);
    if (slots.some((count) => count > 0)) told[kind] = tell(slots);
  }
  return told;
}

/** The histograms with their ranges, for the status; undefined while they are off. */
export const readLatencyRanges = (block: CounterBlock) =>
  readLatency(block, (slots) => ({ ...summarizeLatency(slots), ranges: latencyRanges(slots) }));

const requestNames = new Map(requests.map(({ number, name }) => [number, name]));
