/**
 * The properties of an interaction as they are in files: their names, and the line
 * of columns of CSV.
 */
import { messageByName, type Attribute } from '../protocol/index.js';
import { TextFault } from '../text/index.js';

/** What an import hands in. */
export const importDefinition = messageByName('RequestImportInteraction');
const attributes = new Map<string, Attribute>(Object.entries(importDefinition.attributes));

/** Of the request, not of the interaction. */
const ofRequest = /^(RequestKey|Extension|Reason.*)$/;

/** Told by an export, and not taken by an import: it waits in its queue, whoever had it. */
const onlyExported = ['InteractionState', 'AssignedTo', 'IsLocked'] as const;
/**
 * Numbers of the store, which another one gives anew: an export leaves them out, so that it is the
 * same afterwards; a file made otherwise may have them.
 */
export const ofStore: ReadonlySet<string> = new Set(['SubmitSeq', 'PlaceInQueueSeq']);
const ignored: ReadonlySet<string> = new Set([...onlyExported, ...ofStore]);

/** The columns of a CSV export. */
export const columns: readonly string[] = [
  ...[...attributes.keys()]
    .filter((name) => !ofRequest.test(name))
    .map((name) => (name === 'Hold' ? 'IsHeld' : name)),
  ...onlyExported,
];

/** Attached data of their own column in CSV, as text. */
const userDataPrefix = 'UserData.';

/** A property, as the request has it. */
export interface Property {
  /** `Hold` for the column `IsHeld`. */
  readonly name: string;
  readonly attribute: Attribute;
}

/**
 * The property of a column; undefined: it is only exported. @throws nothing: a fault is returned
 */
export function propertyOf(column: string): Property | undefined | TextFault {
  if (ignored.has(column)) return undefined;
  const name = column === 'IsHeld' ? 'Hold' : column;
  const attribute = ofRequest.test(name) ? undefined : attributes.get(name);
  if (attribute !== undefined) return { name, attribute };
  return new TextFault(
    `no property is called ${JSON.stringify(column)}`,
    'see "The files" in docs/operating/upgrade.md for the names',
  );
}

/** What is in a column: a property, a key of attached data, or what is not taken. */
export type Column =
  | { readonly kind: 'property'; readonly name: string; readonly attribute: Attribute }
  | { readonly kind: 'data'; readonly key: string }
  | { readonly kind: 'ignored' };

const needed = ['Queue', 'MediaType', 'InteractionType'] as const;

/** The columns of a file by the names in its first line. */
export function readColumns(names: readonly (string | undefined)[]): Column[] | TextFault {
  const found: Column[] = [];
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
    if (name === undefined) {
      return new TextFault(`column ${index + 1} has no name`, 'give it one, or remove it');
    }
    const column = columnOf(name);
    if (column instanceof TextFault) return hinted(column, names);
    const what = column.kind === 'property' ? column.name : name;
    if (seen.has(what)) return new TextFault(`the column ${name} is there twice`, 'leave one out');
    seen.add(what);
    found.push(column);
  }
  if (seen.has('UserData') && found.some(({ kind }) => kind === 'data')) {
    const what = `columns UserData and ${userDataPrefix}* exclude each other`;
    return new TextFault(what, 'leave one kind out');
  }
  const missing = needed.filter((name) => !seen.has(name));
  if (missing.length === 0) return found;
  return new TextFault(`there is no column ${missing.join(', ')}`, 'every interaction has these');
}

function columnOf(name: string): Column | TextFault {
  if (!name.startsWith(userDataPrefix)) {
    const property = propertyOf(name);
    if (property instanceof TextFault) return property;
    return property === undefined ? { kind: 'ignored' } : { kind: 'property', ...property };
  }
  const key = name.slice(userDataPrefix.length);
  if (key !== '' && key !== '__proto__') return { kind: 'data', key };
  return new TextFault(
    `the column ${name} cannot be a key of attached data`,
    'give it as JSON, in the column UserData',
  );
}

/** One column that has the names of several: another character is between them. */
function hinted(fault: TextFault, names: readonly (string | undefined)[]): TextFault {
  const [only = ''] = names;
  const separator = names.length === 1 ? /[;\t|]/.exec(only)?.[0] : undefined;
  if (separator === undefined) return fault;
  const what = `columns are separated by ${JSON.stringify(separator)}`;
  return new TextFault(what, 'separate them by commas');
}
