/**
 * Clients that are told of what changes in workbins. Each partition tells of its part, once that is
 * on disk, and knows all of them: so what is taken out of one workbin and put into another is told
 * in that order.
 */
import { packProperties } from '../../interaction/properties.js';
import type { Workbin } from '../../interaction/state-sections.js';
import { isSameWorkbin } from '../../interaction/workbin.js';
import {
  WorkbinOperation,
  type Watcher,
  type WorkbinName,
} from '../../interaction/workbin-news.js';
import { workbinTypeOf } from '../../text/index.js';
import { readBody, submitterOf } from '../ledger/interactions.js';
import type { Change, Ledger } from '../ledger/ledger.js';
import type { Queues } from '../ledger/queues.js';

/** Watchers by workbin and by session; outlives the instance of a partition. */
export type Watchers = Map<string, Map<number, Watcher>>;

/** Properties with more attached data than this are told without them. */
const userDataBytes = 65_536;
const noUserData = new Uint8Array(0);

const keyOf = ({ type, ownerKind, owner }: WorkbinName): string =>
  `${type}\0${ownerKind}\0${owner}`;

export class WorkbinWatch {
  readonly #ledger: Ledger;
  readonly #queues: Queues;
  readonly #watchers: Watchers;

  constructor(ledger: Ledger, queues: Queues, watchers: Watchers) {
    this.#ledger = ledger;
    this.#queues = queues;
    this.#watchers = watchers;
    this.#attach();
  }

  /** Tells a client of a workbin from now on. */
  watch(workbin: WorkbinName, watcher: Watcher): void {
    const key = keyOf(workbin);
    const ofBin = this.#watchers.get(key) ?? new Map<number, Watcher>();
    this.#watchers.set(key, ofBin.set(watcher.session, watcher));
    this.#attach();
  }

  unwatch(workbin: WorkbinName, session: number): void {
    this.#remove(keyOf(workbin), session);
  }

  /** A client is gone. */
  sessionClosed(session: number): void {
    if (this.#watchers.size === 0) return;
    for (const key of this.#watchers.keys()) this.#remove(key, session);
  }

  #remove(key: string, session: number): void {
    const ofBin = this.#watchers.get(key);
    if (ofBin?.delete(session) === true && ofBin.size === 0) this.#watchers.delete(key);
    this.#attach();
  }

  /** Nobody watches: nothing is looked at. */
  #attach(): void {
    this.#ledger.onWorkbin = this.#watchers.size === 0 ? undefined : (change) => this.#tell(change);
  }

  /** It is taken out of the one before it is in the other. */
  #tell(change: Change): void {
    const { fromWorkbin, toWorkbin, transition } = change;
    if (isSameWorkbin(fromWorkbin, toWorkbin)) {
      if (transition.growsVersion) this.#tellOf(change, toWorkbin!, WorkbinOperation.changed);
      return;
    }
    if (fromWorkbin !== undefined) this.#tellOf(change, fromWorkbin, WorkbinOperation.takenOut);
    if (toWorkbin !== undefined) this.#tellOf(change, toWorkbin, WorkbinOperation.placedIn);
  }

  #tellOf(change: Change, inside: Workbin, operation: WorkbinOperation): void {
    const { turn, id, record, cause, transition } = change;
    const type = workbinTypeOf(this.#queues.nameOf(inside.type));
    const workbin = { type, ownerKind: inside.ownerKind, owner: inside.owner };
    const { tenantId, version } = record;
    const to = [...(this.#watchers.get(keyOf(workbin))?.values() ?? [])].filter(
      ({ tenants }) => tenants?.includes(tenantId) !== false,
    );
    if (to.length === 0) return;
    const base = { interactionId: id, version, cause, atMs: turn.wallMs };
    const interaction = this.#propertiesOf(change);
    (turn.workbinNews ??= []).push({ to, told: { ...base, workbin, operation, interaction } });
    const ofStops = transition.countsStop ? to.filter(({ tellsStops }) => tellsStops) : [];
    if (ofStops.length === 0) return;
    const told = { ...base, tenantId, submittedBy: submitterOf(turn, id) };
    (turn.stops ??= []).push({ to: ofStops, told });
  }

  /** A copy that may be sent to another thread. */
  #propertiesOf({ turn, id, record }: Change): Uint8Array {
    const { properties, userData } = readBody(turn, id);
    const isLong = userData.length > userDataBytes;
    const body = { properties, userData: isLong ? noUserData : userData };
    return Uint8Array.from(packProperties(id, record, this.#queues.nameOf(record.queue), body));
  }
}
