/** What acts of a supervisor on many have in common: their number, their limits, their audit. */
import { IxionError } from '../errors.js';
import { limits } from '../limits.js';
import type { Client } from './client.js';
import { bytesMaxOf } from './frames.js';
import type { DeskParts } from './parts.js';

/** What the request says of it. */
export interface BulkBody {
  readonly Preview: boolean | undefined;
  readonly Operation: number | undefined;
  readonly Total: number | undefined;
  readonly ReasonSystemName: string;
  readonly ReasonDescription: string | undefined;
}

/** What became of one. `error` undefined: it was done, or would be. */
export interface BulkResult {
  readonly id: string;
  readonly error: IxionError | undefined;
  /** More of its row in the answer. */
  readonly row: Record<string, unknown>;
}

/** An act as the audit log has it. */
export interface BulkEntry {
  readonly event: string;
  readonly kind: 'interactions' | 'agents';
  readonly [detail: string]: unknown;
}

/** What is worked on at once. */
const atOnce = 64;
/** Of an answer, before its rows. */
const headBytes = 1_024;
/** Names in one line of the audit log. */
const idsPerLine = 500;

/**
 * Does the act to each, some at once, and tells how it ended; of a preview nothing is noted.
 * @param one does it; what it throws as an IxionError is the affair of that one
 * @throws {IxionError} NotPermitted, WrongAttributeType: nothing was done
 */
export async function inBulk(
  parts: DeskParts,
  client: Client,
  body: BulkBody,
  given: readonly string[],
  entry: BulkEntry,
  one: (id: string, operation: number) => Promise<Record<string, unknown>>,
): Promise<{ readonly Operation: number | undefined; readonly results: readonly BulkResult[] }> {
  const ids = [...new Set(given)];
  if (ids.length === 0) throw new IxionError('MissingAttribute', 'the list is empty');
  const isPreview = body.Preview === true;
  checkCount(client, body, ids.length);
  const operation = isPreview ? undefined : await numberOf(parts, client, body, ids.length);
  const note = (event: string, more: object): void => {
    if (operation !== undefined) noteAct(parts, client, body, { ...entry, event }, operation, more);
  };
  for (let from = 0; from < ids.length; from += idsPerLine) {
    note(entry.event, { [entry.kind]: ids.slice(from, from + idsPerLine) });
  }
  const results = await eachOf(ids, (id) => one(id, operation ?? 0));
  const refused = results.filter(({ error }) => error !== undefined);
  const named = refused.map(({ id, error }) => [id, error!.errorName]);
  for (let from = 0; from < Math.max(1, named.length); from += idsPerLine) {
    const isFirst = from === 0;
    note(`${entry.event}: outcome`, {
      ...(isFirst && { done: results.length - refused.length, refusedCount: refused.length }),
      refused: Object.fromEntries(named.slice(from, from + idsPerLine)),
    });
  }
  return { Operation: operation, results };
}

/**
 * The answer to it. Where all of it is more than a frame takes, the last ones are without what was
 * said of them beside an error: what was done is told in any case.
 */
export function bulkAnswer(
  { Operation, results }: Awaited<ReturnType<typeof inBulk>>,
  idName: string,
  listName: string,
): Readonly<Record<string, unknown>> {
  const Refused = results.filter(({ error }) => error !== undefined).length;
  const rows = results.map(({ id, error }) => ({
    [idName]: id,
    ErrorCode: error?.code,
    ErrorDescription: error?.message,
  }));
  let leftBytes = limits.frameBytes - headBytes - bytesMaxOf(rows);
  for (const [at, { row }] of results.entries()) {
    leftBytes -= bytesMaxOf(row);
    if (leftBytes < 0) break;
    Object.assign(rows[at]!, row);
  }
  return { Operation, Done: results.length - Refused, Refused, [listName]: rows };
}

/** @throws {IxionError} NotPermitted */
function checkCount({ info, operation }: Client, body: BulkBody, count: number): void {
  const isPart = body.Operation !== undefined;
  if (isPart && operation?.number !== body.Operation) {
    const detail = `this client has not begun an act with the number ${body.Operation}`;
    throw new IxionError('NotPermitted', detail);
  }
  const before = isPart ? operation!.count : 0;
  const total = Math.max(body.Total ?? 0, before + count);
  if (total <= limits.supervisedAtOnce || info.role === 'admin') return;
  const most = limits.supervisedAtOnce.toLocaleString('en');
  throw new IxionError('NotPermitted', `more than ${most} in one act need the role admin`);
}

async function numberOf(
  { operations }: DeskParts,
  client: Client,
  { Operation }: BulkBody,
  count: number,
): Promise<number> {
  const number = Operation ?? (await operations.next());
  const before = Operation === undefined ? 0 : client.operation!.count;
  client.operation = { number, count: before + count };
  return number;
}

function noteAct(
  { audit }: DeskParts,
  { info }: Client,
  body: BulkBody,
  { event, kind: _, ...details }: BulkEntry,
  operation: number,
  more: object,
): void {
  audit.note({
    event,
    who: info.clientName,
    role: info.role,
    address: info.address,
    operation,
    ...details,
    reason: body.ReasonSystemName,
    description: body.ReasonDescription,
    ...more,
  });
}

/** In the order of the list, some at once. */
async function eachOf(
  ids: readonly string[],
  one: (id: string) => Promise<Record<string, unknown>>,
): Promise<BulkResult[]> {
  const results = new Array<BulkResult>(ids.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < ids.length) {
      const at = next++;
      const id = ids[at]!;
      try {
        results[at] = { id, error: undefined, row: await one(id) };
      } catch (error) {
        if (!(error instanceof IxionError)) throw error;
        results[at] = { id, error, row: {} };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, ids.length) }, worker));
  return results;
}
