/** The life of an interaction, as PROTOCOL.md shows it: made from the table of its transitions. */
import { EventNumber } from '../interaction/event.js';
import { isPresent, Stage, transitions, type Transition } from '../interaction/lifecycle.js';
import { table } from './documentation-table.js';

/** Those that clients see. */
const all: readonly Transition[] = Object.values(transitions).filter(
  ({ label }) => label !== undefined,
);

/** As the page calls the stages. */
const stageNames: ReadonlyMap<Stage, string> = new Map([
  [Stage.queued, '0 queued'],
  [Stage.cached, '1 cached'],
  [Stage.routed, '2 with a router'],
  [Stage.handled, '3 with an agent'],
  [Stage.unborn, 'new'],
  [Stage.moving, 'on its way'],
  [Stage.ended, 'ended'],
]);
const nameOf = (stage: Stage): string => stageNames.get(stage)!;

/** Where it is in the diagram. */
const nodes: readonly Stage[] = [Stage.queued, Stage.routed, Stage.handled];
const boundaries: ReadonlySet<Stage> = new Set<Stage>([Stage.unborn, Stage.ended]);
const nodeOf = (stage: Stage): string => (boundaries.has(stage) ? '[*]' : `s${stage}`);

/** The diagram, as Mermaid draws it, and the table that it is made from. */
export function lifecycleSection(): string {
  const names = nodes.map((stage) => `  ${nodeOf(stage)} : ${nameOf(stage)}`);
  const lines = [...edges()].map(([edge, labels]) => `  ${edge} : ${[...labels].join(', ')}`);
  const diagram = ['```mermaid', 'stateDiagram-v2', ...names, ...lines, '```'].join('\n');
  const head = ['transition', 'from', 'to', 'owner', 'version', 'counted', 'events', 'by'];
  return `${diagram}\n\n${table(head, all.map(rowOf))}`;
}

/** Labels by edge, in the order of the table. */
function edges(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { label, from, to } of all) {
    for (const begin of from) {
      for (const end of to ?? [begin]) {
        const edge = `${nodeOf(begin)} --> ${nodeOf(end)}`;
        const labels = found.get(edge) ?? new Set<string>();
        found.set(edge, labels.add(label!));
      }
    }
  }
  return found;
}

const owners = { new: 'a new one', none: 'none', given: 'as sent' } as const;

function rowOf(transition: Transition): string[] {
  const { name, from, to, owner, growsVersion, isBirth, counts, events, by } = transition;
  const present = all.flatMap((one) => one.from).filter(isPresent);
  const isAny = new Set(from).size === new Set(present).size;
  return [
    name,
    isAny ? 'any state' : stages(from),
    to === undefined ? 'same' : stages(to),
    owner === undefined ? 'same' : owners[owner],
    isBirth ? '1, or as imported' : growsVersion ? 'one greater' : 'same',
    counts.join(', '),
    events.map((event) => `\`Event${eventNames.get(event)}\``).join(', '),
    by.replaceAll(/Request\w+|HoldUntil|Priority/g, '`$&`'),
  ];
}

const stages = (list: readonly Stage[]): string => list.map(nameOf).join(' or ');

const eventNames = new Map(Object.entries(EventNumber).map(([name, number]) => [number, name]));
