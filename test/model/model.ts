/**
 * What the server must do, in the simplest form: a map of interactions, no partitions, no disk.
 * Each method is one request; it throws `Refused` with the error the server must give, or changes
 * the model, notes the events that must be seen, and serves the pulls that wait.
 */
import type { KeyValues } from '../../lib/client/index.js';
import { actorTypes, type Actor } from './actors.js';

/** The server must refuse this with that error. */
export class Refused extends Error {}

/** An event as the model compares it: by its name, with what matters of its attributes. */
export type ExpectedEvent = { readonly event: string } & Readonly<Record<string, unknown>>;

export interface Known {
  readonly id: string;
  readonly submittedBy: string;
  readonly receivedAt: number;
  queue: string;
  priority: number;
  state: number;
  owner: Actor | undefined;
  isHeld: boolean;
  isOnline: boolean;
  isAbandoned: boolean;
  /** Since it was placed: an agent had it; its customer was counted as one who left. */
  isAnswered: boolean;
  isCounted: boolean;
  externalId: string | undefined;
  userData: KeyValues | undefined;
  version: number;
}

export interface Totals {
  submitted: number;
  entered: number;
  left: number;
  waiting: number;
  processing: number;
  stopped: Record<string, number>;
  abandoned: number;
}

/** A pull that waits: from a queue, or for an interaction. */
export interface Wait {
  readonly actor: Actor;
  readonly queue: string | undefined;
  readonly id: string | undefined;
  readonly count: number;
  readonly ignoreHold: boolean;
  /** What it must get: identifiers, or an error; undefined: it still waits. */
  outcome: readonly string[] | string | undefined;
}

export interface Submit {
  readonly id: string;
  readonly queue: string;
  readonly priority: number | undefined;
  readonly hold: boolean;
  readonly isOnline: boolean | undefined;
  readonly userData: KeyValues | undefined;
}

export interface Changes {
  readonly added?: KeyValues | undefined;
  readonly changed?: KeyValues | undefined;
  readonly deleted?: readonly string[] | undefined;
  readonly externalId?: string | undefined;
  readonly priority?: number | undefined;
  readonly isOnline?: boolean | undefined;
}

export class Model {
  readonly queues: readonly string[];
  /** Queues are in one partition if they have the same number here. */
  readonly #partitionOf: (queue: string) => number;
  readonly living = new Map<string, Known>();
  /** Identifiers that ended and that a client had chosen: by whom they were submitted. */
  readonly ended = new Map<string, string>();
  readonly events = new Map<string, ExpectedEvent[]>();
  readonly totals = new Map<string, Totals>();
  readonly waits: Wait[] = [];
  readonly registered = new Set<Actor>();

  constructor(queues: readonly string[], partitionOf: (queue: string) => number) {
    this.queues = queues;
    this.#partitionOf = partitionOf;
    for (const queue of queues) {
      const none = { submitted: 0, entered: 0, left: 0, waiting: 0, processing: 0 };
      this.totals.set(queue, { ...none, stopped: {}, abandoned: 0 });
    }
  }

  /** Whether two queues are in one partition. */
  areTogether(queue: string, other: string): boolean {
    return this.#partitionOf(queue) === this.#partitionOf(other);
  }

  /** Refuses a submit, or says whether it is a repeated one. */
  checkSubmit(actor: Actor, id: string | undefined, isOnline: boolean | undefined): boolean {
    if (actor.clientType === 'ReportingEngine') throw new Refused('WrongClientType');
    if (isOnline !== undefined && actor.clientType !== 'MediaServer') {
      throw new Refused('PropertyReadOnly');
    }
    if (id === undefined) return false;
    const submittedBy = this.living.get(id)?.submittedBy ?? this.ended.get(id);
    if (submittedBy === undefined) return false;
    if (submittedBy !== actor.clientName) throw new Refused('DuplicateInteractionId');
    return true;
  }

  submitted(actor: Actor, submit: Submit, receivedAt: number): void {
    const isAgent = actor.clientType === 'AgentApplication';
    const known: Known = {
      id: submit.id,
      submittedBy: actor.clientName,
      receivedAt,
      queue: submit.queue,
      priority: submit.priority ?? 0,
      state: isAgent ? 3 : 0,
      owner: isAgent ? actor : undefined,
      isHeld: submit.hold,
      isOnline: submit.isOnline === true,
      isAbandoned: false,
      isAnswered: false,
      isCounted: false,
      externalId: undefined,
      userData: submit.userData,
      version: 1,
    };
    this.living.set(known.id, known);
    const totals = this.totals.get(known.queue)!;
    totals.submitted++;
    this.#count(known, 1);
    const submittedBy = { SubmittedBy: actor.clientName, ...(submit.hold ? { IsHeld: true } : {}) };
    this.#event(actor, known, 'EventInteractionSubmitted', submittedBy);
    if (isAgent) this.#event(actor, known, 'EventPartyAdded', party(actor, 6));
    this.#serve(known, false);
  }

  get(id: string): Known {
    const known = this.living.get(id);
    if (known === undefined) throw new Refused('UnknownInteraction');
    return known;
  }

  change(actor: Actor, id: string, changes: Changes): void {
    const known = this.#mayTouch(actor, id);
    if (changes.isOnline !== undefined && actor.clientType !== 'MediaServer') {
      throw new Refused('PropertyReadOnly');
    }
    known.version++;
    known.priority = changes.priority ?? known.priority;
    known.externalId = changes.externalId ?? known.externalId;
    if (changes.isOnline !== undefined) {
      if (known.isOnline && !changes.isOnline) {
        this.#abandoned(known);
        known.isAbandoned = true;
      }
      if (changes.isOnline) known.isAbandoned = false;
      known.isOnline = changes.isOnline;
    }
    changeData(known, changes);
    const { externalId, priority, isOnline } = changes;
    const system = {
      ...(externalId === undefined ? {} : { ExternalId: externalId }),
      ...(priority === undefined ? {} : { Priority: priority }),
      ...(isOnline === undefined ? {} : { IsOnline: isOnline }),
    };
    const details = { ...changeDetails(changes) };
    if (Object.keys(system).length > 0) details['ChangedSystem'] = system;
    this.#event(actor, known, 'EventPropertiesChanged', details);
  }

  place(actor: Actor, id: string, queue: string, changes: Changes): void {
    const known = this.#mayTouch(actor, id);
    const oldQueue = known.queue;
    const { owner } = known;
    this.#count(known, -1);
    this.totals.get(oldQueue)!.left++;
    this.totals.get(queue)!.entered++;
    Object.assign(known, { queue, state: 0, owner: undefined, version: known.version + 1 });
    Object.assign(known, { isAnswered: false, isCounted: false });
    this.#count(known, 1);
    changeData(known, changes);
    const details = changeDetails(changes);
    if (Object.keys(details).length > 0) {
      this.#event(actor, known, 'EventPropertiesChanged', details);
    }
    if (owner !== undefined) this.#event(actor, known, 'EventPartyRemoved', party(owner, 12));
    this.#event(actor, known, 'EventPlacedInQueue', { OldQueue: oldQueue });
    this.#serve(known, !this.areTogether(oldQueue, queue));
  }

  hold(actor: Actor, id: string): void {
    const known = this.#mayTouch(actor, id);
    known.isHeld = true;
    known.version++;
    this.#event(actor, known, 'EventHeld', {});
  }

  /** `actor` undefined: the time of the hold is over. */
  resume(actor: Actor | undefined, id: string): void {
    const known = actor === undefined ? this.get(id) : this.#mayTouch(actor, id);
    if (!known.isHeld) throw new Refused('NotOnHold');
    known.isHeld = false;
    known.version++;
    this.#event(actor, known, 'EventResumed', {});
    this.#serve(known, false);
  }

  /** The identifiers that a pull takes, in order. */
  pull(actor: Actor, queue: string, count: number): string[] {
    if (!mayPull(actor)) throw new Refused('WrongClientType');
    return this.available(queue)
      .slice(0, count)
      .map((known) => this.#take(actor, known));
  }

  pullById(actor: Actor, id: string, ignoreHold: boolean): void {
    if (!mayPull(actor)) throw new Refused('WrongClientType');
    const known = this.get(id);
    if (known.owner !== undefined) throw new Refused('HeldByAnother');
    if (known.isHeld && !ignoreHold) throw new Refused('NotInRequiredState');
    this.#take(actor, known);
  }

  stop(actor: Actor, id: string, reason: string | undefined): void {
    const known = this.#mayTouch(actor, id);
    this.#count(known, -1);
    if (reason === 'Abandoned' && !known.isAbandoned) this.#abandoned(known);
    const { stopped } = this.totals.get(known.queue)!;
    stopped[reason ?? 'Normal'] = (stopped[reason ?? 'Normal'] ?? 0) + 1;
    known.version++;
    const why = reason === undefined ? {} : { ReasonSystemName: reason };
    if (known.owner !== undefined) {
      this.#event(actor, known, 'EventPartyRemoved', { ...party(known.owner, 10), ...why });
    }
    this.#event(actor, known, 'EventProcessingStopped', why);
    this.living.delete(id);
    this.ended.set(id, known.submittedBy);
    for (const wait of this.waits) {
      if (wait.id === id) wait.outcome ??= 'UnknownInteraction';
    }
  }

  /** A client ends: all that it has goes back to its place. */
  release(actor: Actor): string[] {
    const held = [...this.living.values()].filter(({ owner }) => owner === actor);
    for (const known of held) {
      this.#count(known, -1);
      known.isAnswered ||= known.state === 3;
      Object.assign(known, { state: 0, owner: undefined, version: known.version + 1 });
      this.#count(known, 1);
      this.#event(undefined, known, 'EventPartyRemoved', party(actor, 13));
      this.#event(undefined, known, 'EventPlacedInQueue', { OldQueue: known.queue });
    }
    for (const known of held) this.#serveById(known);
    for (const known of held) this.#serveQueue(known.queue);
    return held.map(({ id }) => id);
  }

  /** A customer leaves before an agent has had it, which counts once. */
  #abandoned(known: Known): void {
    if (known.state === 3 || known.isAnswered || known.isCounted) return;
    known.isCounted = true;
    this.totals.get(known.queue)!.abandoned++;
  }

  /** What can be pulled from a queue, in its order. */
  available(queue: string): Known[] {
    return [...this.living.values()]
      .filter((known) => known.queue === queue && known.owner === undefined && !known.isHeld)
      .sort(
        (left, right) =>
          right.priority - left.priority ||
          left.receivedAt - right.receivedAt ||
          (left.id < right.id ? -1 : 1),
      );
  }

  #mayTouch(actor: Actor, id: string): Known {
    const known = this.get(id);
    if (actor.clientType === 'ReportingEngine') throw new Refused('WrongClientType');
    if (actor.clientType === 'MediaServer' || known.owner === undefined) return known;
    if (known.owner !== actor) throw new Refused('HeldByAnother');
    return known;
  }

  #take(actor: Actor, known: Known): string {
    this.#count(known, -1);
    known.state = actor.clientType === 'AgentApplication' ? 3 : 2;
    known.owner = actor;
    known.version++;
    this.#count(known, 1);
    const PartyType = actorTypes[actor.clientType];
    this.#event(actor, known, 'EventTakenFromQueue', { PartyType });
    this.#event(actor, known, 'EventPartyAdded', party(actor, 5));
    return known.id;
  }

  /** `cameFromElsewhere`: pulls by identifier waited in another partition and come after it. */
  #serve(known: Known, cameFromElsewhere: boolean): void {
    if (!cameFromElsewhere) this.#serveById(known);
    this.#serveQueue(known.queue);
    if (cameFromElsewhere) this.#serveById(known);
  }

  #serveById(known: Known): void {
    if (known.owner !== undefined) return;
    const wait = this.#waiting().find(
      ({ id, ignoreHold }) => id === known.id && (!known.isHeld || ignoreHold),
    );
    if (wait !== undefined) wait.outcome = [this.#take(wait.actor, known)];
  }

  #serveQueue(queue: string): void {
    for (;;) {
      const first = this.available(queue);
      const wait = this.#waiting().find((each) => each.queue === queue);
      if (wait === undefined || first.length === 0) return;
      wait.outcome = first.slice(0, wait.count).map((known) => this.#take(wait.actor, known));
    }
  }

  #waiting(): Wait[] {
    return this.waits.filter(({ outcome }) => outcome === undefined);
  }

  #count(known: Known, by: number): void {
    const totals = this.totals.get(known.queue)!;
    if (known.state === 0) totals.waiting += by;
    else totals.processing += by;
  }

  #event(actor: Actor | undefined, known: Known, event: string, details: object): void {
    const events = this.events.get(known.id) ?? [];
    this.events.set(known.id, events);
    events.push({
      event,
      InteractionVersion: known.version,
      InteractionState: known.state,
      Queue: known.queue,
      ...(actor === undefined
        ? {}
        : { ActorType: actorTypes[actor.clientType], ActorId: actor.clientName }),
      ...details,
    });
  }
}

const mayPull = ({ clientType }: Actor): boolean =>
  clientType === 'AgentApplication' || clientType === 'RoutingEngine';

const party = (actor: Actor, Operation: number) => ({
  PartyType: actorTypes[actor.clientType],
  PartyId: actor.clientName,
  Operation,
});

function changeData(known: Known, { added, changed, deleted }: Changes): void {
  if (added === undefined && changed === undefined && deleted === undefined) return;
  const data: Record<string, unknown> = { ...known.userData, ...added, ...changed };
  for (const key of deleted ?? []) delete data[key];
  known.userData = data as KeyValues;
}

function changeDetails({ added, changed, deleted }: Changes): Record<string, unknown> {
  return {
    ...(added === undefined && changed === undefined ? {} : { Changed: { ...added, ...changed } }),
    ...(deleted === undefined ? {} : { Deleted: deleted }),
  };
}
