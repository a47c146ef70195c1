/** The calls that a sequence is made of. */
import fc from 'fast-check';
import type { KeyValues } from '../../lib/client/index.js';
import {
  ann,
  bob,
  chat,
  guest,
  mail,
  registrationOf,
  report,
  router,
  type Actor,
} from './actors.js';
import { Refused, type Changes, type Known, type Model } from './model.js';
import { call, pulls, same, type Call, type Sequence } from './sequence.js';

/** What a command will do, given what there is. */
type Plan = (sequence: Sequence) => Promise<void>;

/** Undefined: it cannot be done now. */
type Planner = (model: Model) => Plan | undefined;

class Command implements fc.AsyncCommand<Model, Sequence, true> {
  readonly #planner: Planner;

  constructor(planner: Planner) {
    this.#planner = planner;
  }

  async check(model: Readonly<Model>): Promise<boolean> {
    return this.#planner(model as Model) !== undefined;
  }

  async run(model: Model, sequence: Sequence): Promise<void> {
    await this.#planner(model)!(sequence);
    await sequence.checkWaits(model);
  }

  /** Names and identifiers differ from run to run: the script of the sequence has the calls. */
  toString(): string {
    return 'call';
  }
}

type Arbitraries<Given> = { [Key in keyof Given]: fc.Arbitrary<Given[Key]> };

const command = <Given extends object>(
  given: Arbitraries<Given>,
  plan: (model: Model, given: Given) => Plan | undefined,
): fc.Arbitrary<Command> =>
  fc.record<Given>(given).map((drawn) => new Command((model) => plan(model, drawn as Given)));

/** Draws that only mean something once there is a model. */
const draw = { any: fc.nat(1_000), actor: fc.nat(1_000), queue: fc.nat(3) };
const optional = <Value>(arbitrary: fc.Arbitrary<Value>) =>
  fc.option(arbitrary, { nil: undefined });

const priority = fc.constantFrom(-1, 0, 1, 5);
const receivedAt = fc.integer({ min: 1_000, max: 1_004 });
const dataKey = fc.constantFrom('Subject', 'Size', 'Vip', '__proto__');
const dataValue = fc.oneof(fc.string({ maxLength: 8 }), fc.integer(), fc.boolean());
const data = fc
  .uniqueArray(fc.tuple(dataKey, dataValue), { selector: ([key]) => key, maxLength: 3 })
  .map((entries) => Object.fromEntries(entries) as KeyValues);

const pick = <Value>(values: readonly Value[], at: number): Value | undefined =>
  values.length === 0 ? undefined : values[at % values.length];

const anyActors = [mail, chat, ann, bob, router, ann, bob, guest, report];
const pullers = [ann, bob, router, guest];

/** The guest only while it is registered. */
function actorOf(model: Model, actors: readonly Actor[], at: number): Actor {
  const actor = pick(actors, at)!;
  return actor === guest && !model.registered.has(guest) ? ann : actor;
}

/** Those who have something are drawn more often for it, or hardly anything could be done. */
function actorFor(model: Model, { owner }: Known, at: number): Actor {
  return owner !== undefined && at % 3 > 0 ? owner : actorOf(model, anyActors, at);
}

const livingOf = (model: Model, at: number): Known | undefined =>
  pick([...model.living.values()], at);
const endedOf = (model: Model, at: number): string =>
  pick([...model.ended.keys()], at) ?? 'nobody.knows';

const submit = command(
  {
    ...draw,
    isChosen: fc.boolean(),
    priority: optional(priority),
    receivedAt: optional(receivedAt),
    hold: fc.option(fc.constant(true), { nil: undefined, freq: 4 }),
    isOnline: fc.option(fc.boolean(), { nil: undefined, freq: 3 }),
    userData: optional(data),
  },
  (model, { actor: actorAt, any, queue: queueAt, isChosen, ...given }) => {
    const actor = actorOf(model, [mail, mail, ...anyActors], actorAt);
    const queue = model.queues[queueAt]!;
    const interactionId = isChosen ? `${queue}.${any}.${model.events.size}` : undefined;
    const submission = { queue, interactionId, mediaType: 'chat', interactionType: 'Inbound' };
    const asked = call(actor, 'submit', { ...submission, ...given });
    return async (sequence) => {
      const result = await sequence.ask(asked, () =>
        model.checkSubmit(actor, interactionId, given.isOnline),
      );
      if (result === undefined) return;
      const id = result.interactionId;
      if (interactionId !== undefined) same('identifier', id, interactionId);
      same('duplicate', result.duplicate, false);
      const { ReceivedAt } = await sequence.real.client(mail).getProperties(id);
      const receivedAt = given.receivedAt ?? ReceivedAt!;
      // The order depends on it.
      const whole = call(actor, 'submit', { ...submission, ...given, receivedAt });
      sequence.script.restate(`await ${whole.text}`);
      if (interactionId === undefined) sequence.script.submitted(id);
      const submitted = { ...given, id, queue, hold: given.hold === true };
      model.submitted(actor, submitted, receivedAt);
    };
  },
);

const submitAgain = command({ ...draw, isEnded: fc.boolean() }, (model, given) => {
  const chosen = [...model.ended.keys()].filter((id) => id.includes('.'));
  const id = given.isEnded ? pick(chosen, given.any) : livingOf(model, given.any)?.id;
  if (id === undefined) return undefined;
  const actor = actorOf(model, [mail, mail, ...anyActors], given.actor);
  const submission = { queue: model.queues[given.queue]!, interactionId: id };
  const more = { mediaType: 'chat', interactionType: 'Inbound' };
  const asked = call(actor, 'submit', { ...submission, ...more });
  return async (sequence) => {
    const result = await sequence.ask(asked, () => model.checkSubmit(actor, id, undefined));
    if (result !== undefined) same(asked.text, result, { interactionId: id, duplicate: true });
  };
});

const lists = {
  added: optional(data),
  changed: optional(data),
  deleted: optional(fc.uniqueArray(dataKey, { maxLength: 2 })),
};

const change = command(
  {
    ...draw,
    ...lists,
    externalId: optional(fc.constantFrom('x1', 'x2')),
    priority: optional(priority),
    isOnline: fc.option(fc.boolean(), { nil: undefined, freq: 3 }),
  },
  (model, { actor: actorAt, any, queue: _, ...changes }) => {
    const known = livingOf(model, any);
    if (known === undefined) return undefined;
    const actor = actorFor(model, known, actorAt);
    const asked = call(actor, 'changeProperties', known.id, changes);
    return simple(asked, () => model.change(actor, known.id, changes));
  },
);

const get = command(draw, (model, { any }) => {
  const known = livingOf(model, any);
  if (known === undefined) return undefined;
  return (sequence) => {
    sequence.script.add(`await ${call(mail, 'getProperties', known.id).text}`);
    return sequence.checkInteraction(known);
  };
});

/**
 * A pull by identifier follows its interaction to another partition, and comes there a moment
 * later. What it must get is only known when it gets the interaction at once.
 */
function isFollowed(model: Model, known: Known, queue: string): boolean {
  const waits = model.waits.filter(({ id }) => id === known.id);
  if (waits.length === 0 || model.areTogether(known.queue, queue)) return false;
  const isServed = waits.some(({ ignoreHold }) => !known.isHeld || ignoreHold);
  return !isServed || model.waits.some((wait) => wait.queue === queue);
}

const place = command({ ...draw, lists: optional(fc.record(lists)) }, (model, given) => {
  const known = livingOf(model, given.any);
  if (known === undefined) return undefined;
  const actor = actorFor(model, known, given.actor);
  const queue = model.queues[given.queue]!;
  if (isFollowed(model, known, queue)) return undefined;
  const changes: Changes = given.lists ?? {};
  const asked = call(actor, 'placeInQueue', known.id, queue, changes);
  return simple(asked, () => model.place(actor, known.id, queue, changes));
});

const farFuture = 4_000_000_000_000;

const hold = command({ ...draw, hasEnd: fc.boolean() }, (model, { any, actor: at, hasEnd }) => {
  const known = livingOf(model, any);
  if (known === undefined) return undefined;
  const actor = actorFor(model, known, at);
  const asked = call(actor, 'hold', known.id, hasEnd ? { until: farFuture } : {});
  return simple(asked, () => model.hold(actor, known.id));
});

/** A hold whose end comes while the sequence waits for it. */
const holdForShort = command(draw, (model, { any }) => {
  const known = livingOf(model, any);
  if (known === undefined) return undefined;
  return async (sequence) => {
    const asked = call(mail, 'hold', known.id, { until: Date.now() + 5 });
    const written = `await mail.hold("${known.id}", { until: Date.now() + 5 })`;
    await sequence.ask(
      asked,
      () => model.hold(mail, known.id),
      () => written,
    );
    model.resume(undefined, known.id);
    await sequence.until(known);
  };
});

const resume = command(draw, (model, { any, actor: at }) => {
  const held = [...model.living.values()].filter(({ isHeld }) => isHeld);
  const known = any % 4 === 0 ? livingOf(model, any) : pick(held, any);
  if (known === undefined) return undefined;
  const actor = actorFor(model, known, at);
  return simple(call(actor, 'resume', known.id), () => model.resume(actor, known.id));
});

const pull = command(
  { ...draw, count: optional(fc.integer({ min: 1, max: 4 })) },
  (model, given) => {
    const actor = actorOf(model, [...pullers, ...pullers, ...anyActors], given.actor);
    const queue = model.queues[given.queue]!;
    const { count } = given;
    const asked = call(actor, 'pull', { queue, count });
    return async (sequence) => {
      let expected: string[] = [];
      const got = await sequence.ask(
        asked,
        () => {
          expected = model.pull(actor, queue, count ?? 1);
        },
        (text) => pulls(text, expected),
      );
      const ids = got?.map(({ InteractionId }) => InteractionId);
      if (ids !== undefined) same(asked.text, ids, expected);
    };
  },
);

const pullById = command({ ...draw, ignoreHold: fc.boolean() }, (model, given) => {
  const known = livingOf(model, given.any);
  if (known === undefined) return undefined;
  const { id } = known;
  const { ignoreHold } = given;
  const actor = actorOf(model, [...pullers, ...pullers, ...anyActors], given.actor);
  const asked = call(actor, 'pullById', id, { ignoreHold });
  return simple(asked, () => model.pullById(actor, id, ignoreHold));
});

const waitMs = 60_000;
const callOptions = { timeoutMs: 60_000 };
const waiters = [ann, bob, router];

const pullWaiting = command({ ...draw, count: fc.integer({ min: 1, max: 3 }) }, (model, given) => {
  const queue = model.queues[given.queue]!;
  if (model.available(queue).length > 0) return undefined;
  const actor = pick(waiters, given.actor)!;
  const { count } = given;
  const asked = call(actor, 'pull', { queue, count, waitMs }, callOptions);
  const wait = { actor, queue, id: undefined, count, ignoreHold: false, outcome: undefined };
  return async (sequence) => sequence.wait(model, asked, { ...wait });
});

const pullByIdWaiting = command({ ...draw, ignoreHold: fc.boolean() }, (model, given) => {
  const { ignoreHold } = given;
  const taken = [...model.living.values()].filter(
    ({ id, owner, isHeld }) =>
      (owner !== undefined || (isHeld && !ignoreHold)) &&
      !model.waits.some((wait) => wait.id === id),
  );
  const known = pick(taken, given.any);
  if (known === undefined) return undefined;
  const { id } = known;
  const actor = pick(waiters, given.actor)!;
  const asked = call(actor, 'pullById', id, { ignoreHold, waitMs }, callOptions);
  const wait = { actor, queue: undefined, id, count: 1, ignoreHold, outcome: undefined };
  return async (sequence) => sequence.wait(model, asked, { ...wait });
});

const pullInVain = command(draw, (model, given) => {
  const queue = model.queues[given.queue]!;
  if (model.available(queue).length > 0) return undefined;
  const asked = call(ann, 'pull', { queue, waitMs: 1 });
  return async (sequence) => {
    const got = await sequence.ask(
      asked,
      () => undefined,
      (text) => pulls(text, []),
    );
    same(asked.text, got, []);
  };
});

const stop = command(
  { ...draw, reason: optional(fc.constantFrom('Normal', 'Abandoned', '__proto__x')) },
  (model, given) => {
    const known = livingOf(model, given.any);
    if (known === undefined) return undefined;
    const { reason } = given;
    const actor = actorFor(model, known, given.actor);
    const options = reason === undefined ? {} : { reason: { systemName: reason } };
    const asked = call(actor, 'stop', known.id, options);
    return simple(asked, () => model.stop(actor, known.id, reason));
  },
);

/** Calls about what does not exist, or no longer. */
const inVain = command({ ...draw, kind: fc.nat(10) }, (model, given) => {
  const id = endedOf(model, given.any);
  const queue = model.queues[given.queue]!;
  const more = { mediaType: 'chat', interactionType: 'Inbound' };
  const calls = [
    { asked: call(mail, 'getProperties', id), error: 'UnknownInteraction' },
    { asked: call(mail, 'stop', id), error: 'UnknownInteraction' },
    { asked: call(ann, 'hold', id), error: 'UnknownInteraction' },
    { asked: call(ann, 'resume', id), error: 'UnknownInteraction' },
    { asked: call(router, 'placeInQueue', id, queue), error: 'UnknownInteraction' },
    { asked: call(mail, 'changeProperties', id, { priority: 1 }), error: 'UnknownInteraction' },
    { asked: call(bob, 'pullById', id), error: 'UnknownInteraction' },
    { asked: call(mail, 'submit', { ...more, queue: 'no queue' }), error: 'UnknownQueue' },
    { asked: call(ann, 'pull', { queue: 'no queue' }), error: 'UnknownView' },
    { asked: call(mail, 'queueStatistics', ['no queue']), error: 'UnknownQueue' },
    {
      asked: call(mail, 'submit', { ...more, queue, interactionId: 'no identifier' }),
      error: 'InvalidInteractionId',
    },
  ];
  const { asked, error } = calls[given.kind]!;
  return simple(asked as Call<unknown>, () => {
    throw new Refused(error);
  });
});

const register = command({}, (model) => {
  if (model.registered.has(guest)) return undefined;
  return async (sequence) => {
    sequence.script.add(`guest = await report.addClient(${JSON.stringify(registrationOf(guest))})`);
    await sequence.real.registerGuest();
    model.registered.add(guest);
  };
});

/** What the guest had comes back by itself, very soon. */
const unregister = command({}, (model) => {
  if (!model.registered.has(guest)) return undefined;
  return async (sequence) => {
    model.registered.delete(guest);
    const had = model.release(guest);
    sequence.script.add('await guest.close()');
    await sequence.real.unregisterGuest();
    for (const id of had) await sequence.until(model.get(id));
  };
});

const statistics = command({}, (model) => (sequence) => {
  sequence.script.add(`await ${call(report, 'queueStatistics', model.queues).text}`);
  return sequence.checkTotals(model);
});

const simple =
  (asked: Call<unknown>, expect: () => void): Plan =>
  async (sequence) => {
    await sequence.ask(asked, expect);
  };

/** Those that stand more than once are drawn more often. */
export const commands: fc.Arbitrary<Command>[] = [
  [submit, submit, submit, submitAgain, place, place, place, place],
  [pull, pull, pullById, pullById, pullWaiting, pullByIdWaiting, pullByIdWaiting, pullInVain],
  [change, change, hold, hold, resume, holdForShort, get, statistics, inVain, stop, stop],
  [register, unregister],
].flat();
