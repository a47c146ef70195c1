/** Workbins as the SDK offers them. */
import { IxionError } from '../errors.js';
import type { Attributes, Body, RequestName } from '../protocol/index.js';
import { numberIn } from './administration.js';
import * as kinds from './argument-kinds.js';
import { check } from './arguments.js';
import { workbinBody, workbinOwnerBody } from './bodies.js';
import type { Caller } from './caller.js';
import { interactionResult, interactionsResult, nonsense, textOf } from './results.js';
import type * as Sdk from './types.js';
import { Watches, type Watch } from './watches.js';

const plan = { route: 'agent', key: '' } as const;
const words = { 1: 'taken', 2: 'placed', 3: 'changed' } as const;

type ChangeWatch = Watch<Sdk.WorkbinChange>;

/** What tells workbins apart, as they are told of. */
const keyOf = (body: Body): string =>
  [
    body['WorkbinTypeId'],
    body['WorkbinAgentId'],
    body['WorkbinGroupId'],
    body['WorkbinPlaceId'],
    body['WorkbinPlaceGroupId'],
  ].join('\0');

export class WorkbinCalls implements Sdk.Workbins {
  readonly #caller: Caller;
  readonly #watches: Watches<Sdk.WorkbinChange>;

  constructor(caller: Caller) {
    this.#caller = caller;
    this.#watches = new Watches(caller, {
      begin: 'RequestWorkbinNotifications',
      end: 'RequestCancelWorkbinNotifications',
      endBody: (_, body) => body,
      news: 'changes of a workbin',
    });
  }

  async *content(workbin: Sdk.WorkbinName): AsyncIterableIterator<Sdk.Interaction> {
    const name = 'RequestGetWorkbinContent';
    await check(name, undefined, workbin, kinds.workbin, 'workbin');
    const result = (answer: Attributes) => ({
      interactions: interactionsResult(answer),
      next: textOf(answer, 'Next'),
    });
    let after: string | undefined;
    do {
      const body = { ...workbinBody(workbin), After: after };
      const page = await this.#caller.call(name, body, { ...plan, result, options: undefined });
      yield* page.interactions;
      after = page.next;
    } while (after !== undefined);
  }

  changes(workbin: Sdk.WorkbinName): AsyncIterableIterator<Sdk.WorkbinChange> {
    const name = 'RequestWorkbinNotifications';
    const wrong = check(name, undefined, workbin, kinds.workbin, 'workbin');
    if (wrong !== undefined) return this.#watches.read([], {}, wrong);
    const body = workbinBody(workbin);
    return this.#watches.read([keyOf(body)], body);
  }

  async counts(
    types: readonly string[],
    owner: Omit<Sdk.WorkbinName, 'type'> = {},
    options?: Sdk.CallOptions,
  ): Promise<Sdk.WorkbinCount[]> {
    const body = { WorkbinTypeIds: types, ...workbinOwnerBody(owner) };
    const call = { ...plan, result: countsOf, options };
    return await this.#caller.call('RequestWorkbinStatistic', body, call);
  }

  types(options?: Sdk.CallOptions): Promise<Sdk.WorkbinType[]> {
    return this.#all('RequestWorkbinTypesInfo', {}, typesOf, options);
  }

  list(
    {
      type,
      orphans,
    }: { readonly type?: string | undefined; readonly orphans?: boolean | undefined } = {},
    options?: Sdk.CallOptions,
  ): Promise<Sdk.WorkbinCount[]> {
    const body = { WorkbinTypeId: type, Orphans: orphans };
    return this.#all('RequestGetWorkbinsInfo', body, countsOf, options);
  }

  /** Whether it is an event about a workbin, which whoever watches it has got then. */
  event(name: string, attributes: Attributes, bytes: number): boolean {
    if (name !== 'EventWorkbinContentChanged') return false;
    const key = keyOf(attributes as Body);
    const operation = numberIn(attributes, 'Operation');
    for (const watch of this.#watches.that((one) => this.#isOf(one, attributes, key))) {
      if (operation === 0) this.#watches.end(watch, new IxionError('NotWorkbinOwner'));
      else this.#watches.tell(watch, changeOf(operation, attributes), bytes);
    }
    return true;
  }

  lost(): void {
    this.#watches.lost();
  }

  again(): void {
    this.#watches.again();
  }

  ended(reason: IxionError | undefined): void {
    this.#watches.ended(reason);
  }

  /** Of one without an owner: that of the agent or its place, as the server says. */
  #isOf({ keys: [key], body }: ChangeWatch, attributes: Attributes, told: string): boolean {
    if (key === told) return true;
    const hasOwner = Object.entries(body).some(
      ([name, value]) => name !== 'WorkbinTypeId' && value !== undefined,
    );
    return !hasOwner && body['WorkbinTypeId'] === attributes['WorkbinTypeId'];
  }

  async #all<Row>(
    name: RequestName,
    body: Body,
    rowsOf: (answer: Attributes) => Row[],
    options: Sdk.CallOptions | undefined,
  ): Promise<Row[]> {
    const result = (answer: Attributes) => ({
      rows: rowsOf(answer),
      next: textOf(answer, 'Next'),
    });
    const all: Row[] = [];
    let after: string | undefined;
    do {
      const page = await this.#caller.call(
        name,
        { ...body, After: after },
        { ...plan, result, options },
      );
      all.push(...page.rows);
      after = page.next;
    } while (after !== undefined);
    return all;
  }
}

function changeOf(operation: number, attributes: Attributes): Sdk.WorkbinChange {
  const what = words[operation as keyof typeof words] as 'taken' | undefined;
  if (what === undefined) throw nonsense('Operation');
  return {
    what,
    interactionId: textOf(attributes, 'InteractionId') ?? '',
    version: numberIn(attributes, 'InteractionVersion'),
    interaction:
      attributes['Interaction'] === undefined ? undefined : interactionResult(attributes),
    actorId: textOf(attributes, 'ActorId'),
  };
}

const rowsIn = (answer: Attributes, name: string): readonly Attributes[] => {
  const rows = answer[name];
  if (!Array.isArray(rows)) throw nonsense(name);
  return rows as readonly Attributes[];
};

const countsOf = (answer: Attributes): Sdk.WorkbinCount[] =>
  rowsIn(answer, 'Workbins').map((row) => ({
    type: textOf(row, 'WorkbinTypeId') ?? '',
    agentId: textOf(row, 'WorkbinAgentId'),
    groupId: textOf(row, 'WorkbinGroupId'),
    placeId: textOf(row, 'WorkbinPlaceId'),
    placeGroupId: textOf(row, 'WorkbinPlaceGroupId'),
    interactions: numberIn(row, 'Interactions'),
    oldestAt: typeof row['OldestAt'] === 'number' ? row['OldestAt'] : undefined,
    isOrphan: row['IsOrphan'] === true,
  }));

const typesOf = (answer: Attributes): Sdk.WorkbinType[] =>
  rowsIn(answer, 'Types').map((row) => ({
    type: textOf(row, 'WorkbinTypeId') ?? '',
    displayName: textOf(row, 'DisplayName'),
    ownerKind: textOf(row, 'OwnerKind') ?? '',
    queue: textOf(row, 'Queue') ?? '',
    isEnabled: row['IsEnabled'] === true,
  }));
