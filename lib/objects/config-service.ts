/**
 * The configuration objects of a server: export, difference, change, history, return. Runs
 * beside the server, in a thread of its own; everything it needs comes through `ConfigStore`. One
 * operation at a time.
 *
 * A change is checked as a whole, written as a new version next to the old one, and then made to
 * count by one small write set, together with the list of queues. Cut short before that, the old
 * version counts, and what was written is cleaned up by the next operation. After any failure the
 * service forgets what it knows and reads again.
 */
import { checkApplications } from './check-applications.js';
import { checkModel } from './check.js';
import { planColumns } from './column-plan.js';
import { describeEffects, type Effects } from './effects.js';
import { ObjectsRefused, faultOfObject, type Fault, type ObjectFault } from './fault.js';
import type { KindName } from './field.js';
import { kinds } from './kinds.js';
import { compareFields, compareModels, type FieldChange } from './model.js';
import type { Model, ObjectChange } from './model.js';
import type { FilledQueue, ConfigStore, Progress } from './config-store.js';
import type { QueueEntries, QueueEntry } from '../queue/entry.js';
import { workbinTypeOf } from '../text/index.js';
import type { QueueMove } from './placement.js';
import { adoptQueues, planQueueChange, type QueueChange } from './queue-change.js';
import type { ChangeWord, ColumnPlan, IndexRow, VersionHeader } from './rows.js';
import {
  cleanUp,
  countChanges,
  headRows,
  readChanges,
  readHead,
  readColumnPlan,
  readHistory,
  readModel,
  writeVersion,
} from './versions.js';
import { readObjects } from './yaml-read.js';

/** Who asks for a change, and why. */
export interface Author {
  readonly who: string;
  readonly comment: string;
}

export interface ApplyOptions extends Author {
  /** Say what would be done, and do nothing. */
  readonly dryRun: boolean;
  /** Only what the file names is touched; else what it does not name is removed. */
  readonly merge: boolean;
  /** A change that removes objects is meant; without it one is refused. */
  readonly prune: boolean;
}

export interface RollbackOptions extends Author {
  /** Say what would be done, and do nothing. */
  readonly dryRun: boolean;
}

/** A change of an object as it is told. */
export interface ReportedChange {
  readonly kind: KindName;
  readonly name: string;
  readonly change: ChangeWord;
  /** Of a changed object, what differs. */
  readonly fields: readonly FieldChange[];
}

export interface ChangeResult {
  /** The version that counts now. */
  readonly version: number;
  readonly isApplied: boolean;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** At most `changesReportedMax` of them. */
  readonly changes: readonly ReportedChange[];
  readonly effects: Effects;
  /** Queues that go to another partition; what is in them follows in the background. */
  readonly moving: readonly ReportedMove[];
}

/** A move as it is told. */
export interface ReportedMove {
  readonly queue: string;
  readonly from: number;
  readonly to: number;
  /** Those in the queue when it was decided, those in work included. */
  readonly interactions: number;
}

/** A large change is counted, its objects are not all named. */
const changesReportedMax = 1_000;

interface State {
  readonly version: number;
  readonly model: Model;
  /** The columns that count, which are not those of an older version. */
  readonly columns: ColumnPlan;
  /** The list of queues that was compared last. */
  readonly placed: QueueEntries;
}

type OnProgress = (progress: Progress) => void;
type Locate = (fault: ObjectFault) => Fault;

export class ConfigService {
  readonly #store: ConfigStore;
  #state: State | undefined;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(store: ConfigStore) {
    this.#store = store;
  }

  /**
   * All objects of a version, by default the one that counts.
   * @throws {ObjectsRefused} no such version
   */
  model(version?: number): Promise<Model> {
    return this.#one(async () => {
      const state = await this.#ready();
      if (version === undefined || version === state.version) return state.model;
      return this.#readVersion(version, state);
    });
  }

  /**
   * Makes the objects those of a file.
   * @throws {ObjectsRefused} with all faults; nothing was changed
   */
  apply(text: string, options: ApplyOptions, onProgress: OnProgress): Promise<ChangeResult> {
    return this.#one(async () => {
      const file = readObjects(text, (done) => onProgress({ stage: 'read', done }));
      if (file.faults.length > 0) throw new ObjectsRefused(file.faults);
      const state = await this.#ready();
      const next = options.merge ? merged(state.model, file.model) : file.model;
      return this.#change(state, next, options, (fault) => file.locate(fault), onProgress);
    });
  }

  /** Makes a new version that equals an old one. @throws {ObjectsRefused} as `apply` */
  rollback(
    version: number,
    rollbackOptions: RollbackOptions,
    onProgress: OnProgress,
  ): Promise<ChangeResult> {
    return this.#one(async () => {
      const state = await this.#ready();
      const next = await this.#readVersion(version, state);
      const { who, dryRun, comment: given } = rollbackOptions;
      const comment = given === '' ? `rollback to ${version}` : given;
      const options = { who, comment, dryRun, prune: true };
      return this.#change(state, next, options, faultOfObject, onProgress);
    });
  }

  /** The newest versions, newest first. */
  history(count: number): Promise<readonly VersionHeader[]> {
    return this.#one(async () => readHistory(this.#store, (await this.#ready()).version, count));
  }

  /** Names of what a version changed. @throws {ObjectsRefused} no such version */
  changesOf(version: number): Promise<IndexRow> {
    return this.#one(async () => {
      this.#exists(version, await this.#ready());
      return readChanges(this.#store, version);
    });
  }

  /** One after the other; a failure of the store lets the next begin anew. */
  #one<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#tail.then(work).catch((error: unknown) => {
      if (!(error instanceof ObjectsRefused)) this.#state = undefined;
      throw error;
    });
    this.#tail = next.catch(() => undefined);
    return next;
  }

  async #ready(): Promise<State> {
    const store = this.#store;
    if (this.#state === undefined) {
      const version = await readHead(store);
      await cleanUp(store, version);
      const [model, columns] = [await readModel(store, version), await readColumnPlan(store)];
      this.#state = { version, model, columns, placed: noQueues };
    }
    const placed = await store.queues(this.#state.placed.version);
    if (placed === undefined) return this.#state;
    const state = { ...this.#state, placed };
    const adopted = adoptQueues(state.model, placed, store.placements);
    if (adopted === undefined) return (this.#state = state);
    const author = { who: 'server', comment: 'queues of the configuration file' };
    const changes = compareModels(state.model, adopted);
    return this.#commit(state, adopted, { changes, queues: undefined }, author, () => undefined);
  }

  #exists(version: number, state: State): void {
    if (Number.isInteger(version) && version >= 0 && version <= state.version) return;
    const remedy = `there are 0 (nothing) to ${state.version}`;
    throw new ObjectsRefused([{ path: '', what: `there is no version ${version}`, remedy }]);
  }

  #readVersion(version: number, state: State): Promise<Model> {
    this.#exists(version, state);
    return readModel(this.#store, version);
  }

  async #change(
    state: State,
    next: Model,
    options: Omit<ApplyOptions, 'merge'>,
    locate: Locate,
    onProgress: OnProgress,
  ): Promise<ChangeResult> {
    const store = this.#store;
    onProgress({ stage: 'check', done: 0 });
    const changes = compareModels(state.model, next);
    if (!options.dryRun && !options.prune) refuseRemovals(changes);
    const faults = checkModel(next, changes, store);
    if (changes.some(({ kind }) => kind === 'application')) {
      faults.push(...checkApplications(next, changes, await store.declaredAccess()));
    }
    if (faults.length > 0) throw new ObjectsRefused(faults.map(locate));
    const queues = changes.some(concernsQueues)
      ? planQueueChange(next, state.placed, store.placements)
      : undefined;
    const { removed = [], moved = [] } = queues ?? {};
    const result = {
      ...countChanges(changes),
      changes: changes.slice(0, changesReportedMax).map(tell),
      effects: describeEffects(changes),
      moving: await this.#moving(moved),
    };
    if (removed.length > 0) await this.#refuseFilled(removed, (numbers) => store.filledOf(numbers));
    if (options.dryRun || changes.length === 0) {
      return { ...result, version: state.version, isApplied: false };
    }
    try {
      if (removed.length > 0) {
        await this.#refuseFilled(removed, (numbers) => store.closeQueues(numbers));
      }
      const { version } = await this.#commit(state, next, { changes, queues }, options, onProgress);
      return { ...result, version, isApplied: true };
    } catch (error) {
      if (removed.length > 0) await store.reopenQueues();
      throw error;
    }
  }

  /** Moves, with what they will take along. */
  async #moving(moved: readonly QueueMove[]): Promise<ReportedMove[]> {
    const filled =
      moved.length === 0 ? [] : await this.#store.filledOf(moved.map((one) => one.number));
    const counts = new Map(filled.map(({ number, interactions }) => [number, interactions]));
    return moved.map(({ number, queue, from, to }) => {
      return { queue, from, to, interactions: counts.get(number) ?? 0 };
    });
  }

  /** Refuses a change if a queue that is to go has interactions. */
  async #refuseFilled(
    removed: readonly QueueEntry[],
    ask: (numbers: readonly number[]) => Promise<readonly FilledQueue[]>,
  ): Promise<void> {
    const filled = await ask(removed.map(({ number }) => number));
    if (filled.length === 0) return;
    const counts = new Map(filled.map(({ number, interactions }) => [number, interactions]));
    const faults = removed
      .filter(({ number }) => counts.has(number))
      .map(({ number, name, kind }): Fault => {
        const what = `the queue "${name}" has ${counts.get(number)} interactions`;
        const path =
          kind === undefined
            ? `${kinds.queue.plural}.${name}`
            : `${kinds.workbinType.plural}.${workbinTypeOf(name)}`;
        return { path, what: `${what} and cannot be removed`, remedy: 'move or stop them first' };
      });
    throw new ObjectsRefused(faults);
  }

  async #commit(
    state: State,
    model: Model,
    { changes, queues }: Plan,
    { who, comment }: Author,
    onProgress: OnProgress,
  ): Promise<State> {
    const store = this.#store;
    const version = state.version + 1;
    await writeVersion(store, version, changes, onProgress);
    const header = { version, at: store.now(), who, comment, ...countChanges(changes) };
    const columns = planColumns(model, state.columns);
    const rows = headRows(header, model, columns);
    const after = state.placed.version;
    if (queues === undefined) await store.write(rows, header);
    else {
      const { queues: all, highest } = queues;
      await store.replaceQueues({ queues: all, highest, after, rows, made: header });
    }
    const placed = queues === undefined ? state.placed : { ...queues, version: after + 1 };
    return (this.#state = { version, model, columns, placed });
  }
}

/** What is to be written. */
interface Plan {
  readonly changes: readonly ObjectChange[];
  /** Undefined: the list of queues stays. */
  readonly queues: QueueChange | undefined;
}

/** What a queue has besides its place is the objects' alone. */
const besides = new Set(['options', 'description']);

/** Whether the list of queues may be another after this change. */
function concernsQueues(change: ObjectChange): boolean {
  const { kind, before, after } = change;
  if (kind !== 'queue') return kind === 'businessProcess' || kind === 'workbinType';
  if (before === undefined || after === undefined) return true;
  return compareFields(change).some(({ field }) => !besides.has(field));
}

const noQueues: QueueEntries = { version: -1, highest: 0, queues: [] };

/** Kinds that the file does not name are shared, so that few changes among many cost little. */
function merged(model: Model, file: Model): Model {
  return new Map(
    [...model].map(([kind, objects]) => {
      const named = file.get(kind);
      if (named === undefined || named.size === 0) return [kind, objects];
      const all = new Map(objects);
      for (const [name, json] of named) all.set(name, json);
      return [kind, all];
    }),
  );
}

function tell(change: ObjectChange): ReportedChange {
  const { kind, name, before, after } = change;
  if (before === undefined) return { kind, name, change: 'added', fields: [] };
  if (after === undefined) return { kind, name, change: 'removed', fields: [] };
  return { kind, name, change: 'changed', fields: compareFields(change) };
}

/** Objects that a refusal names. */
const removalsNamed = 5;

/** A file that names only some objects would take all others away. */
function refuseRemovals(changes: readonly ObjectChange[]): void {
  const removed = changes.filter(({ after }) => after === undefined);
  if (removed.length === 0) return;
  const names = removed.slice(0, removalsNamed).map(({ kind, name }) => `${kind} ${name}`);
  const more = removed.length > names.length ? ` and ${removed.length - names.length} more` : '';
  const remedy = 'merge keeps what the file does not name (--merge), prune removes it (--prune)';
  const what = `would remove ${names.join(', ')}${more}`;
  throw new ObjectsRefused([{ path: '', what, remedy }]);
}
