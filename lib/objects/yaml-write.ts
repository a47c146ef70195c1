/** Writes objects as YAML: always the same text for the same objects, in a form that reads fast. */
import type { Scalar, Value } from './field.js';
import { kindNames } from './field.js';
import { kinds } from './kinds.js';
import { fieldsOf, sortedObjects, type Model } from './model.js';

const heading = '# Configuration objects of Ixion; see docs/reference/objects.md.\n';
/** Objects in one piece of text. */
const pieceObjects = 500;

/** The text of all objects, in pieces. */
export function* writeModel(model: Model): Generator<string, void> {
  yield heading;
  for (const kind of kindNames) {
    const objects = sortedObjects(model, kind);
    if (objects.length === 0) continue;
    yield `\n${kinds[kind].plural}:\n`;
    if (kind === 'option') {
      yield writeOptions(objects);
      continue;
    }
    for (let start = 0; start < objects.length; start += pieceObjects) {
      yield objects
        .slice(start, start + pieceObjects)
        .map(writeObject)
        .join('');
    }
  }
}

function writeObject([name, json]: readonly [string, string]): string {
  const lines = Object.entries(fieldsOf(json)).map(([key, value]) =>
    writeField('    ', key, value),
  );
  return `  - name: ${writeScalar(name)}\n${lines.join('')}`;
}

/** Options are in sections: their names are SECTION/NAME. */
function writeOptions(objects: readonly (readonly [string, string])[]): string {
  let section: string | undefined;
  let text = '';
  for (const [name, json] of objects) {
    const slash = name.indexOf('/');
    const of = name.slice(0, slash);
    if (of !== section) text += `  ${writeScalar(of)}:\n`;
    section = of;
    const value = fieldsOf(json)['value'] as Scalar;
    text += `    ${writeScalar(name.slice(slash + 1))}: ${writeScalar(value)}\n`;
  }
  return text;
}

function writeField(indent: string, key: string, value: Value): string {
  const start = `${indent}${writeScalar(key)}:`;
  if (typeof value !== 'object') return `${start} ${writeText(indent, value)}\n`;
  if (Array.isArray(value)) {
    const items = (value as readonly string[]).map((item) => `${indent}  - ${writeScalar(item)}\n`);
    return `${start}\n${items.join('')}`;
  }
  const inner = Object.entries(value as Readonly<Record<string, Value>>);
  return `${start}\n${inner.map(([name, each]) => writeField(`${indent}  `, name, each)).join('')}`;
}

/** Lines of text are written as lines where YAML gives them back exactly. */
function writeText(indent: string, value: Scalar): string {
  const isBlock =
    typeof value === 'string' &&
    /^[^\s].*\n/.test(value) &&
    !/\n[ \t]*\n|\n[ \t]*$|\t|[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe]/.test(
      value.replace(/\n$/, ''),
    );
  if (!isBlock) return writeScalar(value);
  const end = value.endsWith('\n') ? '|' : '|-';
  const lines = value.replace(/\n$/, '').split('\n');
  return `${end}\n${lines.map((line) => `${indent}  ${line}`).join('\n')}`;
}

const plain = /^[A-Za-z_][\w./@-]*(?: [\w./@-]+)*$/;
const reserved = /^(?:true|false|null)$/i;

/** A value in one line: plain if nobody can take it for something else, else in quotation marks. */
function writeScalar(value: Scalar): string {
  if (typeof value !== 'string') return String(value);
  if (plain.test(value) && !reserved.test(value)) return value;
  return JSON.stringify(value).replaceAll(
    /[^\x20-\x7e\xa1-\u2027\u202a-\ud7ff\ue000-\ufdcf\ufdf0-\ufefe\uff00-\uffef]|[\ud800-\udfff]/gu,
    escapeCharacter,
  );
}

/** Both YAML and JSON read this. */
function escapeCharacter(character: string): string {
  if (character.length === 2) return character;
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
