/**
 * Runs files of tests in this process, one after the other: `together.js NAME FILE ...`.
 * Folders that the runner makes for tests are called after the command line, so only the
 * name is left of it.
 *
 * A file without a test fails: the runner itself takes that for a file that is left out. So does
 * one that ends the process before all files were read.
 */
import { pathToFileURL } from 'node:url';

const files = process.argv.splice(3);
// The runner looks at the command line as soon as it is there.
const { default: t } = await import('tap');

let unread = files.length;
process.once('exit', () => {
  if (unread > 0) process.exitCode = 1;
});
let tests = 0;
t.on('subtestAdd', () => tests++);
// A root that is to take something down ends as soon as it is idle: not between two files.
const teardowns: Parameters<typeof t.teardown>[0][] = [];
const { teardown } = t;
t.teardown = (act) => void teardowns.push(act);
for (const file of files) {
  const before = tests;
  await import(pathToFileURL(file).href);
  unread--;
  if (tests === before) t.fail(`${file} has no test`);
}
t.teardown = teardown;
for (const act of teardowns) t.teardown(act);
t.emit('idle');
