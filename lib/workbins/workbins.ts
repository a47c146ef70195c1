/**
 * Workbins on the main thread: what clients ask of them beside placing and pulling, which
 * partitions do, and the answers to the questions of partitions about owners and members.
 */
import type { ActorRef } from '../actor/index.js';
import type { Clock } from '../clock.js';
import type { ConfigurationFeed } from '../control/feed.js';
import { IxionError, type ErrorName } from '../errors.js';
import { WorkbinOwner } from '../interaction/state-sections.js';
import { unpackKeyValues } from '../interaction/attached-data.js';
import { ownerAttributes, ownerKinds, type NamedWorkbin } from '../interaction/workbin.js';
import { WorkbinOperation, type WorkbinName } from '../interaction/workbin-news.js';
import type { WorkbinQuestion, WorkbinVerdict } from '../interaction/workbin-rights.js';
import { limits } from '../limits.js';
import type { DeskClient } from '../mail/desk.js';
import type { PartitionMessage, WorkbinPart } from '../mail/partition.js';
import { Packed } from '../protocol/encode.js';
import type { AnswerName, AttributesOf, EventName } from '../protocol/registry.js';
import type { Asker } from '../protocol/replies.js';
import { mergeParts, readPlace, writePlace } from './content.js';
import { kindsOfRights, WorkbinDirectory } from './directory.js';
import { attributesOf, WorkbinInfo } from './info.js';
import { OrphanLook, type Orphans } from './orphans.js';
import { Subscriptions } from './subscriptions.js';

const deadlineMs = 10_000;

/** A client that asks, and for whom. */
export interface WorkbinClient {
  readonly info: DeskClient;
  /** The agent that it speaks for, where that works; undefined: none. */
  readonly agent: { readonly agentId: string; readonly placeId: string } | undefined;
  /** Whether it sees what belongs to an owner as a supervisor. */
  supervises(kind: WorkbinOwner, owner: string): Promise<boolean>;
}

/** How it is answered, and told. */
export interface WorkbinFrames {
  ack(session: number, asker: Asker): void;
  answer(session: number, asker: Asker, name: AnswerName, body: Body): void;
  tell(client: DeskClient, name: EventName, body: Body): void;
}
type Body = Readonly<Record<string, unknown>>;

export interface WorkbinsOptions {
  readonly clock: Clock;
  readonly feed: ConfigurationFeed;
  readonly partitions: readonly ActorRef<PartitionMessage>[];
  readonly frames: WorkbinFrames;
  /** A client that is there, as it is now; undefined: it is gone. */
  client(session: number): WorkbinClient | undefined;
}

/** Where an answer goes. */
interface Asked {
  answer(verdict: WorkbinVerdict): void;
  fail(error: IxionError): void;
}

const kinds = Object.values(WorkbinOwner);
/** By these a right is gone. */
const lost: ReadonlySet<ErrorName> = new Set<ErrorName>(['UnknownWorkbinOwner', 'NotWorkbinOwner']);

export class Workbins {
  readonly #options: WorkbinsOptions;
  readonly #directory: WorkbinDirectory;
  readonly #subscriptions: Subscriptions;
  readonly #info: WorkbinInfo;
  readonly #orphans: OrphanLook;

  constructor(options: WorkbinsOptions) {
    const { feed, clock, partitions } = options;
    this.#options = options;
    this.#directory = new WorkbinDirectory(feed, clock);
    this.#subscriptions = new Subscriptions(partitions, clock);
    this.#info = new WorkbinInfo(partitions, this.#directory);
    this.#orphans = new OrphanLook(clock, (after) => this.#info.orphans(after));
    feed.attachKeyed({
      name: 'rights in workbins',
      kinds: kindsOfRights,
      changed: async () => {
        this.#directory.changed();
        this.#orphans.changed();
        const message = { type: 'workbins-changed' } as const;
        await Promise.all(partitions.map((ref) => ref.ask(message, { deadlineMs })));
        for (const session of this.#subscriptions.sessions) await this.review(session);
      },
    });
  }

  /** Resolves when the types are known. */
  attach(): Promise<void> {
    const { feed } = this.#options;
    return feed.attach({
      name: 'types of workbins',
      kinds: ['queues'],
      take: ({ queues }) => {
        this.#info.take(queues.value);
        this.#orphans.changed();
      },
    });
  }

  /** What is in workbins that belong to nobody any more, as of the last look. */
  get orphaned(): Orphans {
    return this.#orphans.found;
  }

  /** The server stops. */
  stop(): void {
    this.#orphans.stop();
  }

  /** A client is gone. */
  gone(session: number): void {
    this.#subscriptions.gone(session);
  }

  /** Whom a client speaks for may be another one: it is told of what it may look into only. */
  async review(session: number): Promise<void> {
    for (const workbin of this.#subscriptions.of(session)) {
      const client = this.#options.client(session);
      if (client === undefined) return this.#subscriptions.gone(session);
      try {
        await this.#checkRight(client, workbin.ownerKind, workbin.owner);
      } catch (error) {
        if (!(error instanceof IxionError) || !lost.has(error.errorName)) throw error;
        if (!this.#subscriptions.has(session, workbin)) continue;
        await this.#subscriptions.end(workbin, session);
        const body = { ...attributesOf(workbin), Operation: WorkbinOperation.ended };
        this.#options.frames.tell(client.info, 'EventWorkbinContentChanged', body);
      }
    }
  }

  /** Whether anything may be put into the workbin of a type of an agent. */
  mayFile(type: string, agentId: string): Promise<boolean> {
    return this.#directory.mayFile(type, agentId);
  }

  /** Answers the question of a partition. */
  answer(question: WorkbinQuestion, asked: Asked): void {
    void this.#directory.verdict(question).then(
      (verdict) => asked.answer(verdict),
      (error: unknown) => {
        if (!(error instanceof IxionError)) throw error;
        asked.fail(error);
      },
    );
  }

  /** RequestGetWorkbinContent. @throws {IxionError} as `#named`, WrongAttributeType */
  async content(
    client: WorkbinClient,
    body: AttributesOf<'RequestGetWorkbinContent'>,
    asker: Asker,
  ): Promise<void> {
    const { partitions, frames } = this.#options;
    const { After, Count: count = limits.interactionsPerWorkbinPage } = body;
    const after = After === undefined ? undefined : readPlace(After);
    const workbin = await this.#named(client, body);
    const { tenants, session } = client.info;
    const message = {
      type: 'workbin-content',
      listing: { workbin, after, count, tenants },
    } as const;
    const parts = await Promise.all(
      partitions.map((ref) => ref.ask<WorkbinPart>(message, { deadlineMs })),
    );
    const { items, next } = mergeParts(parts, count, limits.answerShareBytes);
    frames.answer(session, asker, 'EventWorkbinContent', {
      ...attributesOf(workbin),
      Interactions: items.map(({ properties }) => new Packed(properties)),
      Next: next && writePlace(next),
    });
  }

  /** RequestWorkbinTypesInfo. */
  async types(
    { info: { session } }: WorkbinClient,
    { After }: AttributesOf<'RequestWorkbinTypesInfo'>,
    asker: Asker,
  ): Promise<void> {
    const page = await this.#info.types(After);
    this.#options.frames.answer(session, asker, 'EventWorkbinTypesInfo', page);
  }

  /** RequestWorkbinStatistic. @throws {IxionError} as `#named` */
  async statistic(
    client: WorkbinClient,
    { WorkbinTypeIds, ...owner }: AttributesOf<'RequestWorkbinStatistic'>,
    asker: Asker,
  ): Promise<void> {
    const { session, tenants } = client.info;
    const named: WorkbinName[] = [];
    for (const WorkbinTypeId of new Set(WorkbinTypeIds)) {
      named.push(await this.#named(client, { WorkbinTypeId, ...owner }));
    }
    const answer = await this.#info.counts(named, tenants);
    this.#options.frames.answer(session, asker, 'EventWorkbinStatistic', answer);
  }

  /** RequestGetWorkbinsInfo. @throws {IxionError} WrongAttributeType */
  async list(
    client: WorkbinClient,
    body: AttributesOf<'RequestGetWorkbinsInfo'>,
    asker: Asker,
  ): Promise<void> {
    const { session, tenants } = client.info;
    const { WorkbinTypeId: type, Orphans, After: after, Count } = body;
    const count = Count ?? limits.workbinsPerList;
    const isSeen = ({ ownerKind, owner }: WorkbinName): Promise<boolean> =>
      client.supervises(ownerKind, owner);
    const orphans = Orphans === true;
    const page = await this.#info.list({ type, after, count, tenants, orphans, isSeen });
    this.#options.frames.answer(session, asker, 'EventWorkbinsInfo', page);
  }

  /** RequestWorkbinNotifications. @throws {IxionError} as `#named`, TooManySubscriptions */
  async notify(
    client: WorkbinClient,
    body: AttributesOf<'RequestWorkbinNotifications'>,
    asker: Asker,
  ): Promise<void> {
    const workbin = await this.#named(client, body);
    const { session, proxyClient, tenants } = client.info;
    const wanted = body.Extension && unpackKeyValues(body.Extension)['event_processing_stopped'];
    const tellsStops = wanted === 1 || wanted === '1';
    await this.#subscriptions.begin(workbin, { session, proxyClient, tenants, tellsStops });
    if (this.#options.client(session) === undefined) return this.#subscriptions.gone(session);
    this.#options.frames.ack(session, asker);
  }

  /** RequestCancelWorkbinNotifications. @throws {IxionError} NoWorkbinNotifications */
  async cancel(
    client: WorkbinClient,
    body: AttributesOf<'RequestCancelWorkbinNotifications'>,
    asker: Asker,
  ): Promise<void> {
    const workbin = await this.#nameOf(client, body);
    const { session } = client.info;
    if (!this.#subscriptions.has(session, workbin)) throw new IxionError('NoWorkbinNotifications');
    await this.#subscriptions.end(workbin, session);
    this.#options.frames.ack(session, asker);
  }

  /**
   * The workbin that a request names, if its client may look into it.
   * @throws {IxionError} UnknownWorkbin, UnknownWorkbinOwner, MissingAttribute, NotWorkbinOwner
   */
  async #named(client: WorkbinClient, body: NamedWorkbin): Promise<WorkbinName> {
    const workbin = await this.#nameOf(client, body);
    await this.#checkRight(client, workbin.ownerKind, workbin.owner);
    return workbin;
  }

  /** @throws {IxionError} UnknownWorkbin, MissingAttribute */
  async #nameOf(client: WorkbinClient, body: NamedWorkbin): Promise<WorkbinName> {
    const { WorkbinTypeId: type } = body;
    const known = await this.#directory.type(type);
    if (known === undefined) {
      throw new IxionError('UnknownWorkbin', `no type of workbins is called "${type}"`);
    }
    const ownerKind = kinds.find((kind) => ownerKinds[kind] === known.owner)!;
    const wanted = ownerAttributes[ownerKind];
    const others = kinds.filter((kind) => kind !== ownerKind).map((kind) => ownerAttributes[kind]);
    const wrong = others.find((attribute) => body[attribute] !== undefined);
    if (wrong !== undefined) {
      const detail = `workbins "${type}" belong to kind ${known.owner}: give ${wanted}, not ${wrong}`;
      throw new IxionError('UnknownWorkbin', detail);
    }
    const owner = body[wanted] ?? ownOf(ownerKind, client);
    if (owner === undefined) throw new IxionError('MissingAttribute', `${wanted} is missing`);
    return { type, ownerKind, owner };
  }

  /**
   * Who supervises sees all, also what belongs to nobody any more.
   * @throws {IxionError} UnknownWorkbinOwner, NotWorkbinOwner
   */
  async #checkRight(client: WorkbinClient, kind: WorkbinOwner, owner: string): Promise<void> {
    const { info, agent } = client;
    if (await client.supervises(kind, owner)) return;
    const isGroup = kind === WorkbinOwner.agentGroup || kind === WorkbinOwner.placeGroup;
    if (!isGroup && owner === ownOf(kind, { agent })) return;
    const what = `${ownerKinds[kind]} "${owner}"`;
    if (!(await this.#directory.isOwner(kind, owner, info.tenants))) {
      throw new IxionError('UnknownWorkbinOwner', `no ${what}`);
    }
    const isMember =
      isGroup && agent !== undefined && (await this.#directory.isMember(kind, owner, agent));
    if (!isMember) throw new IxionError('NotWorkbinOwner', `the workbin is that of ${what}`);
  }
}

/** Whose workbin is meant where no owner is named. */
function ownOf(kind: WorkbinOwner, { agent }: Pick<WorkbinClient, 'agent'>): string | undefined {
  if (kind === WorkbinOwner.agent) return agent?.agentId;
  return kind === WorkbinOwner.place ? agent?.placeId : undefined;
}
