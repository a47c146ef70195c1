/** The partition of two builds in one process: the one under test stands for the other, too. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { ownRoot } from '../../bench/against/build.js';
import { roundOf, sides, type Side } from '../../bench/against/turns.js';
import { Driver } from '../../bench/turn/driver.js';
import { benchQueues, Frames, stages } from '../../bench/turn/frames.js';
import { FleetingMedium } from '../../bench/turn/medium.js';
import { loadModules } from '../../bench/turn/modules.js';
import type { TurnFigures, TurnRequest } from '../../bench/turn/process.js';
import { Child } from '../../bench/support/processes.js';
import { directoryOf } from '../fixture/directory.js';

t.test('every side serves every stage', async (t) => {
  const child = new Child('turn/process.js');
  t.teardown(() => child.end());
  const figures = await child.ask<Record<Side, TurnFigures>>({
    roots: { old: ownRoot, control: ownRoot, new: ownRoot },
    form: 'frames',
    isKeyed: true,
    interactions: 20,
    warmUpSeconds: 0,
    ...roundOf(0),
    seconds: 0,
  } satisfies TurnRequest);
  for (const side of sides) {
    for (const stage of stages) t.ok(figures[side][stage].us > 0, `${side} ${stage}`);
  }
});

t.test('requests that are decoded before, and frames without keys', async (t) => {
  for (const [form, isKeyed] of [
    ['requests', true],
    ['frames', false],
  ] as const) {
    const driver = await Driver.open(ownRoot, { form, queues: benchQueues });
    const frames = new Frames(isKeyed);
    let ids: (string | undefined)[] = Array.from({ length: 70 });
    for (const stage of stages) {
      const batches = [ids.slice(0, 64), ids.slice(64)].map((some) => frames.batch(stage, some));
      const served = await driver.serve(batches, stage === 'submit');
      t.equal(served.us.length, 2, `${form} ${stage}`);
      if (stage === 'submit') ids = served.ids;
    }
    t.equal(new Set(ids).size, 70);
  }
});

t.test('what is answered with an error ends the run, and says so', async (t) => {
  const driver = await Driver.open(ownRoot, { form: 'frames', queues: benchQueues });
  const batch = new Frames(true).batch('stop', ['0'.repeat(16)]);
  await t.rejects(driver.serve([batch], false), /UnknownInteraction/);
});

t.test('a build that cannot be driven is named, and what it lacks', async (t) => {
  const root = directoryOf(t);
  mkdirSync(join(root, 'dist', 'lib'), { recursive: true });
  writeFileSync(join(root, 'dist', 'lib', 'answers.js'), 'export class Answers {}\n');
  await t.rejects(loadModules(root), {
    message: `turn: this bench cannot drive ${root}: it does not declare LayeredStore`,
  });
  writeFileSync(join(root, 'dist', 'lib', 'again.js'), 'export class Answers {}\n');
  await t.rejects(loadModules(root), { message: /declares more than once Answers/ });
});

t.test('rows are read again until they are deleted, in order', async (t) => {
  const medium = new FleetingMedium();
  const value = Uint8Array.of(1);
  let sequence = 0;
  const commit = (...changes: readonly [string, Uint8Array | undefined][]): void => {
    const rows = changes.map(([key, of]) => ({ table: 3, key, value: of }) as const);
    void medium.commit({ partition: 0, epoch: 1, sequence: ++sequence, changes: rows });
  };
  const keys = (options: object): string[] => medium.range(3, options).map(([key]) => key);
  commit(['b', value], ['d', value], ['a', value]);
  t.strictSame(keys({}), ['a', 'b', 'd']);
  commit(['d', undefined], ['c', value], ['b', undefined]);
  t.strictSame(keys({}), ['a', 'c']);
  commit(['b', value], ['d', value]);
  t.strictSame(keys({ from: 'b', limit: 2 }), ['b', 'c']);
  t.strictSame(keys({ to: 'd', reverse: true, limit: 2 }), ['c', 'b']);
  t.equal(medium.get(3, 'd'), value);
  t.equal(medium.count(3), 4);
  t.strictSame(medium.applied(), { epoch: 1, sequence: 3 });
});
