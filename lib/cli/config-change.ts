/** A change of the configuration objects of a running server: asked for, followed, and shown. */
import { createInterface } from 'node:readline';
import { errorTable, IxionError, type ErrorName } from '../errors.js';
import type { Fault } from '../objects/fault.js';
import type { Progress as ObjectProgress } from '../objects/config-store.js';
import type { ChangeResult, ReportedChange } from '../objects/config-service.js';
import { type AdminFlags, openAdmin } from './admin-client.js';
import { refusedExit } from './refusal-exit.js';
import type { Output } from './output.js';
import { Progress } from './progress.js';

/** What every verb of `ixion config` is given. */
export interface ConfigFlags extends AdminFlags {
  readonly json: boolean;
  readonly output: Output;
}

type Line =
  | { readonly progress: ObjectProgress }
  | { readonly refused: readonly Fault[] }
  | { readonly error: string; readonly message: string }
  | ChangeResult;

/** A request for a change. */
export interface ChangeRequest {
  /** Of the admin listener, with its query. */
  readonly path: string;
  readonly body: object;
  /** What the change comes from, for messages. */
  readonly source: string;
}

/**
 * Asks for a change, or for what it would be, and follows it to its end.
 * @throws {ExitError} when the server refuses it: 78, with all faults
 * @throws {IxionError} ConnectionLost when it is not known what became of it, and as `openAdmin`
 */
export async function askForChange(
  { path, body, source }: ChangeRequest,
  flags: ConfigFlags,
): Promise<ChangeResult> {
  const response = await openAdmin(flags, path, body);
  const progress = new Progress(flags.output, (done) => `${Math.round(done)}`, flags.json);
  let last: Line | undefined;
  try {
    for await (const text of createInterface({ input: response })) {
      last = JSON.parse(text) as Line;
      if ('progress' in last) showProgress(progress, last.progress);
    }
  } catch (error) {
    throw new IxionError('ConnectionLost', unknownEnd, { cause: error });
  }
  if (last === undefined || 'progress' in last) throw new IxionError('ConnectionLost', unknownEnd);
  if ('error' in last) {
    const name = Object.hasOwn(errorTable, last.error) ? (last.error as ErrorName) : 'Internal';
    throw new IxionError(name, last.message);
  }
  if ('refused' in last) throw refusedExit(source, last.refused);
  return last;
}

/** Objects that differ. */
export const differences = ({ added, changed, removed }: ChangeResult): number =>
  added + changed + removed;

/** Prints a change that was made, or would be. */
export async function showChange(
  result: ChangeResult,
  { json, output }: ConfigFlags,
): Promise<void> {
  if (json) output.text(`${JSON.stringify(result)}\n`);
  else for (const line of resultLines(result)) await output.line(line);
}

const unknownEnd = 'the server ended before it said what became of the change; see the history';

/** Reading and writing take about as long. */
function showProgress(progress: Progress, { stage, done }: ObjectProgress): void {
  const before = stage === 'read' ? 0 : 50;
  progress.update(before + (stage === 'check' ? 0 : done * 50), 100, `, ${stage}`);
}

/** For people; programs get more. */
const changesShown = 100;

const signs = { added: '+', changed: '~', removed: '-' } as const;

function* resultLines(result: ChangeResult): Generator<string> {
  const { added, changed, removed, changes, version, isApplied, effects, moving } = result;
  const shownChanges = changes.slice(0, changesShown);
  for (const one of shownChanges) yield describeChange(one);
  const total = differences(result);
  if (total > shownChanges.length) yield `and ${total - shownChanges.length} more`;
  const counts = `${added} added, ${changed} changed, ${removed} removed`;
  if (total === 0) yield `no difference to version ${version}`;
  else if (isApplied) yield `version ${version}: ${counts}`;
  else yield `would be, after version ${version}: ${counts}`;
  yield* movingLines(moving, isApplied);
  if (effects.restart.length > 0) yield `after a restart: ${effects.restart.join(', ')}`;
  if (effects.kept.length > 0) yield `kept, without effect yet: ${effects.kept.join(', ')}`;
}

function* movingLines(moving: ChangeResult['moving'], isApplied: boolean): Generator<string> {
  if (moving.length === 0) return;
  for (const { queue, from, to, interactions } of moving.slice(0, changesShown)) {
    const inside = interactions === 0 ? '' : `, with ${interactions} interactions`;
    yield `queue ${queue}: partition ${from} -> ${to}${inside}`;
  }
  const all = moving.reduce((sum, { interactions }) => sum + interactions, 0);
  yield `${isApplied ? 'moving' : 'would move'} ${all} interactions in the background`;
}

function describeChange({ kind, name, change: word, fields }: ReportedChange): string {
  const detail = fields.map(
    ({ field, before, after }) => `${field} ${shown(before)} -> ${shown(after)}`,
  );
  return `${signs[word]} ${kind} ${name}${detail.length === 0 ? '' : `: ${detail.join('; ')}`}`;
}

const shown = (value: unknown): string => (value === undefined ? '(none)' : JSON.stringify(value));
