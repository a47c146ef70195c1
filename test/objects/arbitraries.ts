/** Random valid configurations, made from the table of kinds, so that a new field is tested too. */
import fc from 'fast-check';
import { kindNames, type Field, type KindName, type Scalar } from '../../lib/objects/field.js';
import { kinds } from '../../lib/objects/kinds.js';
import { emptyModel, type Model } from '../../lib/objects/model.js';
import { nameFault, readFields, readObject } from '../../lib/objects/read-object.js';
import { reservedFault } from '../../lib/text/name.js';
import { serverOptions, type ServerOption } from '../../lib/objects/server-options.js';

/** Names that are easily taken for something else. */
const awkward = [
  'true',
  'Null',
  '123',
  '-1',
  '1e3',
  '- a',
  ': x',
  'a: b',
  'a #b',
  '#',
  '~',
  '<<',
  '*a',
  '&a',
  '!!str a',
  '"q"',
  "'s'",
  ' x ',
  'a  b',
  '__proto__',
  'constructor',
  'a\u2028b',
  '\ufeffx',
  '\u{1f600}',
  'a\\b',
  'ä-ö',
  '{}',
  '[a]',
  '|',
  '0x1f',
  '.inf',
  '---',
];

const plainName = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.@/-]{0,12}( [a-z]{1,4})?$/);
export const anyName = fc
  .oneof(
    { weight: 3, arbitrary: plainName },
    fc.constantFrom(...awkward),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
  )
  .filter((name) => nameFault(name) === undefined);

/** Some are words of the protocol. */
const queueName = anyName.filter((name) => reservedFault(name) === undefined);

const controls = /[\p{Cc}\p{Cs}]/gu;
const lineText = fc
  .oneof(anyName, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }))
  .map((text) => text.replaceAll(controls, 'c'));
const linesText = fc
  .array(fc.oneof(lineText, fc.constantFrom('', ' ', '\t', '  indented', 'trailing ')), {
    minLength: 1,
    maxLength: 5,
  })
  .map((lines) => lines.join('\n'))
  .filter((text) => text !== '');

const patterned: readonly [RegExp, fc.Arbitrary<string>][] = [
  [/^sha256:0/, fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`)],
  [/^1\/second$/, fc.constantFrom('0/second', '10/minute', '1000/hour')],
  [/^letters$/, fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,20}$/)],
];
const samples = [`sha256:${'0'.repeat(64)}`, '1/second', 'letters'];

function patternText(pattern: RegExp): fc.Arbitrary<string> {
  const sample = samples.find((text) => pattern.test(text)) ?? '';
  const found = patterned.find(([key]) => key.test(sample));
  if (found === undefined) throw new Error(`no examples of ${pattern}`);
  return found[1];
}

const scalar: fc.Arbitrary<Scalar> = fc.oneof(
  fc.boolean(),
  fc.integer(),
  fc.constant(Number.MAX_SAFE_INTEGER),
  lineText,
);

const conditions = ["MediaType = 'a b'", 'Priority > 1\n  OR _age() > 60'];
const orders = ['Priority', '  ReceivedAt DESC,\nPriority'];

/** Lines of calendars, of which any go together. */
const calendarLines: Readonly<Record<string, readonly string[]>> = {
  hours: ['mon-fri 08:00-12:00 = 5', 'mon,wed 13:00-24:00', 'sun 00:00-24:00 = 0'],
  holidays: ['12-25', '2026-04-03'],
  exceptions: ['2026-12-24 08:00-12:00 = 1', '2026-12-24 12:00-13:00'],
};
const timeZones = ['Europe/Berlin', 'Australia/Adelaide', 'UTC'];

type Names = Readonly<Record<KindName, readonly string[]>>;

function mapOf(keys: fc.Arbitrary<string>, values: fc.Arbitrary<unknown>) {
  return fc
    .uniqueArray(fc.tuple(keys, values), { selector: ([key]) => key, maxLength: 4 })
    .map((entries) => new Map(entries));
}

/** Values of a field; null: there can be none. `index`: which object of its kind. */
function valueOf(
  field: Field,
  kind: KindName,
  index: number,
  names: Names,
): fc.Arbitrary<unknown> | null {
  const anyOf = (to: KindName) => (names[to].length > 0 ? fc.constantFrom(...names[to]) : null);
  switch (field.type) {
    case 'text':
      if (field.pattern !== undefined) return patternText(field.pattern);
      return field.lines === true ? linesText : lineText;
    case 'integer':
      return fc.integer({ min: field.min, max: field.max });
    case 'boolean':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...field.choices);
    case 'reference':
      return anyOf(field.to);
    case 'references': {
      const from = field.nests === true ? names[kind].slice(0, index) : names[field.to];
      return fc.subarray([...from]);
    }
    case 'texts':
      return fc.uniqueArray(patternText(field.pattern ?? /^letters$/), { maxLength: 3 });
    case 'levels': {
      const keys = field.to === undefined ? anyName : anyOf(field.to);
      return keys && mapOf(keys, fc.integer({ min: field.min, max: field.max }));
    }
    case 'referenceMap': {
      const values = anyOf(field.to);
      return values && mapOf(anyName, values);
    }
    case 'sections':
      return mapOf(anyName, mapOf(anyName, scalar));
    case 'scalar':
      return scalar;
  }
}

function linesOfCalendar(key: string): fc.Arbitrary<unknown> | undefined {
  const lines = calendarLines[key];
  return lines && fc.subarray([...lines]);
}

function objectOf(kind: KindName, name: string, index: number, names: Names) {
  const entries: fc.Arbitrary<readonly [string, unknown]>[] = [
    fc.constant(['name', name] as const),
  ];
  for (const [key, field] of Object.entries(kinds[kind].fields)) {
    let values = valueOf(field, kind, index, names);
    if (kind === 'tenant' && key === 'id') values = fc.constant(index + 1);
    if (key === 'translateTo') values = fc.constant(`column_${index}`);
    if (kind === 'queue' && key === 'partition') values = fc.integer({ min: 0, max: 3 });
    if (kind === 'view' && key === 'condition') values = fc.constantFrom(...conditions);
    if (kind === 'view' && key === 'order') values = fc.constantFrom(...orders);
    if (kind === 'view' && key === 'parameters') values = fc.constantFrom('A text,\n b NUMBER');
    if (key === 'timeZone') values = fc.constantFrom(...timeZones);
    if (kind === 'calendar') values = linesOfCalendar(key) ?? values;
    if (key === 'segmentation') {
      values = mapOf(fc.constantFrom('MediaType', 'Priority'), fc.integer({ min: 0, max: 9 }));
    }
    if (key === 'placement') values = fc.constantFrom('archive', 'flow', 'distribution');
    // Every second type of workbins is owned by agents, and only of these may media name one.
    if (kind === 'workbinType' && key === 'owner' && index % 2 === 0) values = fc.constant('agent');
    if (key === 'workbin') values = workbinOfMedium(names);
    if (values === null) continue;
    const value = values;
    const given = value.map((each) => [key, each] as const);
    entries.push(
      field.required === true ? given : fc.option(given, { nil: [key, undefined] as const }),
    );
  }
  return fc.tuple(...entries).map((all) => {
    const fields = new Map(all.filter(([, value]) => value !== undefined));
    if (fields.has('partition')) fields.delete('placement');
    if (fields.has('workbin')) return fields;
    for (const key of ['onAgentLost', 'onLogout']) {
      if (fields.get(key) === 'workbin') fields.delete(key);
    }
    return fields;
  });
}

function workbinOfMedium({ workbinType }: Names): fc.Arbitrary<string> | null {
  const owned = workbinType.filter((_, index) => index % 2 === 0);
  return owned.length === 0 ? null : fc.constantFrom(...owned);
}

function optionValue(option: ServerOption, queues: readonly string[]): fc.Arbitrary<Scalar> {
  switch (option.type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: option.min, max: option.max });
    case 'choice':
      return fc.constantFrom(...option.choices);
    case 'text': {
      if (option.pattern !== undefined) return patternText(option.pattern);
      const named = queues.filter((name) => !name.includes(',') && name === name.trim());
      return option.names === undefined ? plainName : fc.constant(named.join(', '));
    }
  }
}

function optionsOf(queues: readonly string[]) {
  return fc
    .subarray([...serverOptions])
    .chain((some) =>
      fc.tuple(
        ...some.map((option) =>
          optionValue(option, queues).map(
            (value) => [`${option.section}/${option.name}`, value] as const,
          ),
        ),
      ),
    )
    .map((options) => options.filter(([, value]) => value !== ''));
}

const noFaults = (at: unknown, what: string): never => {
  throw new Error(`a configuration that was made is wrong: ${String(at)} ${what}`);
};

/** A whole valid configuration for a store of four partitions. */
export const anyModel: fc.Arbitrary<Model> = fc
  .tuple(
    ...kindNames
      .filter((kind) => kind !== 'option')
      .map((kind) =>
        fc
          .uniqueArray(kind === 'queue' ? queueName : anyName, { maxLength: 5 })
          .map((names) => [kind, names] as const),
      ),
  )
  .map((entries) => {
    const names = Object.fromEntries([...entries, ['option', []]]) as unknown as Names;
    const has = (kind: KindName): boolean => names[kind].length > 0;
    // What must refer to something is not there without it.
    const queue = has('businessProcess') ? names.queue : [];
    const view = queue.length > 0 ? names.view.filter((name) => !queue.includes(name)) : [];
    const submitter = view.length > 0 && has('strategy') ? names.submitter : [];
    const workbinType = queue.length > 0 ? names.workbinType : [];
    return { ...names, queue, view, submitter, workbinType };
  })
  .chain((names) =>
    fc
      .tuple(
        fc.tuple(
          ...kindNames.flatMap((kind) =>
            names[kind].map((name, index) =>
              objectOf(kind, name, index, names).map((tree) => [kind, tree] as const),
            ),
          ),
        ),
        optionsOf(names.queue),
      )
      .map(([objects, options]) => {
        const model = emptyModel();
        for (const [kind, tree] of objects) {
          const { name, json } = readObject(kind, tree, noFaults)!;
          model.get(kind)!.set(name, json);
        }
        for (const [name, value] of options) {
          const json = readFields('option', new Map([['value', value]]), noFaults);
          model.get('option')!.set(name, json);
        }
        return model;
      }),
  );
