/** Snapshots as objects of the SDK. */
import { errorNameOf, IxionError } from '../errors.js';
import type { Attributes, Body, RequestName } from '../protocol/index.js';
import { numberIn } from './administration.js';
import * as kinds from './argument-kinds.js';
import { check, checkId } from './arguments.js';
import type { Caller } from './caller.js';
import { interactionsResult, nonsense, nothing, textOf } from './results.js';
import type * as Sdk from './types.js';

const plan = { route: 'agent', key: '' } as const;

export async function takeSnapshot(
  caller: Caller,
  { condition, order, checkState, most, tenantId, lock }: Sdk.SnapshotRequest,
  nextKey: () => Uint8Array,
  options: Sdk.CallOptions | undefined,
): Promise<Sdk.Snapshot> {
  const body = {
    Condition: condition,
    Order: order,
    CheckInteractionsState: checkState,
    SnapshotMaxInteractions: most,
    TenantId: tenantId,
    Lock: lock,
  };
  const result = (answer: Attributes): Snapshot => new Snapshot(caller, answer, nextKey);
  return caller.call('RequestTakeSnapshot', body, { ...plan, result, options });
}

class Snapshot implements Sdk.Snapshot {
  readonly id: number;
  readonly count: number;
  readonly total: number;
  readonly isTruncated: boolean;
  readonly notLocked: number;
  readonly #caller: Caller;
  readonly #nextKey: () => Uint8Array;

  constructor(caller: Caller, answer: Attributes, nextKey: () => Uint8Array) {
    this.#caller = caller;
    this.#nextKey = nextKey;
    this.id = numberIn(answer, 'SnapshotId');
    this.count = numberIn(answer, 'NumberOfInteractions');
    this.total = numberIn(answer, 'Total');
    this.isTruncated = answer['Truncated'] === true;
    const { NotLocked: notLocked } = answer;
    this.notLocked = typeof notLocked === 'number' ? notLocked : 0;
  }

  page(
    page: { readonly start?: number | undefined; readonly count?: number | undefined } = {},
    options?: Sdk.CallOptions,
  ): Promise<Sdk.SnapshotPage> {
    const name = 'RequestGetSnapshotInteractions';
    const wrong = check(name, options, page, kinds.snapshotPage, 'page');
    if (wrong !== undefined) return wrong;
    const body = {
      SnapshotId: this.id,
      StartFrom: page.start,
      NumberOfInteractions: page.count,
    };
    return this.#caller.call(name, body, { ...plan, result: toPage, options });
  }

  async *interactions(): AsyncIterableIterator<Sdk.Interaction> {
    let start: number | undefined = 1;
    do {
      const page: Sdk.SnapshotPage = await this.page({ start });
      yield* page.interactions;
      start = page.next;
    } while (start !== undefined);
  }

  lock(id: string, options?: Sdk.CallOptions): Promise<void> {
    return this.#lock('RequestLockInteraction', id, options);
  }

  unlock(id: string, options?: Sdk.CallOptions): Promise<void> {
    return this.#lock('RequestUnlockInteraction', id, options);
  }

  #lock(name: RequestName, id: string, options: Sdk.CallOptions | undefined): Promise<void> {
    const wrong = checkId(name, id, options);
    if (wrong !== undefined) return wrong;
    const body = { SnapshotId: this.id, InteractionId: id, ...whyOf(options) };
    return this.#caller.call(name, body, { ...plan, result: nothing, options });
  }

  moveAll(queue: string, options: Sdk.CallOptions): Promise<Sdk.SnapshotAct> {
    const name = 'RequestMoveInteractions';
    const wrong = check(name, options, queue, kinds.queue, 'queue');
    return wrong ?? this.#act(name, { Queue: queue }, options);
  }

  stopAll(options: Sdk.CallOptions): Promise<Sdk.SnapshotAct> {
    const name = 'RequestStopInteractions';
    return check(name, options) ?? this.#act(name, {}, options);
  }

  #act(name: RequestName, more: Body, options: Sdk.CallOptions): Promise<Sdk.SnapshotAct> {
    const RequestKey = options.requestKey ?? this.#nextKey();
    const body = { SnapshotId: this.id, ...more, ...whyOf(options), RequestKey };
    return this.#caller.call(name, body, { ...plan, result: toAct, options });
  }

  release(options?: Sdk.CallOptions): Promise<void> {
    const wrong = check('RequestReleaseSnapshot', options);
    if (wrong !== undefined) return wrong;
    const body = { SnapshotId: this.id };
    return this.#caller.call('RequestReleaseSnapshot', body, { ...plan, result: nothing, options });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.release();
    } catch (error) {
      // It was released before, or the server has given it up.
      if (!(error instanceof IxionError) || error.errorName !== 'UnknownSnapshot') throw error;
    }
  }
}

const whyOf = (options: Sdk.CallOptions | undefined): Body => ({
  ReasonSystemName: options?.reason?.systemName,
  ReasonDescription: options?.reason?.description,
  Extension: options?.extension,
});

const toAct = (answer: Attributes): Sdk.SnapshotAct => {
  const { Interactions: rows } = answer;
  if (!Array.isArray(rows)) throw nonsense('Interactions');
  return {
    operation: numberIn(answer, 'Operation'),
    done: numberIn(answer, 'Done'),
    refused: numberIn(answer, 'Refused'),
    refusals: (rows as readonly Attributes[]).map((row) => {
      const code = numberIn(row, 'ErrorCode');
      return {
        interactionId: textOf(row, 'InteractionId') ?? '',
        name: errorNameOf(code) ?? String(code),
        code,
        message: textOf(row, 'ErrorDescription') ?? '',
      };
    }),
  };
};

const toPage = (answer: Attributes): Sdk.SnapshotPage => {
  const { Next: next } = answer;
  return {
    interactions: interactionsResult(answer),
    leftOut: numberIn(answer, 'LeftOut'),
    next: typeof next === 'number' ? next : undefined,
  };
};
