/**
 * Runs files of tests in this process, one after the other: `together.js NAME FILE ...`.
 * Folders that the runner makes for tests are called after the command line, so only the
 * name is left of it.
 */
import { pathToFileURL } from 'node:url';

for (const file of process.argv.splice(3)) await import(pathToFileURL(file).href);
