/** Workbins as the SDK offers them. */
import { IxionError } from '../errors.js';
import { limits } from '../limits.js';
import type { Attributes, Body, RequestName } from '../protocol/index.js';
import { numberIn } from './administration.js';
import * as kinds from './argument-kinds.js';
import { check } from './arguments.js';
import { AsyncQueue } from './async-queue.js';
import type { Caller } from './caller.js';
import { interactionResult, interactionsResult, nonsense, nothing, textOf } from './results.js';
import type * as Sdk from './types.js';

const plan = { route: 'agent', key: '' } as const;
const words = { 1: 'taken', 2: 'placed', 3: 'changed' } as const;

/** Somebody reads the changes of a workbin. */
interface Watch {
  readonly key: string;
  readonly body: Body;
  readonly queue: AsyncQueue<Sdk.WorkbinChange>;
}

/** The attributes of a workbin. */
export const attributesOf = (workbin: Sdk.WorkbinName): Body => ({
  WorkbinTypeId: workbin.type,
  ...ownerOf(workbin),
});

const ownerOf = (owner: Omit<Sdk.WorkbinName, 'type'>): Body => ({
  WorkbinAgentId: owner.agentId,
  WorkbinGroupId: owner.groupId,
  WorkbinPlaceId: owner.placeId,
  WorkbinPlaceGroupId: owner.placeGroupId,
});

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
  readonly #watches = new Set<Watch>();

  constructor(caller: Caller) {
    this.#caller = caller;
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
      const body = { ...attributesOf(workbin), After: after };
      const page = await this.#caller.call(name, body, { ...plan, result, options: undefined });
      yield* page.interactions;
      after = page.next;
    } while (after !== undefined);
  }

  changes(workbin: Sdk.WorkbinName): AsyncIterableIterator<Sdk.WorkbinChange> {
    const body = attributesOf(workbin);
    const queue = new AsyncQueue<Sdk.WorkbinChange>(() => this.#left(watch));
    const watch: Watch = { key: keyOf(body), body, queue };
    this.#watches.add(watch);
    void this.#begin(watch);
    return queue;
  }

  async counts(
    types: readonly string[],
    owner: Omit<Sdk.WorkbinName, 'type'> = {},
    options?: Sdk.CallOptions,
  ): Promise<Sdk.WorkbinCount[]> {
    const body = { WorkbinTypeIds: types, ...ownerOf(owner) };
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
  event(name: string, attributes: Attributes): boolean {
    if (name !== 'EventWorkbinContentChanged') return false;
    const key = keyOf(attributes as Body);
    const own = [...this.#watches].filter((watch) => this.#isOf(watch, attributes, key));
    const operation = numberIn(attributes, 'Operation');
    for (const watch of own) {
      if (operation === 0) this.#end(watch, new IxionError('NotWorkbinOwner'));
      else if (watch.queue.length >= limits.clientWaitingEvents) {
        this.#end(watch, new IxionError('TooMuchHeld', 'changes of a workbin are not read'));
      } else watch.queue.push(changeOf(operation, attributes));
    }
    return true;
  }

  /** The connection is lost: what is watched is asked for anew, once there is another. */
  lost(): void {
    for (const watch of this.#watches) void this.#begin(watch);
  }

  /** The client has ended. */
  ended(reason: IxionError | undefined): void {
    for (const watch of this.#watches) this.#end(watch, reason);
  }

  /** Of one without an owner: that of the agent or its place, as the server says. */
  #isOf({ key, body }: Watch, attributes: Attributes, told: string): boolean {
    if (key === told) return true;
    const hasOwner = Object.entries(body).some(
      ([name, value]) => name !== 'WorkbinTypeId' && value !== undefined,
    );
    return !hasOwner && body['WorkbinTypeId'] === attributes['WorkbinTypeId'];
  }

  async #begin(watch: Watch): Promise<void> {
    try {
      const name = 'RequestWorkbinNotifications';
      await this.#caller.call(name, watch.body, { ...plan, result: nothing, options: undefined });
      if (this.#watches.has(watch)) watch.queue.push({ what: 'begun' });
    } catch (error) {
      this.#end(watch, error as IxionError);
    }
  }

  /** Nobody reads it any more; others may read of the same workbin. */
  #left(watch: Watch): void {
    this.#watches.delete(watch);
    if ([...this.#watches].some(({ key }) => key === watch.key)) return;
    const name = 'RequestCancelWorkbinNotifications';
    // Without success the server ends it with the client.
    this.#caller
      .call(name, watch.body, { ...plan, result: nothing, options: undefined })
      .catch(() => undefined);
  }

  #end(watch: Watch, reason: IxionError | undefined): void {
    if (this.#watches.delete(watch)) watch.queue.end(reason);
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
