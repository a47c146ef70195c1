/** What `ixion config` does with the configuration objects of a running server. */
import { createReadStream, createWriteStream } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { pipeline } from 'node:stream/promises';
import { privateFile } from '../disk/private.js';
import type { IndexRow, VersionHeader } from '../objects/rows.js';
import type { ChangeResult } from '../objects/config-service.js';
import { writeTime } from '../text/index.js';
import { askAdmin, openAdmin } from './admin-client.js';
import { ExitError } from './command.js';
import { fileExit } from './file-errors.js';
import { askForChange, type ConfigFlags, differences, showChange } from './config-change.js';
import { exitCodes, type ExitCode } from './exit-codes.js';
import { withTimes } from './present.js';
import { tableLines } from './print.js';

const yamlType = 'application/yaml';

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
        throw fileExit(error, file, 'written');
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

/** What an application of a file is told. */
export interface ApplyFlags {
  readonly merge: boolean;
  readonly prune: boolean;
  readonly comment?: string | undefined;
}

/** Asks for the change to what a file says, or for what it would be. */
function askForFile(
  file: string,
  { merge, prune, comment }: ApplyFlags,
  dryRun: boolean,
  flags: ConfigFlags,
): Promise<ChangeResult> {
  const query = new URLSearchParams({
    ...author(comment),
    dryRun: String(dryRun),
    merge: String(merge),
    prune: String(prune),
  });
  const source = file === '-' ? process.stdin : createReadStream(file);
  const readable = new Promise<never>((_, reject) => {
    source.once('error', (error: Error) => reject(fileExit(error, file, 'read')));
  });
  const body = { type: yamlType, file: source };
  const work = askForChange({ path: `/config/apply?${String(query)}`, body, source: file }, flags);
  // A file that cannot be read ends the request too; its own error says why.
  return Promise.race([readable, work]);
}

/** Shows what a file would change. */
export async function showFile(
  file: string,
  { exitCode, ...options }: ApplyFlags & { readonly exitCode: boolean },
  flags: ConfigFlags,
): Promise<ExitCode> {
  const result = await askForFile(file, options, true, flags);
  await showChange(result, flags);
  return exitCode && differences(result) > 0 ? exitCodes.refused : exitCodes.ok;
}

/** Makes the objects what a file says; on a terminal it asks before it removes any. */
export async function applyFile(
  file: string,
  options: ApplyFlags,
  flags: ConfigFlags,
): Promise<ExitCode> {
  const mayAsk = !flags.json && file !== '-' && process.stdin.isTTY && flags.output.terminal;
  let { prune } = options;
  if (mayAsk && !prune && !options.merge) {
    const planned = await askForFile(file, options, true, flags);
    if (planned.removed > 0) {
      await showChange(planned, flags);
      prune = await isConfirmed(`Remove ${planned.removed} objects?`);
      if (!prune) throw new ExitError(exitCodes.configuration, 'nothing was changed.', keeping);
    }
  }
  await showChange(await askForFile(file, { ...options, prune }, false, flags), flags);
  return exitCodes.ok;
}

const keeping = { remedy: '--merge keeps what the file does not name.' };

async function isConfirmed(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

/** Makes the objects what they were in an old version, or shows what that would change. */
export async function rollback(
  version: number,
  { comment, dryRun }: { readonly comment: string | undefined; readonly dryRun: boolean },
  flags: ConfigFlags,
): Promise<ExitCode> {
  const query = new URLSearchParams({
    ...author(comment),
    version: String(version),
    dryRun: String(dryRun),
  });
  const path = `/config/rollback?${String(query)}`;
  const request = { path, body: {}, source: `version ${version}` };
  await showChange(await askForChange(request, flags), flags);
  return exitCodes.ok;
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
  const versions = found.versions.map((one) => withTimes(one, 'at'));
  if (json) output.text(`${JSON.stringify({ versions })}\n`);
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
