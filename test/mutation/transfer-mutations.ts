/** Changes of import and export: what is written, read, counted, refused, and where they go on. */
import { changed, type Mutation } from './mutations.js';

const exporting = 'lib/transfer/export.js';
const importing = 'lib/transfer/import.js';
const state = 'lib/transfer/import-state.js';
const resume = 'lib/transfer/resume-file.js';
const chunks = 'lib/transfer/chunks.js';
const csv = 'lib/transfer/csv.js';
const columns = 'lib/transfer/columns.js';
const records = 'lib/transfer/records.js';
const typed = 'lib/transfer/typed-json.js';
const refusals = 'lib/transfer/refusals.js';
const source = 'lib/transfer/source.js';
const target = 'lib/transfer/target.js';
const tasks = 'lib/transfer/tasks.js';

const roundTrip = 'transfer/round-trip.test.js';
const goingOn = 'transfer/going-on.test.js';
const streams = 'transfer/streams.test.js';
const commands = 'transfer/transfer.test.js';
const wrongValues = 'transfer/wrong-values.test.js';
const inTyped = 'transfer/typed-json.test.js';

export const transferMutations: readonly Mutation[] = [
  changed(
    'export: only the first page of a partition',
    exporting,
    'if (next === undefined)\n            partition += 1;\n        after = next;',
    'partition += 1;\n        after = undefined;',
    streams,
  ),
  changed(
    'export: the last partition is left out',
    exporting,
    'asked = partition < partitions ?',
    'asked = partition < partitions - 1 ?',
    commands,
  ),
  changed(
    'export: one that goes on keeps what was written and not noted',
    exporting,
    'await output.truncate(state.bytes);',
    '',
    goingOn,
  ),
  changed(
    'export: one that goes on takes the place of an export of something else',
    exporting,
    'saved?.isSameFile === true',
    'saved !== undefined',
    goingOn,
  ),
  changed(
    'export: what went on is noted for ever',
    exporting,
    'await resume?.remove();',
    '',
    goingOn,
  ),
  changed(
    'export: CSV without its columns',
    exporting,
    'await output.appendFile(head);',
    '',
    commands,
  ),
  changed(
    'export: another store at the address is taken for the same',
    exporting,
    'if (storeOf(client) !== store)',
    'if (false)',
    goingOn,
  ),
  changed(
    'import: another store at the address is taken for the same',
    importing,
    'if (storeOf(client) !== this.#store)',
    'if (false)',
    goingOn,
  ),
  changed(
    'import: what was there already counts as imported',
    importing,
    'if (duplicate)\n                counts.duplicates += 1;\n            else\n                counts.imported += 1;',
    'counts.imported += 1;',
    commands,
  ),
  changed(
    'import: what stands in the way of all records is passed over',
    importing,
    'this.#failure ??= error;',
    ';',
    'cli/roles.test.js',
  ),
  changed(
    'import: what was not done counts as done',
    importing,
    'if (this.#failure !== undefined)\n            return;',
    '',
    commands,
  ),
  changed(
    'import: what was refused is forgotten',
    importing,
    'if (this.#state.faults === 0)\n            await this.#resume?.remove();\n        else\n            await this.#save();',
    'await this.#resume?.remove();',
    goingOn,
  ),
  changed(
    'import: one that is cut short does not note how far it is',
    importing,
    'await this.#save();\n            throw error;',
    'throw error;',
    goingOn,
  ),
  changed(
    'import: what was refused is not tried again',
    importing,
    'of refused) {',
    'of refused.slice(1)) {',
    goingOn,
  ),
  changed(
    'import: a file that was changed goes on where it was',
    importing,
    'if (saved.isSameFile) {',
    'if (true) {',
    goingOn,
  ),
  changed(
    'import: records without identifiers are taken twice from a file that was changed',
    importing,
    'else if (state.idsMade > 0) {',
    'else if (false) {',
    goingOn,
  ),
  changed(
    'import: a record that was refused again is counted twice',
    state,
    'state.faults - (end === undefined ? 1 : 0)',
    'state.faults',
    goingOn,
  ),
  changed(
    'import: what was refused before is not counted',
    state,
    'faults: refused.length, refused',
    'faults: 0, refused',
    goingOn,
  ),
  changed(
    'transfer: one goes on in another store',
    resume,
    "saved.get('store') !== this.#identity.store || ",
    '',
    goingOn,
  ),
  changed(
    'transfer: what is beside a file is taken for how far it is, though no transfer wrote it',
    resume,
    "typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined",
    'value',
    goingOn,
  ),
  changed(
    'import: the mark of byte order is a part of the first column',
    chunks,
    'offset === 0 ? markLength(bytes) : 0',
    '0',
    commands,
  ),
  changed('import: UTF-16 is not seen', chunks, 'if (isUtf16)', 'if (false)', wrongValues),
  changed(
    'import: a last record without a line break is left out',
    chunks,
    'const end = isLast ? bytes.length : bytes.lastIndexOf(lineFeed) + 1;',
    'const end = bytes.lastIndexOf(lineFeed) + 1;',
    commands,
  ),
  changed(
    'import: lines are counted anew in each part of a file',
    chunks,
    'line: line + lines',
    'line: lines',
    wrongValues,
  ),
  changed(
    'import: quotes of CSV stay doubled',
    csv,
    `values.push(text.replaceAll('""', '"'));`,
    'values.push(text);',
    roundTrip,
  ),
  changed(
    'import: an empty text of CSV is absent',
    csv,
    `if (isQuoted)\n                values.push(`,
    `if (isQuoted && text !== '')\n                values.push(`,
    roundTrip,
  ),
  changed(
    'import: an empty line of CSV is a wrong record',
    tasks,
    'if (reader.fault === undefined && reader.isBlank)',
    'if (false)',
    wrongValues,
  ),
  changed(
    'export: a carriage return stands in CSV without quotes',
    csv,
    String.raw`/[,"\r\n]/`,
    String.raw`/[,"\n]/`,
    roundTrip,
  ),
  changed(
    'import: a column that is there twice',
    columns,
    'if (seen.has(what))',
    'if (false)',
    wrongValues,
  ),
  changed(
    'import: a needed column that is missing',
    columns,
    'if (missing.length === 0)',
    'if (true)',
    wrongValues,
  ),
  changed(
    'import: __proto__ as a column of attached data',
    columns,
    "if (key !== '' && key !== '__proto__')",
    "if (key !== '')",
    wrongValues,
  ),
  changed(
    'import: a record of CSV with fields too many',
    records,
    'if (cells.length !== header.length)',
    'if (cells.length < header.length)',
    commands,
  ),
  changed(
    'import: a property that is there twice, by two names',
    records,
    'if (doubled !== undefined)',
    'if (false)',
    wrongValues,
  ),
  changed(
    'import: the end of a hold without a hold',
    records,
    "const lost = ['HeldAt', 'HoldUntil']",
    'const lost = []',
    wrongValues,
  ),
  changed(
    'export: a time that has no text is one all the same',
    records,
    'reader.number > timeTextToMs ? text',
    'false ? text',
    roundTrip,
  ),
  changed('export: minus zero is zero', typed, 'if (Object.is(value, -0))', 'if (false)', inTyped),
  changed(
    'export: a key with a dollar reads like a type',
    typed,
    "key.startsWith('$') ? `$${key}` : key",
    'key',
    inTyped,
  ),
  changed(
    'export: a time finer than a millisecond is rounded',
    typed,
    'if (Buffer.compare(timeWriter.take(), packed) === 0)',
    'timeWriter.take(); if (true)',
    inTyped,
  ),
  changed(
    'import: more than one packed item',
    typed,
    'isWhole = reader.position === packed.length;',
    'isWhole = true;',
    inTyped,
  ),
  changed(
    'import: a refusal of all records is that of one',
    refusals,
    "'NotPermitted',",
    '',
    'cli/roles.test.js',
  ),
  changed(
    'import: a stream longer than is kept is read from its wrong place',
    source,
    'this.#from = position;',
    '',
    streams,
  ),
  changed(
    'import: a part of a file that is read in pieces is not whole',
    source,
    'while (whole.length < bytes) {',
    'while (false) {',
    streams,
  ),
  changed(
    'export: a link is replaced, not what it leads to',
    target,
    'const end = await endOfLinks(path);',
    'const end = path;',
    streams,
  ),
];
