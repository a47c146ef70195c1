/** Changes of the command line as a whole: what it takes, how it prints, and how it ends. */
import { changed, type Mutation } from './mutations.js';

const parse = 'lib/cli/parse.js';
const report = 'lib/cli/report-error.js';
const interruption = 'lib/cli/interruption.js';
const output = 'lib/cli/output.js';
const main = 'lib/cli/main.js';
const data = 'lib/cli/attached-data.js';
const writer = 'lib/cli/line-writer.js';
const commandLine = 'cli/command-line.test.js';
const inInteraction = 'cli/interaction.test.js';
const inConfig = 'cli/config.test.js';
const interrupt = 'cli/interrupt.test.js';
const fullOutput = 'cli/full-output.test.js';
const log = 'cli/daemon-log.test.js';

export const cliMutations: readonly Mutation[] = [
  changed(
    'cli: a refusal of the server looks like a wrong command line',
    report,
    'codesByError[errorName] ?? exitCodes.refused',
    'codesByError[errorName] ?? exitCodes.usage',
    inInteraction,
  ),
  changed(
    'cli: no server at all is tried again by scripts',
    report,
    'NoConnection: exitCodes.unavailable',
    'NoConnection: exitCodes.tryAgain',
    inInteraction,
  ),
  changed(
    'cli: an error for programs is printed for people',
    report,
    'if (json)\n        output.error',
    'if (false)\n        output.error',
    commandLine,
  ),
  changed(
    'cli: Ctrl-C and TERM have the same code',
    interruption,
    "signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated",
    'exitCodes.terminated',
    interrupt,
  ),
  changed(
    'cli: a command that waits does not die of Ctrl-C',
    interruption,
    'unclaimed(interruptedBy(name));\n            return dieOf(name);',
    'unclaimed(interruptedBy(name));\n            return;',
    interrupt,
  ),
  changed(
    'cli: a second Ctrl-C does nothing',
    interruption,
    'if (first !== undefined)\n            return dieOf(name);',
    'if (first !== undefined)\n            return;',
    interrupt,
  ),
  changed(
    'cli: a reader that went away is a failure',
    output,
    "if (error.code !== 'EPIPE')",
    'if (true)',
    fullOutput,
  ),
  changed(
    'cli: what a disk takes half of is taken for written',
    output,
    'for (let at = 0; at < bytes.length;)\n                at += writeSync(this.#fd, bytes, at);',
    'writeSync(this.#fd, bytes, 0);',
    fullOutput,
  ),
  changed(
    'cli: output that is not whole ends with 0',
    main,
    'if (process.exitCode === exitCodes.ok)\n                process.exitCode = code;',
    '',
    fullOutput,
  ),
  changed(
    'cli: an error behind what is not whole is lost',
    main,
    'if (process.exitCode === exitCodes.ok)\n                process.exitCode = code;',
    'process.exitCode = code;',
    fullOutput,
  ),
  changed(
    'cli: variables count for more than the command line',
    parse,
    'const value = values === undefined\n',
    'const value = values === undefined || row.environment in environment\n',
    commandLine,
  ),
  changed(
    'cli: an empty variable is a value',
    parse,
    "if (isOurs && text !== undefined && text !== '')",
    'if (isOurs && text !== undefined)',
    commandLine,
  ),
  changed(
    'cli: arguments too many are passed over',
    parse,
    'if (extra !== undefined)',
    'if (false)',
    commandLine,
  ),
  changed(
    'cli: options that exclude each other are both taken',
    parse,
    'if (second === undefined)',
    'if (true)',
    inConfig,
  ),
  changed(
    'cli: an option that is needed is left out',
    parse,
    'if (value === undefined && row.required === true)',
    'if (false)',
    inInteraction,
  ),
  changed(
    'cli: an option takes the next one for its value',
    parse,
    'if (text === undefined || (!inline && /^--[a-z]/.test(text)))',
    'if (text === undefined)',
    commandLine,
  ),
  changed(
    'cli: of an option that is repeated the first counts',
    parse,
    ': values.at(-1)',
    ': values.at(0)',
    inInteraction,
  ),
  changed(
    'cli: a key of attached data that is there twice',
    data,
    'if (seen.has(key))',
    'if (false)',
    'cli/values.test.js',
  ),
  changed(
    'cli: a colon in a value is taken for a type',
    data,
    'const head = pair.slice(0, equals);',
    'const head = pair;',
    inInteraction,
  ),
  changed(
    'cli: lines that were dropped are not told',
    writer,
    'if (this.#droppedSince === 0)',
    'if (true)',
    log,
  ),
  changed(
    'cli: lines that matter are dropped with the others',
    writer,
    'matters ? this.#bufferBytes : this.#bufferBytes * ordinaryShare',
    'this.#bufferBytes * ordinaryShare',
    log,
  ),
  changed(
    'cli: the last words leave out what was not written yet',
    writer,
    "Buffer.from(this.#waiting.join(''))",
    'nothing',
    log,
  ),
  changed(
    'cli: the last words say twice what is being written',
    writer,
    'this.#isWriting ? nothing : this.#leaving',
    'this.#leaving',
    log,
  ),
];
