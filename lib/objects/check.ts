/**
 * What must be true of all objects together: references lead somewhere, no group or strategy
 * contains itself, what is to be unique is, options are known and in their ranges. That each field
 * by itself is right was seen when it was read.
 */
import {
  kindNames,
  type Field,
  type Fields,
  type KindName,
  type Scalar,
  type Value,
} from './field.js';
import type { ObjectFault, Path } from './fault.js';
import type { Vocabulary } from '../condition/index.js';
import { reservedFault, utf8Length, workbinTypeBytes } from '../text/index.js';
import { faultsOfCalendar } from './check-calendars.js';
import { faultsOfProperties } from './check-properties.js';
import { faultsOfView, viewsNamedAsQueues, viewVocabulary } from './check-views.js';
import { kinds } from './kinds.js';
import { fieldsOf, type Model, type ObjectChange } from './model.js';
import type { Placements } from './placement.js';
import { findOption, optionExpectation, readOptionValue, splitNames } from './server-options.js';

/** What the check knows besides the objects. */
export interface CheckContext {
  /** Partitions of the store, and what they are called. */
  readonly placements: Placements;
}

/**
 * What is wrong with a model that these changes made out of a right one. Without removals only
 * what changed is looked at.
 */
export function checkModel(
  model: Model,
  changes: readonly ObjectChange[],
  context: CheckContext,
): ObjectFault[] {
  const check = new Check(model, context);
  const touched = new Set(changes.map(({ kind }) => kind));
  if (changes.some(({ after }) => after === undefined)) {
    for (const kind of kindNames) {
      for (const [name, json] of model.get(kind) ?? []) check.object(kind, name, fieldsOf(json));
    }
  } else {
    for (const { kind, name, after } of changes) check.object(kind, name, fieldsOf(after ?? '{}'));
    if (touched.has('customProperty')) check.viewsByOtherNames(changes);
  }
  for (const { kind, name, before } of changes) {
    if (kind === 'queue' && before === undefined) check.newQueue(name);
    if (kind === 'workbinType') check.workbinType(name);
  }
  for (const kind of touched) check.kind(kind);
  if (touched.has('view') || touched.has('queue')) check.faults.push(...viewsNamedAsQueues(model));
  return check.faults;
}

class Check {
  readonly faults: ObjectFault[] = [];
  readonly #model: Model;
  readonly #context: CheckContext;
  /** What conditions may name. */
  #vocabulary: Vocabulary<unknown> | undefined;

  constructor(model: Model, context: CheckContext) {
    this.#model = model;
    this.#context = context;
  }

  object(kind: KindName, name: string, fields: Fields): void {
    const definitions = kinds[kind].fields;
    for (const [field, value] of Object.entries(fields)) {
      this.#field(kind, name, field, definitions[field]!, value);
    }
    if (kind === 'queue') this.#place(name, fields);
    if (kind === 'view') this.#view(name, fields);
    if (kind === 'calendar' || kind === 'tenant')
      this.faults.push(...faultsOfCalendar(kind, name, fields));
    if (kind === 'option') this.#option(name, fields['value'] as Scalar);
    if (kind === 'medium') this.#workbinOf(name, fields);
  }

  /** Properties have changed: what views name may be gone. Those that changed were looked at. */
  viewsByOtherNames(changes: readonly ObjectChange[]): void {
    const changed = new Set(changes.filter(({ kind }) => kind === 'view').map(({ name }) => name));
    for (const [name, json] of this.#model.get('view')!) {
      if (!changed.has(name)) this.#view(name, fieldsOf(json));
    }
  }

  #view(name: string, fields: Fields): void {
    this.#vocabulary ??= viewVocabulary(this.#model);
    this.faults.push(...faultsOfView(name, fields, this.#vocabulary));
  }

  /** One that is there keeps its name. */
  newQueue(name: string): void {
    const what = reservedFault(name);
    if (what !== undefined) this.#fault('queue', name, ['name'], what, 'give it another name');
  }

  /** Their queue has a name as well. */
  workbinType(name: string): void {
    if (utf8Length(name) > workbinTypeBytes) {
      const what = `the name has more than ${workbinTypeBytes} bytes`;
      this.#fault('workbinType', name, ['name'], what, 'give it a shorter one');
    }
  }

  /** What concerns all objects of a kind. */
  kind(kind: KindName): void {
    const objects = this.#model.get(kind)!;
    if (objects.size > kinds[kind].max) {
      const [name = ''] = objects.keys();
      const what = `there are ${objects.size} ${kinds[kind].plural}`;
      this.#fault(kind, name, [], what, `at most ${kinds[kind].max}`);
    }
    if (kind === 'tenant') this.#unique(kind, 'id');
    if (kind === 'customProperty') {
      this.#unique(kind, 'translateTo');
      this.faults.push(...faultsOfProperties(this.#model));
    }
    for (const [field, definition] of Object.entries(kinds[kind].fields)) {
      if (definition.type === 'references' && definition.nests === true) this.#circles(kind, field);
    }
  }

  #fault(kind: KindName, name: string, at: Path, what: string, remedy: string): void {
    this.faults.push({ kind, name, at, what, remedy });
  }

  #field(kind: KindName, name: string, field: string, definition: Field, value: Value): void {
    switch (definition.type) {
      case 'reference':
        return this.#exists(definition.to, value as string, kind, name, [field]);
      case 'references':
        for (const each of value as readonly string[]) {
          this.#exists(definition.to, each, kind, name, [field, each]);
        }
        return;
      case 'referenceMap':
        for (const [key, each] of Object.entries(value as Readonly<Record<string, string>>)) {
          this.#exists(definition.to, each, kind, name, [field, key]);
        }
        return;
      case 'levels':
        if (definition.to === undefined) return;
        for (const key of Object.keys(value)) {
          this.#exists(definition.to, key, kind, name, [field, key]);
        }
        return;
      default:
    }
  }

  #exists(to: KindName, wanted: string, kind: KindName, name: string, at: Path): void {
    if (this.#model.get(to)?.has(wanted) === true) return;
    const remedy = `name one of ${kinds[to].plural}, or add it`;
    this.#fault(kind, name, at, `there is no ${to} called "${wanted}"`, remedy);
  }

  #place(name: string, { partition, placement }: Fields): void {
    const { placements } = this.#context;
    if (partition !== undefined && placement !== undefined) {
      const what = 'it names a partition and a placement';
      this.#fault('queue', name, ['placement'], what, 'leave one of them out');
    } else if (partition !== undefined && (partition as number) >= placements.partitions) {
      const what = `there is no partition ${partition as number}`;
      this.#fault('queue', name, ['partition'], what, placements.range);
    } else if (placement !== undefined && placements.of(placement as string) === undefined) {
      const what = `there is no placement ${placement as string}`;
      const remedy = `name one of ${placements.names.join(', ')}`;
      this.#fault('queue', name, ['placement'], what, remedy);
    }
  }

  /** Where agents leave what they have of a medium. */
  #workbinOf(name: string, { workbin, onAgentLost, onLogout }: Fields): void {
    const [field] = Object.entries({ onAgentLost, onLogout }).find(
      ([, value]) => value === 'workbin',
    ) ?? [''];
    if (workbin === undefined) {
      if (field === '') return;
      const what = `${field} is workbin, and no workbin is named`;
      return this.#fault('medium', name, [field], what, 'name a type of workbins as workbin');
    }
    const json = this.#model.get('workbinType')?.get(workbin as string);
    if (json === undefined || fieldsOf(json)['owner'] === 'agent') return;
    const what = `the workbins "${workbin as string}" are not owned by agents`;
    this.#fault('medium', name, ['workbin'], what, 'name a type whose owner is agent');
  }

  #option(name: string, value: Scalar): void {
    const option = findOption(name);
    if (option === undefined) {
      return this.#fault('option', name, [], 'is not an option', 'see docs/reference/objects.md');
    }
    const read = readOptionValue(option, value);
    if (read === undefined) {
      const what = `"${value}" does not fit ${name}`;
      return this.#fault('option', name, [], what, `give ${optionExpectation(option)}`);
    }
    if (option.type !== 'text' || option.names === undefined) return;
    for (const each of splitNames(String(read)))
      this.#exists(option.names, each, 'option', name, []);
  }

  #unique(kind: KindName, field: string): void {
    const owners = new Map<Value, string>();
    for (const [name, json] of this.#model.get(kind)!) {
      const value = fieldsOf(json)[field];
      if (value === undefined) continue;
      const owner = owners.get(value);
      if (owner !== undefined) {
        this.#fault(kind, name, [field], `"${owner}" has the same`, 'it must be unique');
      }
      owners.set(value, name);
    }
  }

  /** Objects that contain themselves; each circle is told once. */
  #circles(kind: KindName, field: string): void {
    const objects = this.#model.get(kind)!;
    const inner = (name: string): readonly string[] => {
      const json = objects.get(name);
      return json === undefined ? [] : ((fieldsOf(json)[field] ?? []) as readonly string[]);
    };
    const done = new Set<string>();
    for (const start of objects.keys()) {
      if (done.has(start)) continue;
      const way: { name: string; rest: readonly string[] }[] = [
        { name: start, rest: inner(start) },
      ];
      const onWay = new Set([start]);
      for (let step = way.at(-1); step !== undefined; step = way.at(-1)) {
        const [next, ...rest] = step.rest;
        step.rest = rest;
        if (next === undefined) {
          done.add(step.name);
          onWay.delete(step.name);
          way.pop();
        } else if (onWay.has(next)) {
          const circle = [...way.map(({ name }) => name), next];
          const shown = circle.slice(circle.indexOf(next)).slice(0, 10).join(' > ');
          this.#fault(kind, step.name, [field, next], `it holds itself: ${shown}`, 'take it out');
        } else if (!done.has(next)) {
          way.push({ name: next, rest: inner(next) });
          onWay.add(next);
        }
      }
    }
  }
}
