/**
 * Who may do what with workbins. Partitions know the types of workbins, as the queues under them;
 * owners and members of groups are objects, for which the desk is asked. Requests about an
 * interaction wait for its answer in their order, which is remembered until objects change.
 */
import type { StateRecord } from '../../interaction/state-record.js';
import { WorkbinOwner, type Workbin } from '../../interaction/state-sections.js';
import { ownerAttributes, ownerKinds, workbinIn } from '../../interaction/workbin.js';
import {
  keyOfQuestion,
  type WorkbinQuestion,
  type WorkbinVerdict,
} from '../../interaction/workbin-rights.js';
import { limits } from '../../limits.js';
import type { QueueEntry } from '../../queue/entry.js';
import type { Waiting } from '../moves/waiting.js';
import type { Ports } from '../peer.js';
import { Refusal, type Request, type SessionInfo } from '../request.js';

const retryAfterMs = 100;

export class Workbins {
  readonly #ports: Ports;
  readonly #waiting: Waiting;
  readonly #resume: (request: Request) => void;
  /** Answers, the one got first is the first. */
  readonly #known = new Map<string, WorkbinVerdict>();
  /** Questions that are not answered yet: identifiers of what waits for it. */
  readonly #asked = new Map<string, Set<string>>();
  /** Why nothing is asked now. */
  #refusal: Refusal | undefined;

  /** `resume` executes a request that has waited, or lets it wait again. */
  constructor(ports: Ports, waiting: Waiting, resume: (request: Request) => void) {
    this.#ports = ports;
    this.#waiting = waiting;
    this.#resume = resume;
  }

  /**
   * Whether a client may do anything to what is in a workbin. False: the request waits until that
   * is known.
   * @throws {Refusal} NotWorkbinOwner, Busy, Unavailable, ShuttingDown
   */
  mayUse(request: Request, id: string, record: StateRecord): boolean {
    const inside = workbinIn(record);
    if (inside === undefined || isFree(request.session)) return true;
    const question = questionOf(request.session, inside);
    if (typeof question === 'boolean') {
      if (question) return true;
      throw notOwner(inside);
    }
    return this.mayGoOn(request, id, question);
  }

  /** The same without waiting: false is no, or not known. */
  isUsable(session: SessionInfo, record: StateRecord): boolean {
    const inside = workbinIn(record);
    if (inside === undefined || isFree(session)) return true;
    const question = questionOf(session, inside);
    if (typeof question === 'boolean') return question;
    const known = this.#known.get(keyOfQuestion(question));
    return known !== undefined && known.error === undefined;
  }

  /**
   * Whether the answer to a question is yes. False: the request waits for it.
   * @throws {Refusal} what the answer says, Busy, Unavailable, ShuttingDown
   */
  mayGoOn(request: Request, id: string, question: WorkbinQuestion): boolean {
    const key = keyOfQuestion(question);
    const known = this.#known.get(key);
    if (known !== undefined) {
      if (known.error !== undefined) throw new Refusal(known.error, known.detail);
      return true;
    }
    if (this.#refusal !== undefined) throw this.#refusal;
    if (this.#ports.askOfWorkbin === undefined) throw unanswered();
    this.#waiting.addAhead(request, id);
    const asked = this.#asked.get(key);
    if (asked !== undefined) asked.add(id);
    else {
      this.#asked.set(key, new Set([id]));
      this.#ports.askOfWorkbin(question);
    }
    return false;
  }

  /** The desk has answered; undefined: it has not, and nobody waits for it any longer. */
  answered(question: WorkbinQuestion, verdict: WorkbinVerdict | undefined): void {
    const key = keyOfQuestion(question);
    const asked = this.#asked.get(key);
    if (asked === undefined) return;
    this.#asked.delete(key);
    if (verdict === undefined) return this.#refuse(asked, unanswered());
    this.#known.set(key, verdict);
    const [oldest = ''] = this.#known.keys();
    if (this.#known.size > limits.workbinRightsKept) this.#known.delete(oldest);
    this.#goOn(asked);
  }

  /** Objects have changed: what was answered may be otherwise. */
  forget(): void {
    this.#known.clear();
  }

  /** Lets nothing wait any more: the server stops. */
  end(): void {
    const all = new Set([...this.#asked.values()].flatMap((ids) => [...ids]));
    this.#asked.clear();
    this.#refusal = new Refusal('ShuttingDown', 'the server is stopping');
    this.#goOn(all);
  }

  #goOn(ids: ReadonlySet<string>): void {
    for (const id of ids) this.#waiting.release(id, this.#resume);
  }

  /** They are executed again, while nothing can be asked. */
  #refuse(ids: ReadonlySet<string>, refusal: Refusal): void {
    const before = this.#refusal;
    this.#refusal ??= refusal;
    this.#goOn(ids);
    this.#refusal = before;
  }
}

/** Only agents keep to their own workbins; who supervises does not. */
const isFree = ({ clientType, supervises }: SessionInfo): boolean =>
  clientType !== 'AgentApplication' || supervises === true;

/** Whether the agent of a client is the owner, or what is to be asked for that. */
function questionOf(
  { agent }: SessionInfo,
  { ownerKind, owner }: Workbin,
): boolean | WorkbinQuestion {
  if (agent === undefined) return false;
  if (ownerKind === WorkbinOwner.agent) return owner === agent.id;
  if (ownerKind === WorkbinOwner.place) return owner === agent.place;
  return { about: 'use', ownerKind, owner, agentId: agent.id, placeId: agent.place };
}

const notOwner = ({ ownerKind, owner }: Workbin): Refusal =>
  new Refusal('NotWorkbinOwner', `the workbin is that of ${ownerKinds[ownerKind]} "${owner}"`);

const unanswered = (): Refusal =>
  new Refusal('Unavailable', 'who owns the workbin could not be found out', retryAfterMs);

/** A workbin as requests name it. */
type Named = {
  readonly [Name in (typeof ownerAttributes)[WorkbinOwner]]?: string | undefined;
};

const kinds = Object.values(WorkbinOwner);

/**
 * The workbin that a request names.
 * @param queue the one under it
 * @throws {Refusal} UnknownWorkbin, MissingAttribute
 */
export function namedWorkbin(
  type: string,
  queue: QueueEntry | undefined,
  named: Named,
  { agent }: SessionInfo,
): Workbin {
  if (queue?.kind !== 'private') {
    throw new Refusal('UnknownWorkbin', `no type of workbins is called "${type}"`);
  }
  const ownerKind = kinds.find((kind) => ownerKinds[kind] === queue.owner)!;
  const wanted = ownerAttributes[ownerKind];
  const wrong = kinds.find(
    (kind) => kind !== ownerKind && named[ownerAttributes[kind]] !== undefined,
  );
  if (wrong !== undefined) {
    const detail = `workbins "${type}" belong to kind ${queue.owner}: give ${wanted}, not ${ownerAttributes[wrong]}`;
    throw new Refusal('UnknownWorkbin', detail);
  }
  const owner = named[wanted] ?? ownOf(ownerKind, agent);
  if (owner === undefined) throw new Refusal('MissingAttribute', `${wanted} is missing`);
  return { type: queue.number, ownerKind, owner };
}

/** Whose workbin is meant where no owner is named. */
function ownOf(kind: WorkbinOwner, agent: SessionInfo['agent']): string | undefined {
  if (kind === WorkbinOwner.agent) return agent?.id;
  return kind === WorkbinOwner.place ? agent?.place : undefined;
}
