/** What the server says of agents, as the SDK hands it out. */
import type { Attributes } from '../protocol/index.js';
import { numberIn } from './administration.js';
import { nonsense, textOf } from './results.js';
import type * as Sdk from './types.js';

export const reasonOf = (values: Attributes): string | undefined =>
  textOf(values, 'ReasonSystemName');

const isTrue = (value: unknown): boolean => value === true || value === 1;

const numberOf = (values: Attributes, name: string): number | undefined =>
  typeof values[name] === 'number' ? values[name] : undefined;

/** @throws {IxionError} Internal, as all below */
export function statusOf(attributes: Attributes): Sdk.AgentStatus {
  return {
    placeId: textOf(attributes, 'PlaceId') ?? '',
    doNotDisturb: isTrue(attributes['DoNotDisturb']),
    reason: reasonOf(attributes),
    media: mediaRowsOf(attributes).map(toMedium),
    wrapUps: rowsOf(attributes, 'WrapUps').map(toWrapUp),
  };
}

/** A list of maps; one that is not there is empty. */
function rowsOf(attributes: Attributes, name: string): readonly Attributes[] {
  const rows = attributes[name] ?? [];
  if (!Array.isArray(rows)) throw nonsense(name);
  return rows as readonly Attributes[];
}

const toWrapUp = (row: Attributes): Sdk.WrapUp => ({
  interactionId: textOf(row, 'InteractionId') ?? '',
  medium: textOf(row, 'MediaTypeName') ?? '',
  queue: textOf(row, 'Queue') ?? '',
  mode: (textOf(row, 'Mode') ?? 'until-done') as Sdk.WrapUp['mode'],
  needsCode: isTrue(row['NeedsCode']),
  since: numberIn(row, 'Since'),
  until: numberOf(row, 'Until'),
  code: textOf(row, 'DispositionCode'),
});

function mediaRowsOf({ Media: media }: Attributes): readonly Attributes[] {
  if (!Array.isArray(media)) throw nonsense('Media');
  return media as readonly Attributes[];
}

const toMedium = (row: Attributes): Sdk.AgentMedium => ({
  name: textOf(row, 'Name') ?? '',
  state: (textOf(row, 'State') ?? 'not-ready') as Sdk.AgentMedium['state'],
  ready: isTrue(row['Ready']),
  current: numberIn(row, 'Current'),
  greatest: numberIn(row, 'Greatest'),
  free: numberIn(row, 'Free'),
  reason: reasonOf(row),
});

const toListedMedium = (row: Attributes): Sdk.ListedMedium => ({
  ...toMedium(row),
  inHand: numberOf(row, 'InHand') ?? 0,
  offered: numberOf(row, 'Offered') ?? 0,
  inWrapUp: numberOf(row, 'InWrapUp') ?? 0,
});

/** A page of EventAgentList. */
export function agentPage(answer: Attributes): {
  readonly agents: readonly Sdk.ListedAgent[];
  readonly next: string | undefined;
} {
  const { Agents: rows } = answer;
  if (!Array.isArray(rows)) throw nonsense('Agents');
  const agents = rows.map((row: Attributes) => ({
    agentId: textOf(row, 'AgentId') ?? '',
    placeId: textOf(row, 'PlaceId') ?? '',
    tenantId: numberIn(row, 'TenantId'),
    clientName: textOf(row, 'ClientName') ?? '',
    loggedInAt: numberIn(row, 'LoggedInAt'),
    doNotDisturb: isTrue(row['DoNotDisturb']),
    connections: numberIn(row, 'Connections'),
    lostAt: numberOf(row, 'LostAt'),
    exceeded: numberIn(row, 'Exceeded'),
    reason: reasonOf(row),
    wrapUps: rowsOf(row, 'WrapUps').map(toWrapUp),
    reservedBy: textOf(row, 'ReservedBy'),
    outside: (row['Outside'] ?? {}) as Readonly<Record<string, number>>,
    media: mediaRowsOf(row).map(toListedMedium),
  }));
  return { agents, next: textOf(answer, 'Next') };
}
