/** Sequences of client calls against a real server; the long form is `campaign.ts`. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { directoryOf } from '../fixture/directory.js';
import { Model, Refused } from './model.js';
import type { Actor } from './actors.js';
import { runSequences } from './sequences.js';

const seedOfRun = process.env['IXION_SEED'];
const seed = seedOfRun === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(seedOfRun);
const sequences = Number(process.env['IXION_RUNS'] ?? 120);

t.test('the server does what the model does', { timeout: 300_000 }, async (t) => {
  const report = await runSequences(directoryOf(t), { seed, sequences });
  t.equal(report.failure, undefined, `IXION_SEED=${seed}`);
  t.equal(report.sequences, sequences);
  t.comment(`${report.sequences} sequences, ${report.calls} calls, IXION_SEED=${seed}`);
});

/** Runs what was printed, in this checkout. */
function runProgram(t: Test, program: string): Promise<{ code: unknown; stderr: string }> {
  const directory = directoryOf(t);
  const file = join(directory, 'program.mjs');
  writeFileSync(file, program);
  const env = { ...process.env, TMPDIR: directory };
  return new Promise((resolve) => {
    execFile(process.execPath, [file], { env }, (error, _, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stderr }),
    );
  });
}

/** Wrong on purpose: nothing can be placed elsewhere. */
class Stubborn extends Model {
  override place(): never {
    throw new Refused('HeldByAnother');
  }
}

t.test('where they differ is printed as a program that shows it', async (t) => {
  const { failure } = await runSequences(directoryOf(t), { seed, sequences, Kind: Stubborn });
  const lines = failure!.split('\n');
  const at = lines.findIndex((line) => line.startsWith('await rejects('));
  t.match(
    lines[at],
    /placeInQueue\(interaction1, .* \{ errorName: 'HeldByAnother' \}\);$/,
    failure!,
  );
  t.match(lines[at - 1], /^const interaction1 = \(await \w+\.submit\(.*\)\)\.interactionId;$/);
  t.match(lines[at + 1], /^\/\/ .*placeInQueue.*: undefined, not "HeldByAnother"$/);
  const { code, stderr } = await runProgram(t, failure!);
  t.equal(code, 1);
  t.match(stderr, `program.mjs:${at + 1}`);
  t.match(stderr, 'Missing expected rejection');
});

/** Wrong on purpose, which only the totals at the end show. */
class Miscounting extends Model {
  override stop(actor: Actor, id: string, reason: string | undefined): void {
    const { queue } = this.get(id);
    super.stop(actor, id, reason);
    const { stopped } = this.totals.get(queue)!;
    stopped['Miscounted'] = 1;
  }
}

t.test('a whole sequence is a program that the server takes', async (t) => {
  const campaign = { seed, sequences, Kind: Miscounting, shrinks: false };
  const { failure } = await runSequences(directoryOf(t), campaign);
  t.match(failure, /^\/\/ totals of .*Miscounted/m);
  t.match(await runProgram(t, failure!), { code: 0, stderr: '' }, failure!);
});
