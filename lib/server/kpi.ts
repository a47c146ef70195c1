/**
 * The KPI counters (domain 6): which groups there are, what their slots mean, and the options that
 * switch them. Slots of `requests` and `esp-errors` are message numbers, those of `errors` are codes.
 */
import { counterGroupEnabled, readCounters, setCounterGroup } from '../counters/index.js';
import type { CounterBlock } from '../counters/index.js';
import { IxionError, errorNameOf } from '../errors.js';
import { requests } from '../protocol/requests.js';

/** Slots of each group: for `createCounterBlock`. */
export const counterGroups = { requests: 2_048, errors: 2_048, 'esp-errors': 2_048 } as const;
export type CounterGroup = keyof typeof counterGroups;

/** Option of section [settings] for each group. */
const groupOfOption: Readonly<Record<string, CounterGroup>> = {
  'collect-request-counters': 'requests',
  'collect-error-counters': 'errors',
  'collect-esp-error-counters': 'esp-errors',
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
  return {
    ...(Requests && { Requests }),
    ...(Errors && { Errors }),
    ...(EspErrors && { EspErrors }),
  };
}

const requestNames = new Map(requests.map(({ number, name }) => [number, name]));
