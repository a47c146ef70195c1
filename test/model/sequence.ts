/** One sequence of calls under way: what was asked, what came, and what must agree at its end. */
import { isDeepStrictEqual } from 'node:util';
import { IxionError, type Client, type Interaction } from '../../lib/client/index.js';
import { mail, type Actor } from './actors.js';
import { Refused, type ExpectedEvent, type Known, type Model, type Wait } from './model.js';
import type { Real } from './real.js';
import { Script } from './script.js';

type Method = {
  [Name in keyof Client]: Client[Name] extends (...given: never[]) => Promise<unknown>
    ? Name
    : never;
}[keyof Client];

/** A call of the client library, and how it is printed. */
export interface Call<Result> {
  /** Of the promise, without an await. */
  readonly text: string;
  make(real: Real): Promise<Result>;
}

/** The call of a method by an actor; what is printed is what is called. */
export function call<Name extends Method>(
  actor: Actor,
  method: Name,
  ...given: Parameters<Client[Name]>
): Call<Awaited<ReturnType<Client[Name]>>> {
  const texts = given.map((argument) => JSON.stringify(argument) ?? 'undefined');
  return {
    text: `${actor.name}.${method}(${texts.join(', ')})`,
    make: (real) => {
      const client = real.client(actor) as unknown as Record<string, (...all: unknown[]) => never>;
      return client[method]!(...given);
    },
  };
}

/** The model and the server differ. */
export class Divergence extends Error {}

export function same(what: string, got: unknown, expected: unknown): void {
  if (isDeepStrictEqual(got, expected)) return;
  throw new Divergence(`${what}: ${JSON.stringify(got)}, not ${JSON.stringify(expected)}`);
}

type Answer<Result> = { readonly value: Result } | { readonly error: string };

async function answerOf<Result>(promise: Promise<Result>): Promise<Answer<Result>> {
  try {
    return { value: await promise };
  } catch (error) {
    if (error instanceof IxionError) return { error: error.errorName };
    throw error;
  }
}

interface RealWait {
  readonly wait: Wait;
  /** Its constant in the script. */
  readonly name: string;
  readonly text: string;
  readonly answer: Promise<readonly string[] | string>;
  isSettled: boolean;
}

export class Sequence {
  readonly real: Real;
  /** The calls so far. */
  readonly script = new Script();
  #waits: RealWait[] = [];
  #waitCount = 0;

  constructor(real: Real) {
    this.real = real;
  }

  /**
   * Makes a call while the model says what must come of it. The value of the call, if there must
   * be one; undefined if it must be refused, and was. `written`: the call as a statement that says
   * more of what must come.
   */
  async ask<Result>(
    asked: Call<Result>,
    expect: () => void,
    written = (text: string): string => `await ${text}`,
  ): Promise<Result | undefined> {
    let refusal: string | undefined;
    try {
      expect();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refusal = error.message;
    }
    this.script.add(refusal === undefined ? written(asked.text) : rejects(asked.text, refusal));
    const answer = await answerOf(asked.make(this.real));
    same(asked.text, 'error' in answer ? answer.error : undefined, refusal);
    return 'value' in answer ? answer.value : undefined;
  }

  /** Starts a pull that must wait. */
  wait(model: Model, asked: Call<Interaction[] | Interaction>, wait: Wait): void {
    const name = `wait${++this.#waitCount}`;
    this.script.add(`const ${name} = ${asked.text}`);
    this.script.add(`${name}.catch(() => undefined)`);
    const answer = answerOf(asked.make(this.real)).then((got) =>
      'error' in got ? got.error : [got.value].flat().map(({ InteractionId }) => InteractionId),
    );
    const waiting: RealWait = { wait, name, text: asked.text, answer, isSettled: false };
    // A rejection is reported by who awaits the answer.
    const settled = (): void => void (waiting.isSettled = true);
    answer.then(settled, settled);
    model.waits.push(wait);
    this.#waits.push(waiting);
  }

  /** Compares the pulls that must have ended with the model; no others may have. */
  async checkWaits(model: Model): Promise<void> {
    for (const { wait, name, text, answer } of this.#waits) {
      const { outcome } = wait;
      if (outcome === undefined) continue;
      if (typeof outcome === 'string') this.script.add(rejects(name, outcome));
      else this.script.add(wait.id === undefined ? pulls(name, outcome) : gets(name, outcome[0]!));
      same(`${text}, which waited`, await within(answer, text, this.real.patienceMs), outcome);
      model.waits.splice(model.waits.indexOf(wait), 1);
    }
    this.#waits = this.#waits.filter(({ wait }) => wait.outcome === undefined);
    const early = this.#waits.find(({ isSettled }) => isSettled);
    if (early !== undefined) same(`${early.text}, which waits`, await early.answer, undefined);
  }

  /** Waits until an interaction is as the model says; for what the server does by itself. */
  async until({ id, version }: Known): Promise<void> {
    const { text } = call(mail, 'getProperties', id);
    this.script.add(`while ((await ${text}).InteractionVersion < ${version}) await sleep(2)`);
    const endMs = performance.now() + this.real.patienceMs;
    for (;;) {
      const { InteractionVersion } = await this.real.client(mail).getProperties(id);
      if (InteractionVersion === version) return;
      if (performance.now() > endMs) same(`version of ${id}`, InteractionVersion, version);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  /** Compares an interaction with the model. */
  async checkInteraction(known: Known): Promise<void> {
    const got = await this.real.client(mail).getProperties(known.id);
    same(`properties of ${known.id}`, comparable(got), expectedProperties(known));
  }

  async checkTotals(model: Model): Promise<void> {
    const rows = await this.real.client(mail).queueStatistics(model.queues);
    const byQueue = new Map(rows.map(({ queue, partition: _, ...totals }) => [queue, totals]));
    for (const queue of model.queues) {
      same(`totals of ${queue}`, byQueue.get(queue), model.totals.get(queue));
    }
  }

  /** Everything that the model knows is compared; then all ends, and the events are compared. */
  async finish(model: Model): Promise<void> {
    for (const known of model.living.values()) await this.checkInteraction(known);
    await this.#endWaits(model);
    for (const id of model.living.keys()) {
      await this.ask(call(mail, 'stop', id), () => model.stop(mail, id, undefined));
      await this.checkWaits(model);
    }
    await this.checkTotals(model);
    for (const [id, expected] of model.events) {
      const got = await this.real.takeEvents(id, expected.length);
      same(
        `events of ${id}`,
        got.map((event, at) => onlyKeys(event, expected[at])),
        expected,
      );
    }
    same('events as a whole', this.real.faults, []);
  }

  /** Every queue that is waited for gets one interaction more than there are pulls. */
  async #endWaits(model: Model): Promise<void> {
    for (const { queue } of model.waits.filter((wait) => wait.queue !== undefined)) {
      const submission = { queue: queue!, mediaType: 'email', interactionType: 'Inbound' };
      const asked = call(mail, 'submit', { ...submission, receivedAt: 1 });
      const result = await this.ask(asked, () => undefined);
      const submit = { queue: queue!, priority: undefined, hold: false, isOnline: undefined };
      const id = result!.interactionId;
      this.script.submitted(id);
      model.submitted(mail, { ...submit, id, userData: undefined }, 1);
      await this.checkWaits(model);
    }
  }
}

const rejects = (promise: string, errorName: string): string =>
  `await rejects(${promise}, { errorName: '${errorName}' })`;

/** A pull from a queue, and what must come of it. */
export const pulls = (promise: string, ids: readonly string[]): string =>
  `deepEqual(idsOf(await ${promise}), ${JSON.stringify(ids)})`;

const gets = (promise: string, id: string): string =>
  `equal((await ${promise}).InteractionId, ${JSON.stringify(id)})`;

async function within<Result>(
  promise: Promise<Result>,
  text: string,
  patienceMs: number,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Divergence(`${text}, which waited: no answer`);
    timer = setTimeout(() => reject(error), patienceMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Of an event only what the model has something to say about; all of one that it does not expect.
 */
function onlyKeys(event: object, expected: ExpectedEvent | undefined): object {
  if (expected === undefined) return event;
  const entries = Object.entries(event).filter(([key]) => Object.hasOwn(expected, key));
  return Object.fromEntries(entries);
}

function comparable(got: Interaction): Record<string, unknown> {
  const { InteractionVersion, InteractionState, Queue, Priority, ReceivedAt, SubmittedBy } = got;
  const { IsHeld, IsOnline, AssignedTo, ExternalId, UserData } = got;
  return {
    InteractionVersion,
    InteractionState,
    Queue,
    Priority,
    ReceivedAt,
    SubmittedBy,
    IsHeld,
    IsOnline,
    AssignedTo,
    ExternalId,
    UserData,
    wasHeld: got['HeldAt'] !== undefined,
    wasAbandoned: got['AbandonedAt'] !== undefined,
  };
}

/** What `getProperties` must give, as `comparable` makes it. */
function expectedProperties(known: Known): Record<string, unknown> {
  return {
    InteractionVersion: known.version,
    InteractionState: known.state,
    Queue: known.queue,
    Priority: known.priority,
    ReceivedAt: known.receivedAt,
    SubmittedBy: known.submittedBy,
    IsHeld: known.isHeld ? 1 : 0,
    IsOnline: known.isOnline ? 1 : 0,
    AssignedTo: known.owner?.clientName,
    ExternalId: known.externalId,
    UserData: known.userData,
    wasHeld: known.isHeld,
    wasAbandoned: known.isAbandoned,
  };
}
