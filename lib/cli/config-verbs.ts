/** What `ixion config` does with the configuration objects of a running server. */
import { createReadStream, createWriteStream } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { privateFile } from '../disk/private.js';
import { errorTable, IxionError, type ErrorName } from '../errors.js';
import { describeFault, type Fault } from '../objects/fault.js';
import type { Progress as ObjectProgress } from '../objects/port.js';
import type { IndexRow, VersionHeader } from '../objects/rows.js';
import type { ChangeResult, ToldChange } from '../objects/service.js';
import { writeTime } from '../text/index.js';
import { type AdminFlags, askAdmin, openAdmin } from './admin-client.js';
import { ExitError } from './command.js';
import { exitCodes, type ExitCode } from './exit-codes.js';
import type { Output } from './output.js';
import { tableLines } from './print.js';
import { Progress } from './progress.js';

const yamlType = 'application/yaml';

export interface ConfigFlags extends AdminFlags {
  readonly json: boolean;
  readonly output: Output;
}

/** Writes the objects of a version to a file, or to stdout. */
export async function exportObjects(
  file: string | undefined,
  version: number | undefined,
  flags: ConfigFlags,
): Promise<ExitCode> {
  const { json, output } = flags;
  const query = version === undefined ? '' : `?version=${version}`;
  const response = await openAdmin(flags, `/config/export${query}`);
  if (file !== undefined) {
    await pipeline(response, createWriteStream(file, { mode: privateFile })).catch(
      (error: unknown) => {
        throw new ExitError(
          exitCodes.data,
          `${file} cannot be written: ${(error as Error).message}`,
        );
      },
    );
    output.text(json ? `${JSON.stringify({ file })}\n` : `${file} written\n`);
    return exitCodes.ok;
  }
  let yaml = '';
  for await (const piece of response.setEncoding('utf8')) {
    if (output.gone.aborted) break;
    if (json) yaml += piece as string;
    else output.text(piece as string);
  }
  if (json) output.text(`${JSON.stringify({ yaml })}\n`);
  return exitCodes.ok;
}

/** Shows or makes the change to what a file says. */
export async function applyFile(
  file: string,
  options: {
    readonly dryRun: boolean;
    readonly merge: boolean;
    readonly comment: string | undefined;
  },
  flags: ConfigFlags,
): Promise<ExitCode> {
  const query = new URLSearchParams({
    ...author(options.comment),
    dryRun: String(options.dryRun),
    merge: String(options.merge),
  });
  const source = file === '-' ? process.stdin : createReadStream(file);
  const readable = new Promise<never>((_, reject) => {
    source.once('error', (error: Error) =>
      reject(new ExitError(exitCodes.data, `${file} cannot be read: ${error.message}`)),
    );
  });
  const body = { type: yamlType, file: source };
  const work = change(`/config/apply?${String(query)}`, body, file, flags);
  // A file that cannot be read ends the request too; its own error says why.
  return Promise.race([readable, work]);
}

/** Makes the objects what they were in an old version. */
export function rollback(
  version: number,
  comment: string | undefined,
  flags: ConfigFlags,
): Promise<ExitCode> {
  const query = new URLSearchParams({
    ...author(comment),
    version: String(version),
  });
  return change(`/config/rollback?${String(query)}`, {}, 'rollback', flags);
}

/** Shows the versions, or what one of them changed. */
export async function history(
  version: number | undefined,
  count: number | undefined,
  flags: ConfigFlags,
): Promise<ExitCode> {
  const { json, output } = flags;
  if (version !== undefined) {
    const path = `/config/changes?version=${version}`;
    const found = (await askAdmin(flags, path)) as { changes: IndexRow };
    if (json) output.text(`${JSON.stringify(found)}\n`);
    else
      for (const [kind, name, word] of found.changes) await output.line(`${word} ${kind} ${name}`);
    return exitCodes.ok;
  }
  const query = count === undefined ? '' : `?count=${count}`;
  const found = (await askAdmin(flags, `/config/history${query}`)) as { versions: VersionHeader[] };
  if (json) output.text(`${JSON.stringify(found)}\n`);
  else for (const line of historyLines(found.versions)) await output.line(line);
  return exitCodes.ok;
}

function historyLines(versions: readonly VersionHeader[]): string[] {
  const rows = versions.map((one) => [
    String(one.version),
    writeTime(one.at),
    one.who,
    `+${one.added} ~${one.changed} -${one.removed}`,
    one.comment,
  ]);
  return tableLines(['version', 'when', 'who', 'changes', 'comment'], rows);
}

/** Who changes: the user of this machine, unless a token says who it is. */
function author(comment: string | undefined): { who: string; comment: string } {
  return { who: `${userInfo().username}@${hostname()}`, comment: comment ?? '' };
}

type Line =
  | { readonly progress: ObjectProgress }
  | { readonly refused: readonly Fault[] }
  | { readonly error: string; readonly message: string }
  | ChangeResult;

async function change(
  path: string,
  body: object,
  source: string,
  flags: ConfigFlags,
): Promise<ExitCode> {
  const { json, output } = flags;
  const response = await openAdmin(flags, path, body);
  const progress = new Progress(output, (done) => `${Math.round(done)}`, json);
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
  if ('refused' in last) {
    if (json) output.text(`${JSON.stringify(last)}\n`);
    else for (const fault of last.refused) output.error(`${source}:${describeFault(fault)}`);
    return exitCodes.configuration;
  }
  if (json) output.text(`${JSON.stringify(last)}\n`);
  else for (const line of resultLines(last)) await output.line(line);
  return exitCodes.ok;
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
  const total = added + changed + removed;
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
    const held = interactions === 0 ? '' : `, with ${interactions} interactions`;
    yield `queue ${queue}: partition ${from} -> ${to}${held}`;
  }
  const all = moving.reduce((sum, { interactions }) => sum + interactions, 0);
  yield `${isApplied ? 'moving' : 'would move'} ${all} interactions in the background`;
}

function describeChange({ kind, name, change: word, fields }: ToldChange): string {
  const detail = fields.map(
    ({ field, before, after }) => `${field} ${shown(before)} -> ${shown(after)}`,
  );
  return `${signs[word]} ${kind} ${name}${detail.length === 0 ? '' : `: ${detail.join('; ')}`}`;
}

const shown = (value: unknown): string => (value === undefined ? '(none)' : JSON.stringify(value));
