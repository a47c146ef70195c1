/** Acts of a supervisor on many, in as many requests as they take. */
import { errorNameOf } from '../errors.js';
import { limits } from '../limits.js';
import type { Attributes, Body, RequestName } from '../protocol/index.js';
import { numberIn } from './administration.js';
import { partsOf } from './bodies.js';
import type { Caller } from './caller.js';
import { nonsense } from './results.js';
import type * as Sdk from './types.js';

type Bulk<One> = Sdk.SupervisionResult<One>;

/** Sends the list in parts: all of them are one act, with one number. */
async function inParts<One>(
  caller: Caller,
  name: RequestName,
  ids: readonly string[],
  bodyOf: (part: readonly string[]) => Body,
  toOne: (row: Attributes) => One,
  listName: string,
  options: Sdk.CallOptions | undefined,
): Promise<Bulk<One>> {
  const all: One[] = [];
  let [operation, done, refused]: [number | undefined, number, number] = [undefined, 0, 0];
  const Total = ids.length > limits.supervisedAtOnce ? ids.length : undefined;
  for (const part of partsOf(ids, limits.supervisedAtOnce)) {
    const body: Body = { ...bodyOf(part ?? ids), Total };
    const { answer, rows } = await onePart(caller, name, body, operation, listName, options);
    all.push(...rows.map(toOne));
    done += numberIn(answer, 'Done');
    refused += numberIn(answer, 'Refused');
    operation = operationIn(answer) ?? operation;
  }
  return { operation, done, refused, all };
}

/** Sends one part of an act; `operation`: its number, undefined: it has none as yet. */
async function onePart(
  caller: Caller,
  name: RequestName,
  body: Body,
  operation: number | undefined,
  listName: string,
  options: Sdk.CallOptions | undefined,
): Promise<{ readonly answer: Attributes; readonly rows: readonly Attributes[] }> {
  const why = {
    ReasonSystemName: options?.reason?.systemName,
    ReasonDescription: options?.reason?.description,
    Extension: options?.extension,
  };
  const plan = { route: 'agent', key: '', result: (answer: Attributes) => answer } as const;
  const whole = { ...body, ...why, Operation: operation };
  const answer = await caller.call(name, whole, { ...plan, options });
  const rows = answer[listName];
  if (!Array.isArray(rows)) throw nonsense(listName);
  return { answer, rows: rows as readonly Attributes[] };
}

const operationIn = ({ Operation }: Attributes): number | undefined =>
  typeof Operation === 'number' ? Operation : undefined;

export const supervise = (
  caller: Caller,
  { act, interactionIds, agentId, placeId, queue, preview }: Sdk.Supervision,
  options: Sdk.CallOptions | undefined,
): Promise<Bulk<Sdk.SupervisedInteraction>> =>
  inParts(
    caller,
    'RequestSuperviseInteractions',
    interactionIds,
    (InteractionIds) => ({
      Act: act,
      InteractionIds,
      AgentId: agentId,
      PlaceId: placeId,
      Queue: queue,
      Preview: preview,
    }),
    toInteraction,
    'Interactions',
    options,
  );

/** Of an act with more than one answer holds, one part after the other. */
export async function restore(
  caller: Caller,
  { interactionIds, operation, preview }: Sdk.Restoring,
  options: Sdk.CallOptions | undefined,
): Promise<Bulk<Sdk.SupervisedInteraction>> {
  const name = 'RequestRestoreInteractions';
  const bodyOf = (InteractionIds: readonly string[] | undefined, After?: string): Body => ({
    InteractionIds,
    OfOperation: operation,
    After,
    Preview: preview,
  });
  const list = 'Interactions';
  if (interactionIds !== undefined || operation === undefined) {
    const ids = interactionIds ?? [];
    return inParts(caller, name, ids, bodyOf, toInteraction, list, options);
  }
  let sum: Bulk<Sdk.SupervisedInteraction> | undefined;
  let after: string | undefined;
  for (;;) {
    const body = bodyOf(undefined, after);
    const part = await onePart(caller, name, body, sum?.operation, list, options);
    const { answer, rows } = part;
    sum = {
      operation: operationIn(answer) ?? sum?.operation,
      done: (sum?.done ?? 0) + numberIn(answer, 'Done'),
      refused: (sum?.refused ?? 0) + numberIn(answer, 'Refused'),
      all: [...(sum?.all ?? []), ...rows.map(toInteraction)],
    };
    after = textOf(answer, 'Next');
    if (after === undefined) return sum;
  }
}

export const forceAgents = (
  caller: Caller,
  { agentIds, state, medium, preview }: Sdk.AgentForcing,
  options: Sdk.CallOptions | undefined,
): Promise<Bulk<Sdk.ForcedAgent>> =>
  inParts(
    caller,
    'RequestForceAgentStates',
    agentIds,
    (AgentIds) => ({
      AgentIds,
      AgentState: state,
      MediaTypeName: medium,
      Preview: preview,
    }),
    toAgent,
    'Agents',
    options,
  );

const textOf = (row: Attributes, name: string): string | undefined => {
  const value = row[name];
  return typeof value === 'string' ? value : undefined;
};

export const toInteraction = (row: Attributes): Sdk.SupervisedInteraction => ({
  interactionId: textOf(row, 'InteractionId') ?? '',
  queue: textOf(row, 'Queue'),
  state: row['InteractionState'] as number | undefined,
  assignedTo: textOf(row, 'AssignedTo'),
  exceeds: row['Exceeds'] === true,
  refused: refusalIn(row),
});

const toAgent = (row: Attributes): Sdk.ForcedAgent => {
  const media = row['MediaList'] as Readonly<Record<string, number>> | undefined;
  const entries = Object.entries(media ?? {}).map(([name, bit]) => [name, bit === 1] as const);
  return {
    agentId: textOf(row, 'AgentId') ?? '',
    media: media && Object.fromEntries(entries),
    refused: refusalIn(row),
  };
};

function refusalIn(row: Attributes): Sdk.OneRefusal | undefined {
  const code = row['ErrorCode'];
  if (typeof code !== 'number') return undefined;
  return {
    name: errorNameOf(code) ?? String(code),
    code,
    message: textOf(row, 'ErrorDescription') ?? '',
  };
}
