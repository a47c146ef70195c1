/**
 * The desk at work: its mail, the clients that speak for agents, their links, and what is told of
 * changes. Requests of one client are executed one after the other, so that their answers come in
 * the order of the requests; those of many, together.
 */
import type { ActorRef, Envelope } from '../actor/index.js';
import { AssertionError } from '../assert.js';
import type { Clock, Timer } from '../clock.js';
import { Desk, Reservations, type Agent, type Slot } from '../desk/index.js';
import { internalDetail, IxionError } from '../errors.js';
import type { DeskMessage, DeskWorker } from '../mail/desk.js';
import type { PartitionMessage } from '../mail/partition.js';
import { decodeBody } from '../protocol/body.js';
import { readHeader, routeKeyOf, type FrameHeader } from '../protocol/frame.js';
import { requestByNumber } from '../protocol/registry.js';
import type { Asker } from '../protocol/replies.js';
import type { Audit } from '../security/audit-log.js';
import { Snapshots } from '../snapshots/index.js';
import { noteSupervised } from './audited.js';
import type { Client } from './client.js';
import { countsOf } from './counts.js';
import { Tenants } from '../control/tenants.js';
import type { Directory } from './directory.js';
import { server, type Actor } from './events.js';
import { force } from './force-state.js';
import { Frames, statusBody } from './frames.js';
import { Invitations } from './invitations.js';
import { LoginRows } from './login-rows.js';
import { Logins } from './logins.js';
import { Operations } from './operations.js';
import type { AgentsOptions } from './options.js';
import { OutsideLoads } from './outside-load.js';
import type { DeskParts } from './parts.js';
import { isOfPlaces, PlaceStates, type PlacesMessage } from './place-states.js';
import type { Rules } from './rules.js';
import { deskRequests } from './requests.js';
import type { Scopes } from './scope.js';
import { StatusNews } from './status-news.js';
import { Topics } from './topics.js';
import { Rounds, Turns } from './turns.js';
import type { Workbins } from '../workbins/workbins.js';
import { makeWorkbins } from './workbin-requests.js';
import { WrapUps } from './wrap-ups.js';
import { checkRoute, longOnes, type DeskRequestName, type Handler } from './handler.js';

/** Requests that are executed at once; above it, mail waits. */
const underWayMost = 4_096;

export class Agents implements DeskWorker, DeskParts {
  readonly desk: Desk;
  readonly directory: Directory;
  readonly rules: Rules;
  readonly scopes: Scopes;
  readonly logins: Logins;
  readonly frames: Frames;
  readonly audit: Audit;
  readonly rows: LoginRows;
  readonly invitations: Invitations;
  readonly wrapUps: WrapUps;
  readonly workbins: Workbins;
  readonly operations: Operations;
  readonly rounds: Rounds;
  readonly outsideLoads: OutsideLoads;
  readonly snapshots: Snapshots;
  readonly topics = new Topics();
  readonly tenants: Tenants;
  readonly reservations = new Reservations();
  readonly clock: Clock;
  readonly partitions: readonly ActorRef<PartitionMessage>[];
  readonly #options: AgentsOptions;
  readonly #clients = new Map<number, Client>();
  /** Requests of each client, one after the other. */
  readonly #turns = new Turns();
  readonly #news: StatusNews;
  readonly #placeStates: PlaceStates;
  #timer: Timer | undefined;
  #underWay = 0;
  #hasRoom: (() => void) | undefined;
  #isOver = false;
  /** Mails of the greatest batch. */
  #inTurnMax = 0;
  requests = 0;

  constructor(options: AgentsOptions) {
    const { clock, log, directory, front, partitions, audit } = options;
    const isOver = (): boolean => this.#isOver;
    this.#options = options;
    this.clock = clock;
    this.#news = new StatusNews(clock, (agent) => this.#tell(agent));
    this.directory = directory;
    this.rules = options.rules;
    this.scopes = options.scopes;
    this.audit = audit;
    this.desk = new Desk({
      outputs: this,
      medium: (name) => directory.medium(name),
      rule: (login) => this.rules.of(login),
    });
    this.rows = new LoginRows({ clock, first: partitions[0]!, isOver });
    this.operations = new Operations({ clock, first: partitions[0]!, isOver });
    this.partitions = partitions;
    this.tenants = new Tenants(partitions);
    this.rounds = new Rounds(clock);
    const { reconnectTimeoutMs } = options;
    this.snapshots = new Snapshots({ clock, partitions, reconnectTimeoutMs, isOver });
    this.outsideLoads = new OutsideLoads(this, clock, log);
    const notReady = (agentId: string, medium: string): void => this.#notReady(agentId, medium);
    const mayFile = (type: string, agentId: string): Promise<boolean> =>
      this.workbins.mayFile(type, agentId);
    const needed = { clock, log, partitions, isOver, notReady, mayFile };
    this.invitations = new Invitations(this, needed);
    const left = (agentId: string, keepsWork: boolean): void => {
      this.wrapUps.left(agentId);
      this.invitations.gone(agentId, keepsWork ? 'ConnectionLost' : 'AgentLoggedOut', !keepsWork);
    };
    this.logins = new Logins({ clock, log, desk: this.desk, rows: this.rows, isOver, left });
    const kept = { desk: this.desk, logins: this.logins, rules: options.wrapUpRules };
    this.wrapUps = new WrapUps({ ...kept, clock, isOver });
    this.frames = new Frames(front, options.counters);
    this.workbins = makeWorkbins(this, options, this.#clients);
    this.#placeStates = new PlaceStates(this, this.rows);
  }

  /** Takes over who was logged in when the server ended; their times begin now. */
  async load(): Promise<void> {
    const { clock } = this.#options;
    for await (const records of this.rows.read()) {
      const media = records.flatMap((record) => record.media.map(({ name }) => name));
      await this.directory.knowMedia(new Set(media));
      const nowMs = Math.floor(clock.nowMs());
      for (const record of records) {
        this.logins.restore(record, nowMs, clock.monotonicMs());
        this.wrapUps.restore(record);
      }
    }
    this.#look();
  }

  /** Works on no more mail; resolves when nothing is under way, or after so many milliseconds. */
  async stop(deadlineMs: number): Promise<void> {
    const { clock } = this.#options;
    this.#isOver = true;
    this.#timer?.cancel();
    this.outsideLoads.end();
    this.snapshots.stop();
    this.workbins.stop();
    this.reservations.end();
    const untilMs = clock.monotonicMs() + deadlineMs;
    while ((this.#underWay > 0 || this.rows.waiting > 0) && clock.monotonicMs() < untilMs) {
      await new Promise<void>((resolve) => void clock.setTimer(5, resolve));
    }
  }

  get counts(): object {
    const [requestsInTurn, toldInTurn] = [this.#inTurnMax, this.#news.inTurnMax];
    return countsOf(this, { clients: this.#clients.size, requestsInTurn, toldInTurn });
  }

  receive(batch: readonly Envelope<DeskMessage>[]): void | Promise<void> {
    this.#inTurnMax = Math.max(this.#inTurnMax, batch.length);
    for (const envelope of batch) {
      if (this.#isOver) this.unavailable(envelope);
      else if (envelope.kind === 'bytes') this.#frame(envelope.tag, envelope.bytes);
      else this.#received(envelope);
    }
    if (this.#underWay < underWayMost) return undefined;
    return new Promise((resolve) => (this.#hasRoom = resolve));
  }

  unavailable(envelope: Envelope<DeskMessage>): void {
    if (envelope.kind !== 'bytes') {
      // Who tells it tells it once.
      if (!this.#isOver) this.#received(envelope);
      else envelope.fail(new IxionError('ShuttingDown'));
      return;
    }
    const { reference, proxyClient } = readHeader(envelope.bytes, 0);
    const name = this.#isOver ? 'ShuttingDown' : 'Unavailable';
    this.frames.error(envelope.tag, { reference, proxyClient }, new IxionError(name));
  }

  #received(envelope: Envelope<DeskMessage> & { kind: 'message' }): void {
    const { message } = envelope;
    if (message.type === 'workbin-question') this.workbins.answer(message.question, envelope);
    else if (isOfPlaces(message)) this.#placeStates.receive(message, envelope);
    else this.#message(message);
  }

  #message(message: Exclude<DeskMessage, PlacesMessage | { type: 'workbin-question' }>): void {
    if (message.type === 'client') {
      const { client: info } = message;
      this.#clients.set(info.session, { info, agentId: undefined, isGone: false });
      this.snapshots.back(info);
      return;
    }
    if (message.type === 'outcomes') {
      const { partition, outcomes } = message;
      for (const outcome of outcomes) {
        const { what, session = 0 } = outcome;
        if (what !== 'supervised') this.invitations.outcome(outcome, partition);
        else noteSupervised(this.audit, this.#clients.get(session), outcome);
      }
      return;
    }
    if (message.type === 'partition-built') {
      void this.invitations.reconcile(message.partition).catch(() => undefined);
      return;
    }
    const { session, release } = message;
    const client = this.#clients.get(session);
    if (client === undefined) return;
    client.isGone = true;
    this.#clients.delete(session);
    void this.#turns.run(String(session), () => this.#gone(client, release));
  }

  #frame(session: number, bytes: Uint8Array): void {
    const client = this.#clients.get(session);
    if (client === undefined) return;
    const header = readHeader(bytes, 0);
    const { reference, proxyClient } = header;
    const asker = { reference, proxyClient };
    this.requests++;
    this.#underWay++;
    // What it throws at once, of a wrong body, is refused as well.
    const work = async (): Promise<void> => this.#execute(client, header, bytes, asker);
    const isAlone = longOnes.has(header.message);
    void (isAlone ? work() : this.#turns.run(String(session), work))
      .catch((error: unknown) => this.#refuse(client, header, asker, error))
      .finally(() => this.#ended());
  }

  #ended(): void {
    this.#underWay--;
    const hasRoom = this.#hasRoom;
    if (hasRoom === undefined || this.#underWay > underWayMost / 2) return;
    this.#hasRoom = undefined;
    hasRoom();
  }

  #execute(client: Client, header: FrameHeader, bytes: Uint8Array, asker: Asker): Promise<void> {
    if (client.isGone) return Promise.resolve();
    const definition = requestByNumber(header.message)!;
    const body = decodeBody<{ AgentId?: string }>(
      definition,
      bytes,
      header.bodyStart,
      header.bodyEnd,
    );
    checkRoute(routeKeyOf(bytes, header), body.AgentId ?? client.agentId, header.message);
    const handler = deskRequests[definition.name as DeskRequestName] as Handler<never>;
    return handler(this, client, body as never, asker);
  }

  /** An exception is the affair of one request: nothing is changed before it is on disk. */
  #refuse(client: Client, header: FrameHeader, asker: Asker, error: unknown): void {
    if (error instanceof AssertionError || !(error instanceof Error)) throw error;
    if (client.isGone) return;
    if (error instanceof IxionError) return this.frames.error(client.info.session, asker, error);
    const request = requestByNumber(header.message)?.name;
    const fields = { request, error: error.message, stack: error.stack };
    this.#options.log.error(fields, 'a request about an agent failed by an exception');
    this.frames.error(client.info.session, asker, new IxionError('Internal', internalDetail));
  }

  join(agent: Agent, client: Client, shown: ReadonlySet<string> | undefined): void {
    const others = this.clientsOf(agent).filter((other) => other !== client);
    const { session } = client.info;
    if (this.directory.options.connections === 'force-logout') {
      for (const other of others) {
        other.agentId = undefined;
        this.desk.disconnect(agent, other.info.session);
        this.frames.speaksFor(other.info.session, undefined);
        this.frames.end(other.info.session);
      }
    }
    // It may have gone while its login was written.
    if (client.isGone) return this.#lostIfAlone(agent);
    client.agentId = agent.agentId;
    this.frames.speaksFor(session, agent.login);
    if (agent.rule !== this.rules.of(agent.login!)) this.desk.ruleChanged(agent);
    this.desk.connect(agent, { session, media: shown });
    this.changed(agent);
  }

  shows(client: Client, medium: string): void {
    const agent = this.desk.loggedIn(client.agentId ?? '');
    const { session } = client.info;
    const own = agent?.clients.find((one) => one.session === session);
    if (agent === undefined || own?.media === undefined) return;
    this.desk.connect(agent, { session, media: new Set(own.media).add(medium) });
  }

  async leave(client: Client, actor: Actor, refuses: boolean): Promise<void> {
    const { agentId, info } = client;
    if (agentId === undefined) return;
    const isLast = ({ clients }: Agent): boolean =>
      clients.every(({ session }) => session === info.session);
    const isOnly = this.desk.loggedIn(agentId);
    if (isOnly !== undefined && isLast(isOnly)) {
      await this.logins.logOut(agentId, actor, { refuses, wanted: isLast });
    }
    client.agentId = undefined;
    this.frames.speaksFor(info.session, undefined);
    // In the same step: who else leaves at this moment has to see that it is the last.
    const agent = this.desk.loggedIn(agentId);
    if (agent !== undefined) this.desk.disconnect(agent, info.session);
    await this.workbins.review(info.session).catch(() => undefined);
  }

  /** Rules of agents may be others: of these, or (absent) of all. */
  async rulesChanged(agentIds: readonly string[] | undefined): Promise<void> {
    for (const { agentId } of agentIds?.map((id) => ({ agentId: id })) ?? this.desk.all()) {
      const agent = this.desk.loggedIn(agentId);
      if (agent?.login === undefined || agent.clients.length === 0) continue;
      const isOther = await this.rules.find(agent.login);
      if (isOther && agent.login !== undefined) this.desk.ruleChanged(agent);
    }
  }

  nameOf = (session: number): string | undefined => this.#clients.get(session)?.info.clientName;

  clientsOf(agent: Agent): Client[] {
    return agent.clients.flatMap(({ session }) => this.#clients.get(session) ?? []);
  }

  /** A client is gone: its agent logs out with it, or has lost its link. */
  async #gone(client: Client, release: boolean): Promise<void> {
    const { agentId, info } = client;
    this.snapshots.gone(info, release);
    this.topics.gone(client);
    this.outsideLoads.sessionGone(info.session);
    this.workbins.gone(info.session);
    this.reservations.gone(info.session);
    if (agentId === undefined) return;
    const agent = this.desk.loggedIn(agentId);
    if (agent === undefined) return;
    if (release)
      return this.logins.surely(agentId, () => this.leave(client, { id: agentId }, false));
    client.agentId = undefined;
    this.desk.disconnect(agent, info.session);
    this.#lostIfAlone(agent);
  }

  #lostIfAlone(agent: Agent): void {
    const { agentId, clients, login } = agent;
    if (clients.length > 0 || login === undefined) return;
    this.desk.linkLost(agent, this.clock.monotonicMs());
    this.invitations.gone(agentId, 'ConnectionLost', false);
    const command = { do: 'lost', atMs: Math.floor(this.clock.nowMs()) } as const;
    void this.logins.surely(agentId, () => this.logins.change(agentId, command, server));
    this.#look();
  }

  /** Looks when the next time of an agent whose link is lost is over. */
  #look(): void {
    if (this.#isOver) return;
    this.#timer?.cancel();
    const inMs = this.desk.look(this.clock.monotonicMs());
    this.#timer = inMs === undefined ? undefined : this.clock.setTimer(inMs, () => this.#look());
  }

  changed(agent: Agent): void {
    this.#news.changed(agent);
  }

  #tell(agent: Agent): void {
    const body = statusBody(this.desk, agent);
    for (const { info } of this.clientsOf(agent)) {
      this.frames.tell(info, 'EventCurrentAgentStatus', body);
    }
  }

  finished(agent: Agent, medium: string): void {
    void this.logins.finished(agent.agentId, medium);
  }

  /** Who does not answer is not asked again before it says that it is ready. */
  #notReady(agentId: string, medium: string): void {
    const reason = { name: 'InvitationExpired' };
    const command = { do: 'medium', input: 'notReady', media: [medium], reason } as const;
    const actor = { id: undefined, reason };
    void this.logins.surely(agentId, () => force(this, agentId, command, 'not-ready', actor));
  }

  /** What an agent had in hand goes back to its queue. */
  graceOver(_agent: Agent, _medium: string, slots: readonly Slot[]): void {
    for (const slot of slots) this.invitations.takeSlot(slot, 'ConnectionLost');
  }

  expired({ agentId }: Agent): void {
    const isLost = ({ clients }: Agent): boolean => clients.length === 0;
    const actor = { id: undefined, reason: { name: 'ConnectionLost' } };
    const how = { wanted: isLost, keepsWork: true };
    void this.logins.surely(agentId, () => this.logins.logOut(agentId, actor, how));
  }
}
